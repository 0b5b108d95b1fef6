import { WireError } from '@sluice/base/errors'
import { ParameterSetStore, type ParameterSets, type VideoSyntax } from '@sluice/codecs/access-unit'
import { type MediaNote, ticksPerSecond, type VideoTrack } from '@sluice/codecs/frame'
import { readAnnexB, writeNalUnits } from '@sluice/codecs/nal'
import { isKeyFrame } from '@sluice/codecs/track'
import type { TsCounters } from '../demux/counters.ts'
import type { TsSink } from '../demux/sink.ts'
import type { PesPacket } from '../pes/pes-assembler.ts'
import type { ElementaryReader } from './elementary-reader.ts'

/** Taken for a frame's duration while neither the parameter sets nor two timestamps tell. */
const fallbackStepTicks = ticksPerSecond / 25
/** A longer distance between two frames is a pause and no frame rate. */
const maxStepTicks = ticksPerSecond
/** More NAL units than any picture has: a packet of empty units would cost fifty times its own size in memory. */
const maxUnits = 4096
/** Frames without parameter sets that are no accident of the start: who joins in mid-stream waits a GOP for them. */
const missingConfigFrames = 150

/**
 * H.264 or H.265 in byte-stream form into length-prefixed access units. Parameter sets go into the track and, like access
 * unit delimiters, not into the frames: what `avc1` and `hvc1` samples may hold. Everything else, filler too, is passed on
 * as it came. Sets behind the first missing byte of a damaged packet are not believed.
 */
export class VideoReader implements ElementaryReader {
  readonly #syntax: VideoSyntax
  readonly #id: number
  readonly #counters: TsCounters
  readonly #store: ParameterSetStore
  readonly #onNote: (note: MediaNote) => void
  #withoutConfig = 0
  #track: VideoTrack | null = null
  #isInterlaced = false
  #lastDts = Number.NaN
  #lastDelay = 0
  #stepTicks = fallbackStepTicks

  /** `id`: of the track. */
  constructor(syntax: VideoSyntax, id: number, counters: TsCounters, onNote: (note: MediaNote) => void = () => {}) {
    this.#onNote = onNote
    this.#syntax = syntax
    this.#id = id
    this.#counters = counters
    this.#store = new ParameterSetStore(syntax)
  }

  push(pes: PesPacket, sink: TsSink): void {
    let { pts90k, dts90k } = pes
    const all = readAnnexB(pes.bytes.subarray(pes.at, pes.end), maxUnits)
    if (all.length === maxUnits) {
      this.#counters.droppedFrames++
      this.#onNote({ code: 'broken-left-out', media: 'video', subject: `picture of ${maxUnits} NAL units or more` })
      return
    }
    for (const units of this.#accessUnits(all)) {
      this.#takeParameterSets(pes.isDamaged ? units.filter((unit) => isSound(unit, pes)) : units, sink)
      this.#give(units, pts90k, dts90k, pes.isDamaged, sink)
      pts90k = dts90k = Number.NaN // a timestamp belongs to the first access unit that starts in the packet
    }
  }

  get #codecName(): string {
    return this.#syntax.codec === 'h264' ? 'H.264' : 'H.265'
  }

  /** Nearly always one. A delimiter after a slice begins the next. */
  #accessUnits(units: readonly Uint8Array[]): Uint8Array[][] {
    const out: Uint8Array[][] = []
    let current: Uint8Array[] = []
    let hasSlice = false
    for (const unit of units) {
      if (hasSlice && !this.#isInterlaced && this.#syntax.isDelimiter(unit)) {
        out.push(current)
        current = []
        hasSlice = false
      }
      hasSlice ||= this.#syntax.isSlice(unit)
      current.push(unit)
    }
    if (current.length > 0) out.push(current)
    return out
  }

  #give(units: readonly Uint8Array[], pts90k: number, dts90k: number, isDamaged: boolean, sink: TsSink): void {
    const kept = units.filter((unit) => this.#syntax.parameterSet(unit) === null && !this.#syntax.isDelimiter(unit))
    if (!kept.some(this.#syntax.isSlice)) return
    const dts = Number.isNaN(dts90k) ? this.#lastDts + this.#stepTicks : dts90k
    if (this.#track === null || Number.isNaN(dts)) {
      this.#counters.droppedFrames++
      if (this.#track === null && ++this.#withoutConfig >= missingConfigFrames) {
        this.#onNote({ code: 'config-missing', media: 'video', subject: this.#codecName })
      }
      return
    }
    const pts = Number.isNaN(pts90k) ? dts + this.#lastDelay : pts90k
    this.#observeTime(dts, pts)
    if (isDamaged) this.#counters.damagedFrames++
    const bytes = writeNalUnits(kept)
    sink.onFrame({ track: this.#track, dts, pts, isKey: isKeyFrame(this.#track, bytes), bytes })
  }

  #observeTime(dts: number, pts: number): void {
    const step = dts - this.#lastDts
    if (step > 0 && step <= maxStepTicks) this.#stepTicks = step
    this.#lastDts = dts
    this.#lastDelay = pts - dts
  }

  #takeParameterSets(units: readonly Uint8Array[], sink: TsSink): void {
    const sets = this.#store.offer(units)
    if (sets === null) return
    const isWhole = sets.sps.length > 0 && sets.pps.length > 0
    const track = isWhole ? this.#readTrack(sets) : null
    if (isWhole && track === null) return
    this.#store.accept(sets)
    if (track === null) return // the other sets are still to come
    this.#track = track
    if (track.fps !== null) this.#stepTicks = Math.round(ticksPerSecond / track.fps)
    sink.onTrack(track)
  }

  /** Null: the sets can't be read, and the ones before stay. */
  #readTrack(sets: ParameterSets): VideoTrack | null {
    try {
      this.#isInterlaced = this.#syntax.isInterlaced(sets)
      return this.#syntax.readTrack(this.#id, sets)
    } catch (err) {
      if (!(err instanceof WireError)) throw err
      this.#counters.badConfigs++
      this.#onNote({ code: 'broken-left-out', media: 'video', subject: `${this.#codecName} parameter sets` })
      return null
    }
  }
}

/** True when the NAL unit and the start code behind it stand before the first missing byte. */
const isSound = (unit: Uint8Array, pes: PesPacket): boolean => unit.byteOffset + unit.length - pes.bytes.byteOffset < pes.soundEnd
