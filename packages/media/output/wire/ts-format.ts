import type { Frame, Track } from '@sluice/codecs/frame'
import { TsMuxer, tsRefusal } from '@sluice/containers/mpegts'
import { describeLeftOut } from './left-out-words.ts'
import type { WireFormat } from './wire-format.ts'

/** The programme as one MPEG-TS, for SRT. PAT and PMT stand before every key frame, so a joiner needs no head of its own. */
export function tsFormat(): WireFormat {
  const muxer = new TsMuxer()
  let known: readonly Track[] = []
  return {
    head(tracks) {
      for (const track of known) if (!tracks.some((other) => other.kind === track.kind && other.id === track.id)) muxer.removeTrack(track)
      for (const track of tracks) muxer.addTrack(track)
      known = tracks
      return new Uint8Array(0)
    },
    frame: (frame: Frame) => muxer.write(frame),
    keepsPace: true, // SRT stamps each packet as it is sent, and its receiver gives it out in that rhythm
    leavesOut: (tracks) => describeLeftOut(tracks, (track) => (tsRefusal(track) === null ? null : 'MPEG-TS cannot carry it')),
    refuses: (tracks) => tracks.find((track) => track.id === 0 && tsRefusal(track) !== null) ?? null,
  }
}
