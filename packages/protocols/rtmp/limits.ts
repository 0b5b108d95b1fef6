/** Bounds on one RTMP peer. Crossed, each ends the session with a WireError or a timeout, but a message above its size once media may come: that one message is passed over. None touches another session. */
export type RtmpLimits = {
  /**
   * Largest audio, video or aggregate message once a publish or play is agreed. 8 MiB: a 2160p60 key frame at 68 Mbit/s with a
   * quarter of a second of rate in one frame is 2.1 MB, so four times the largest that was seen; the wire allows 16 MiB - 1.
   */
  readonly maxMediaBytes: number
  /** Largest data message (onMetaData, captions, cue points) once a publish is agreed. */
  readonly maxDataBytes: number
  /** Largest message of any kind before a publish or play is agreed, and largest command at all times: a stranger may not make us hold more. */
  readonly maxCommandBytes: number
  /** Chunk streams that a peer may use. Encoders use 3 to 8. */
  readonly maxChunkStreams: number
  /** Bytes of all messages that are begun and not complete, over all chunk streams, once media may come; before, twice `maxCommandBytes`. */
  readonly maxPartialBytes: number
  /** From the accepted socket, or from an unpublish, to an agreed publish or play. */
  readonly setupTimeoutMs: number
  /** A publisher that sends next to nothing for so long is gone; a byte now and then is no media. */
  readonly publisherIdleMs: number
  /** A player that sends no byte (Acknowledgement, ping response) for so long is gone. */
  readonly playerIdleMs: number
  /** Answers that a peer leaves unread, in every role and state: one that asks and asks and never reads is cut. Media is not counted: its feeder bounds it. */
  readonly maxUnreadBytes: number
  /** After our last words the peer has so long to close before we cut. */
  readonly lingerMs: number
}

export const defaultRtmpLimits: RtmpLimits = {
  maxMediaBytes: 8 * 1024 * 1024,
  maxDataBytes: 1024 * 1024,
  maxCommandBytes: 64 * 1024,
  maxChunkStreams: 64,
  maxPartialBytes: 12 * 1024 * 1024,
  setupTimeoutMs: 10_000,
  publisherIdleMs: 30_000,
  playerIdleMs: 90_000,
  maxUnreadBytes: 256 * 1024,
  lingerMs: 2_000,
}
