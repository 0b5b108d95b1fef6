import { concatBytes } from '@sluice/base/bytes'
import { writeAacConfig } from '@sluice/codecs/aac'
import type { Frame, VideoTrack } from '@sluice/codecs/frame'
import { readTrack } from '@sluice/codecs/track'
import { flvConfigBody, flvFrameHeader, flvTimestampMs, writeFlvHeader, writeFlvTag } from '@sluice/containers/flv'
import { makeFrame } from './make-media.ts'
import { makeVideoTrack } from './tracks.ts'

/** Sound at the rate at which 16 pictures of 30 fps and 25 packets last equally long: 8/15 s. */
const loopAudio = readTrack('audio', 0, 'aac', writeAacConfig({ objectType: 2, sampleRate: 48_000, channelConfig: 2 }))
const form = { enhanced: true }

/** The bytes of a loop file at 30 fps, one GOP long; `packets` 0: without audio. */
export function makeLoopFile(pictures = 16, packets = 25, video: VideoTrack = makeVideoTrack()): Uint8Array {
  const shown = Array.from({ length: pictures }, (_, i) => makeFrame(video, (i * 1000) / 30, { isKey: i === 0 }))
  const heard = Array.from({ length: packets }, (_, i): Frame => ({ ...makeFrame(loopAudio, (i * 1024) / 48) }))
  const parts = [writeFlvHeader({ audio: packets > 0, video: true })]
  for (const track of packets > 0 ? [video, loopAudio] : [video]) parts.push(writeFlvTag(track.kind, 0, [flvConfigBody(track, form)!]))
  for (const frame of [...shown, ...heard].sort((a, b) => a.dts - b.dts)) {
    parts.push(writeFlvTag(frame.track.kind, flvTimestampMs(frame.dts), [flvFrameHeader(frame, form)!, frame.bytes]))
  }
  return concatBytes(parts)
}
