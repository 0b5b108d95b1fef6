/** What a demuxer left out, counted since its start: an operator's evidence when a picture or sound is missing. */
export type FlvStats = {
  /** Frames that came before any configuration of their codec, or without a header where the frames describe themselves (MP3). */
  framesBeforeConfig: number
  /** Messages of a codec that Sluice does not carry. */
  unknownCodecs: number
  /** Packet types that no specification known to Sluice defines. */
  unknownPackets: number
  /** Messages whose header, or whose configuration, can't be read: left out, what was known before stays in force. */
  brokenBodies: number
  /** Messages without a payload, as some encoders send for silence. */
  emptyFrames: number
  /** Frames whose NAL units or OBUs do not fit their length: cut to the sound part, or left out. */
  damagedFrames: number
  /** Frames whose key flag and picture type disagree; the picture type counts. */
  keyFlagMismatches: number
}

export const makeFlvStats = (): FlvStats => ({
  framesBeforeConfig: 0,
  unknownCodecs: 0,
  unknownPackets: 0,
  brokenBodies: 0,
  emptyFrames: 0,
  damagedFrames: 0,
  keyFlagMismatches: 0,
})
