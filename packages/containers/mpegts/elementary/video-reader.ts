import { concatBytes } from '@sluice/base/bytes'
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
/** SEI that came in packets of its own and waits for its picture. */
const maxLeadUnits = 64
const maxLeadUnitBytes = 4096
/** The last picture of a packet, where packets do not begin with pictures. */
const maxTailBytes = 8 * 1024 * 1024
/** So many packets in a row that begin in mid-unit are no damage. */
const surePackets = 3
const nothing = new Uint8Array(0)
/** NaN where the packet has none. */
type PesTime = Pick<PesPacket, 'pts90k' | 'dts90k'>
const none: PesTime = { pts90k: Number.NaN, dts90k: Number.NaN }

/**
 * H.264 or H.265 in byte-stream form into length-prefixed access units. Parameter sets go into the track and, like access
 * unit delimiters, not into the frames: what `avc1` and `hvc1` samples may hold. Everything else, filler too, is passed on
 * as it came. Sets behind the first missing byte of a damaged packet are not believed.
 *
 * Where packets begin in mid-picture, which a few in a row show, the last picture of each waits for the next packet.
 * Spec: ISO/IEC 13818-1 §2.4.3.7 (a timestamp is that of the first access unit which begins in the packet)
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
  // bound: `maxLeadUnits` of `maxLeadUnitBytes`, all are forgotten for the next
  #lead: Uint8Array[] = []
  #leadTime: PesTime = none
  /** Packets in a row that began in mid-unit; stays once it is sure. */
  #unaligned = 0
  // bound: `maxTailBytes`, a longer picture is left out
  #tail: Uint8Array = nothing
  #tailTime: PesTime = none
  /** Of the packet before, when no picture was seen to begin in it. */
  #unusedTime: PesTime = none

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
    const payload = pes.bytes.subarray(pes.at, pes.end)
    if (this.#unaligned < surePackets) this.#unaligned = beginsWithUnit(payload) ? 0 : this.#unaligned + 1
    if (this.#unaligned >= surePackets) {
      this.#pushUnaligned(payload, pes, sink)
      return
    }
    const all = readAnnexB(payload, maxUnits)
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

  /** Packets that part the stream anywhere: pictures are told apart by their units alone. */
  #pushUnaligned(payload: Uint8Array, { pts90k, dts90k, isDamaged }: PesPacket, sink: TsSink): void {
    const b = concatBytes([this.#tail, payload])
    const tailBytes = this.#tail.length
    const units = readAnnexB(b, maxUnits)
    let time = this.#tailTime
    let next: PesTime = { pts90k, dts90k }
    let from = 0
    let hasSlice = false
    for (const [i, unit] of units.entries()) {
      const at = unit.byteOffset - b.byteOffset
      const isStart = i === 0 || (hasSlice && this.#syntax.startsAccessUnit(b, at))
      if (isStart && i > 0) {
        this.#takeUnits(units.slice(from, i), time, isDamaged, sink)
        from = i
        hasSlice = false
      }
      if (isStart && startCodeAt(b, at) >= tailBytes) {
        time = next
        next = none
      } else if (isStart && i > 0) {
        // Its start code was parted too: it began in the packet before.
        time = this.#unusedTime
        this.#unusedTime = none
      }
      hasSlice ||= this.#syntax.isSlice(unit)
    }
    const first = units[from]
    const keptBytes = first === undefined ? 0 : b.length - (first.byteOffset - b.byteOffset) + startCodeBytes
    const isTooLong = keptBytes > maxTailBytes || units.length === maxUnits
    if (isTooLong) this.#onNote({ code: 'broken-left-out', media: 'video', subject: 'picture without an end' })
    this.#tail = isTooLong || keptBytes === 0 ? nothing : b.slice(b.length - keptBytes)
    this.#tailTime = time
    this.#unusedTime = next
  }

  #takeUnits(units: readonly Uint8Array[], time: PesTime, isDamaged: boolean, sink: TsSink): void {
    if (!isDamaged) this.#takeParameterSets(units, sink)
    this.#give(units, time.pts90k, time.dts90k, isDamaged, sink)
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
    const own = units.filter((unit) => this.#syntax.parameterSet(unit) === null && !this.#syntax.isDelimiter(unit))
    if (!own.some(this.#syntax.isSlice)) {
      this.#keepLead(own, pts90k, dts90k)
      return
    }
    const lead = this.#lead
    const leadTime = this.#leadTime
    this.#forgetLead()
    const kept = lead.length === 0 ? own : [...lead, ...own]
    if (Number.isNaN(dts90k) && !Number.isNaN(leadTime.dts90k)) {
      // What stands before a picture began it, and had its time.
      this.#give(kept, leadTime.pts90k, leadTime.dts90k, isDamaged, sink)
      return
    }
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

  /** SEI, or a delimiter and sets alone, in a packet of their own. Copied: the packet's memory is used again. */
  #keepLead(units: readonly Uint8Array[], pts90k: number, dts90k: number): void {
    if (this.#lead.length + units.length > maxLeadUnits) this.#forgetLead()
    this.#lead.push(...units.filter((unit) => unit.length <= maxLeadUnitBytes).map((unit) => unit.slice()))
    if (Number.isNaN(this.#leadTime.dts90k)) this.#leadTime = { pts90k, dts90k }
  }

  #forgetLead(): void {
    this.#lead = []
    this.#leadTime = none
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

const startCodeBytes = 3

/** Where the start code of the unit at `at` begins, its zero_byte included. */
const startCodeAt = (b: Uint8Array, at: number): number => at - startCodeBytes - (b[at - startCodeBytes - 1] === 0 ? 1 : 0)

/** A start code stands first, zeros before it aside. */
function beginsWithUnit(payload: Uint8Array): boolean {
  let at = 0
  while (at < payload.length && payload[at] === 0) at++
  return at >= 2 && (payload[at] === 1 || at === payload.length)
}
