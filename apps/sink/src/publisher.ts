import type { MediaNote } from '@sluice/codecs/frame'
import { FlvDemuxer } from '@sluice/containers/flv'
import { TsDemuxer } from '@sluice/containers/mpegts'
import type { SinkMessage } from '@sluice/testkit/rtmp-sink'
import { StreamReport } from './stream-report.ts'

/** One publisher at the sink: its frames are found and counted, whatever the protocol brings them in. */
export class Publisher {
  readonly number: number
  readonly startMs: number
  readonly report: StreamReport
  readonly #nowMs: () => number
  readonly #flv = new FlvDemuxer()
  readonly #ts = new TsDemuxer()
  readonly #sink: Parameters<FlvDemuxer['push']>[3]
  /** Why what comes can't be read any more, or null. */
  fault: string | null = null

  constructor(number: number, nowMs: () => number) {
    this.number = number
    this.startMs = nowMs()
    this.report = new StreamReport(this.startMs)
    this.#nowMs = nowMs
    this.#sink = {
      onTrack: (track) => this.report.onTrack(track),
      onFrame: (frame) => this.report.onFrame(frame, this.#nowMs()),
      onData() {},
      onNote: ({ code, media, subject }: MediaNote) => {
        if (code === 'broken-left-out') this.fault ??= `broken ${media}: ${subject}`
      },
    }
  }

  addMessage({ kind, timestampMs, body }: SinkMessage): void {
    if (this.fault !== null) return
    this.#flv.push(kind, timestampMs, body, this.#sink)
  }

  addPayload(payload: Uint8Array): void {
    this.#ts.push(payload, this.#sink, this.#nowMs())
  }
}
