import type { Frame, Track } from '@sluice/codecs/frame'
import { FlvDemuxer } from '@sluice/containers/flv'
import type { SinkMessage } from '../rtmp-sink/index.ts'

/** What came of one video track. Times in milliseconds. */
export type TrackReport = {
  readonly id: number
  readonly codec: string
  readonly width: number
  readonly height: number
  readonly frames: number
  /** Over the time from first to last frame. */
  readonly fps: number
  readonly kbps: number
  /** When its key frames are. */
  readonly keysMs: readonly number[]
  /** Frames whose decoding time did not rise. */
  readonly stepsBack: number
  /** Configurations that were told, one a change. */
  readonly configs: number
  /** Key frames with the performance metrics that the platform asks for. */
  readonly metrics: number
}

/** First bytes of the metrics' times. Spec: Amazon IVS, "Broadcast Performance Metrics" */
const metricsUuid = Buffer.from('0aecffe752724e2fa62fd19cd61a93b5', 'hex')

/** As a multitrack ingest sees a stream: each video track by itself, and the audio tracks' frames. Throws what the demuxer throws. */
export function reportTracks(messages: readonly SinkMessage[]): {
  readonly video: readonly TrackReport[]
  readonly audio: ReadonlyMap<number, number>
} {
  const demuxer = new FlvDemuxer()
  const video = new Map<number, Frame[]>()
  const audio = new Map<number, number>()
  const configs = new Map<number, number>()
  const sink = {
    onData() {},
    onTrack(track: Track) {
      if (track.kind === 'video') configs.set(track.id, (configs.get(track.id) ?? 0) + 1)
    },
    onFrame(frame: Frame) {
      const { kind, id } = frame.track
      if (kind === 'audio') audio.set(id, (audio.get(id) ?? 0) + 1)
      else video.set(id, [...(video.get(id) ?? []), frame])
    },
  }
  for (const { kind, timestampMs, body } of messages) if (kind !== 'data') demuxer.push(kind, timestampMs, body, sink)
  const reports = [...video].sort(([a], [b]) => a - b).map(([id, frames]) => report(id, frames, configs.get(id) ?? 0))
  return { video: reports, audio }
}

function report(id: number, frames: readonly Frame[], configs: number): TrackReport {
  const track = frames[0]!.track
  const seconds = Math.max(0.001, (frames.at(-1)!.dts - frames[0]!.dts) / 90_000)
  const keys = frames.filter(({ isKey }) => isKey)
  return {
    id,
    codec: track.codec,
    width: track.kind === 'video' ? track.width : 0,
    height: track.kind === 'video' ? track.height : 0,
    frames: frames.length,
    fps: (frames.length - 1) / seconds,
    kbps: frames.reduce((sum, { bytes }) => sum + bytes.length, 0) / 125 / seconds,
    keysMs: keys.map(({ dts }) => Math.round(dts / 90)),
    stepsBack: frames.filter(({ dts }, i) => i > 0 && dts <= frames[i - 1]!.dts).length,
    configs,
    metrics: keys.filter(({ bytes }) => Buffer.from(bytes).includes(metricsUuid)).length,
  }
}
