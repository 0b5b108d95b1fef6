import { writeFileSync } from 'node:fs'
import { concatBytes } from '@sluice/base/bytes'
import type { Frame, Track } from '@sluice/codecs/frame'
import { FlvDemuxer } from '@sluice/containers/flv'
import { writeFragment, writeInitSegment } from '@sluice/containers/fmp4'
import { TsDemuxer } from '@sluice/containers/mpegts'
import type { SinkSession } from '@sluice/testkit/rtmp-sink'

/** What a destination got: configurations in hex, one for each change, and the frames of each kind. */
export type Received = { readonly configs: Readonly<Record<Track['kind'], string[]>>; readonly video: Frame[]; readonly audio: Frame[] }

function receiver() {
  const got: Received = { configs: { video: [], audio: [] }, video: [], audio: [] }
  return {
    got,
    onTrack({ kind, codec, config }: Track): void {
      const told = `${codec} ${Buffer.from(config).toString('hex')}`
      if (got.configs[kind].at(-1) !== told) got.configs[kind].push(told)
    },
    onFrame: (frame: Frame): void => void got[frame.track.kind].push(frame),
    onData(): void {},
  }
}

/** Over RTMP, enhanced or not. */
export function readRtmp({ messages }: SinkSession): Received {
  const into = receiver()
  const demuxer = new FlvDemuxer()
  for (const { kind, timestampMs, body } of messages) demuxer.push(kind, timestampMs, body.slice(), into)
  return into.got
}

/** Over SRT: payloads of MPEG-TS. */
export function readTs(payloads: readonly Uint8Array[]): Received {
  const into = receiver()
  const demuxer = new TsDemuxer()
  for (const payload of payloads) demuxer.push(payload, into)
  return into.got
}

/** Pictures of one track as an MP4 file: FFmpeg before version 6 reads no HEVC and AV1 out of FLV. */
export function writeMp4(file: string, frames: readonly Frame[]): void {
  const [first] = frames
  const samples = frames.map((frame, i) => ({
    frame: { ...frame, dts: frame.dts - first!.dts, pts: frame.pts - first!.dts },
    duration90k: (frames[i + 1]?.dts ?? frame.dts + 3600) - frame.dts,
  }))
  const init = writeInitSegment([{ trackId: 1, track: first!.track }])
  writeFileSync(file, concatBytes([init, writeFragment(1, [{ trackId: 1, samples }])]))
}
