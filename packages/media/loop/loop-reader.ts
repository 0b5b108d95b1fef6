import { type Frame, type Track, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { audioSamples } from '@sluice/codecs/track'
import { FlvDemuxer, FlvFileReader, type FlvSink } from '@sluice/containers/flv'

/** Files count whole milliseconds: a time that is worked out may be as far from them. */
const roundingTicks = 2 * ticksPerMs

/** How far one track has come in this pass. */
type Pace = { count: number; samples: number; lastDts: number; stepTicks: number }

/**
 * Reads a loop file (FLV) again and again as one endless stream: times go on over the joint, and tracks stay the same objects. Files
 * have milliseconds; times are worked out anew from the samples of audio packets and from the rate of the pictures, so that a loop
 * drifts nowhere. Throws WireError for what is no FLV.
 */
export class LoopReader {
  readonly #onFrame: (frame: Frame) => void
  readonly #demuxer = new FlvDemuxer()
  // bound: one a track of the file; FLV has 256 ids of each kind
  readonly #paces = new Map<Track, Pace>()
  readonly #sink: FlvSink
  #file = new FlvFileReader()
  /** Where this pass begins. */
  #base = 0
  /** The demuxer's time of the first frame of this pass. */
  #firstDts = 0

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame
    this.#sink = { onTrack: () => {}, onFrame: (frame) => this.#give(frame), onData: () => {} }
  }

  get tracks(): readonly Track[] {
    return [...this.#paces.keys()]
  }

  /** The next bytes of the file. Frames are views of them. */
  push(bytes: Uint8Array): void {
    this.#file.push(bytes, (kind, timestampMs, body) => this.#demuxer.push(kind, timestampMs, body, this.#sink))
  }

  /** The file is at its end: the next bytes are its first again. Gives the ticks that the pass lasted, 0 when it had no frames. */
  endPass(): number {
    // Audio is exact; pictures end within a millisecond of it.
    const paces = [...this.#paces].sort(([a], [b]) => (a.kind < b.kind ? -1 : 1))
    const lasted = paces.find(([, { count }]) => count > 0)
    const ticks = lasted === undefined ? 0 : passTicks(lasted[0], lasted[1], this.#base)
    this.#base += ticks
    for (const pace of this.#paces.values()) Object.assign(pace, { count: 0, samples: 0 })
    this.#file = new FlvFileReader()
    return ticks
  }

  #give(frame: Frame): void {
    // The demuxer unwraps: a file that begins anew is a jump back for it.
    if ([...this.#paces.values()].every(({ count }) => count === 0)) this.#firstDts = frame.dts
    const pace = this.#paces.get(frame.track) ?? { count: 0, samples: 0, lastDts: 0, stepTicks: ticksPerSecond / 30 }
    this.#paces.set(frame.track, pace)
    const inFile = this.#base + frame.dts - this.#firstDts
    const worked = this.#base + Math.round(workedTicks(frame.track, pace))
    const dts = Math.abs(worked - inFile) <= roundingTicks ? worked : inFile
    if (pace.count > 0) pace.stepTicks = dts - pace.lastDts
    pace.lastDts = dts
    pace.count++
    if (frame.track.kind === 'audio') pace.samples += audioSamples(frame.track, frame.bytes)
    this.#onFrame({ ...frame, dts, pts: dts + (frame.pts - frame.dts) })
  }
}

function workedTicks(track: Track, { count, samples }: Pace): number {
  if (track.kind === 'audio') return (samples * ticksPerSecond) / track.sampleRate
  return track.fps === null ? Number.NaN : (count * ticksPerSecond) / track.fps
}

function passTicks(track: Track, pace: Pace, base: number): number {
  const worked = Math.round(workedTicks(track, pace))
  const last = pace.lastDts - base + pace.stepTicks
  return Number.isNaN(worked) || Math.abs(worked - last) > roundingTicks ? last : worked
}
