import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { InputMeter } from '@sluice/media/input'

/** Further than this between two frames of a track is a jump, as is any step back. */
const jumpMs = 1000

/** What came from one publisher since the reading before; totals since its start. */
export type StreamFigures = {
  readonly video: string | null
  readonly audio: string | null
  readonly fps: number
  readonly bitrateKbps: number
  /** Between the last two key frames. */
  readonly keyFrameMs: number | null
  /** The longest time without a frame. */
  readonly longestGapMs: number
  readonly jumpsTotal: number
  readonly videoFramesTotal: number
  readonly audioFramesTotal: number
  readonly bytesTotal: number
}

/** Counts the frames of one publisher. Pure; times are monotonic milliseconds. */
export class StreamReport {
  readonly #meter: InputMeter
  readonly #tracks = new Map<string, Track>()
  readonly #lastDts = new Map<string, number>()
  readonly #frames = { video: 0, audio: 0 }
  #jumps = 0

  constructor(nowMs: number) {
    this.#meter = new InputMeter(nowMs)
  }

  onTrack(track: Track): void {
    this.#tracks.set(nameOf(track), track)
  }

  onFrame(frame: Frame, nowMs: number): void {
    this.#meter.add(frame, nowMs)
    this.#frames[frame.track.kind]++
    const name = nameOf(frame.track)
    const lastDts = this.#lastDts.get(name)
    this.#lastDts.set(name, frame.dts)
    if (lastDts !== undefined && (frame.dts < lastDts || frame.dts - lastDts > jumpMs * ticksPerMs)) this.#jumps++
  }

  read(nowMs: number): StreamFigures {
    const reading = this.#meter.read(nowMs)
    return {
      video: wordsOf([...this.#tracks.values()].filter(({ kind }) => kind === 'video')),
      audio: wordsOf([...this.#tracks.values()].filter(({ kind }) => kind === 'audio')),
      fps: reading.fps,
      bitrateKbps: Math.round(reading.bitrateBps / 1000),
      keyFrameMs: reading.gopMs,
      longestGapMs: reading.maxGapMs,
      jumpsTotal: this.#jumps,
      videoFramesTotal: this.#frames.video,
      audioFramesTotal: this.#frames.audio,
      bytesTotal: reading.bytesTotal,
    }
  }
}

const nameOf = ({ kind, id }: Track): string => `${kind} ${id}`

function wordsOf(tracks: readonly Track[]): string | null {
  const words = tracks.map((track) =>
    track.kind === 'video'
      ? `${track.codec} ${track.profile} ${track.width}x${track.height}`
      : `${track.codec} ${track.sampleRate / 1000} kHz ${track.channels} ch`,
  )
  return words.length === 0 ? null : words.join(' + ')
}
