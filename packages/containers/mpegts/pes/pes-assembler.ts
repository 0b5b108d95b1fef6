import type { TsCounters } from '../demux/counters.ts'
import type { MemoryBudget } from '../demux/memory-budget.ts'
import { makePesHeader, pesBytes, pesPrefixBytes, readPesHeader } from './pes-header.ts'
import { StuffingHint } from './stuffing-hint.ts'

/** One whole PES packet, in a reused object: good during the call that gives it, like `bytes`. */
export type PesPacket = {
  /** The payload is `bytes[at..end)`. */
  bytes: Uint8Array
  at: number
  end: number
  /** 90 kHz, NaN without one. As it stands in the header here; unwrapped once the demuxer passes it on. */
  pts90k: number
  dts90k: number
  /** Transport packets are missing in it, */
  isDamaged: boolean
  /** and the first of them here: `bytes[at..soundEnd)` is as it was sent. */
  soundEnd: number
}

export type PesAssemblerOptions = {
  readonly counters: TsCounters
  readonly budget: MemoryBudget
  readonly onPes: (pes: PesPacket) => void
  /**
   * Video alone: whether `b[at..end)`, a PES payload's begin, starts an access unit. A packet without PTS that does not,
   * continues the one before.
   */
  readonly startsAccessUnit?: (b: Uint8Array, at: number, end: number) => boolean
}

const firstCapacityBytes = 4096
/** Muxers that never leave the length open cut large frames into packets of nearly 64 KiB: such a one may go on in the next. */
const fullPesBytes = 65_000

/**
 * Puts the PES packets of one PID together and gives each out as soon as it is known to be whole: when the length in its
 * header is reached; else (length 0, or nearly all that its field can say) when its last transport packet is stuffed, in a
 * stream that keeps this habit; else when the next one starts. Spec: ISO/IEC 13818-1 §2.4.3.6
 */
export class PesAssembler {
  readonly #options: PesAssemblerOptions
  readonly #stuffing = new StuffingHint()
  readonly #header = makePesHeader()
  readonly #packet: PesPacket
  // bound: the memory budget of its demuxer, 16 MiB of all streams
  #buffer = new Uint8Array(0)
  #used = 0
  #isOpen = false
  /** Bytes before the first that is missing. */
  #soundBytes = Number.POSITIVE_INFINITY
  /** Access units run over several PES packets here: only the next timestamp ends one. */
  #isSplit = false

  constructor(options: PesAssemblerOptions) {
    this.#options = options
    this.#packet = { bytes: this.#buffer, at: 0, end: 0, pts90k: Number.NaN, dts90k: Number.NaN, isDamaged: false, soundEnd: 0 }
  }

  /** Takes the payload `b[at..end)` of one transport packet; `isStuffed`: its adaptation field has fill. */
  push(b: Uint8Array, at: number, end: number, isUnitStart: boolean, isStuffed: boolean): void {
    if (isUnitStart) {
      if (this.#continues(b, at, end)) return
      this.#stuffing.observeStart()
      this.#close(this.#isShort())
      this.#used = 0
      this.#isOpen = true
      this.#soundBytes = Number.POSITIVE_INFINITY
    } else {
      if (!this.#isOpen && this.#stuffing.saysEnd) this.#options.counters.damagedFrames++ // given out too soon
      this.#stuffing.observeMiddle()
    }
    if (!this.#isOpen || !this.#append(b, at, end)) return
    const needBytes = this.#declaredBytes()
    this.#stuffing.observePacket(isStuffed && needBytes === 0)
    if (!this.#isSplit && this.#isEnded(needBytes)) this.#close(false)
  }

  /** Transport packets are missing. Video goes on and is marked; audio ends here, since what follows has no known time. */
  lose(): void {
    this.#stuffing.observeLoss()
    if (!this.#isOpen) return
    this.#soundBytes = Math.min(this.#soundBytes, this.#used)
    if (this.#options.startsAccessUnit === undefined) this.#close(true)
  }

  /** No more will come: gives out what is there. */
  flush(): void {
    this.#close(this.#isShort())
  }

  /** Ends the use of this assembler and gives its memory back. */
  release(): void {
    this.#isOpen = false
    this.#options.budget.release(this.#buffer.length)
    this.#buffer = new Uint8Array(0)
  }

  /** True when what was put in last is `b[at..end)`: then the packet is a repetition of the one before. */
  endsWith(b: Uint8Array, at: number, end: number): boolean {
    const from = this.#used - (end - at)
    if (from < 0) return false
    for (let i = at; i < end; i++) if (b[i] !== this.#buffer[from + i - at]) return false
    return true
  }

  #declaredBytes(): number {
    return this.#used < pesPrefixBytes ? 0 : pesBytes(this.#buffer, 0)
  }

  #isEnded(needBytes: number): boolean {
    if (needBytes === 0) return this.#stuffing.saysEnd
    const mayGoOn = needBytes > fullPesBytes && this.#options.startsAccessUnit !== undefined
    return this.#used >= needBytes && !mayGoOn
  }

  #isShort(): boolean {
    return !this.#isSplit && this.#used < this.#declaredBytes()
  }

  /** Takes a PES packet that goes on with the access unit of the one before. False: it begins its own. */
  #continues(b: Uint8Array, at: number, end: number): boolean {
    const starts = this.#options.startsAccessUnit
    const header = this.#header
    if (starts === undefined || !readPesHeader(b, at, end, header) || !Number.isNaN(header.pts90k)) return false
    if (header.payloadAt === end || starts(b, header.payloadAt, end)) return false
    this.#isSplit = true
    if (this.#isOpen) this.#append(b, header.payloadAt, end)
    return true
  }

  #append(b: Uint8Array, at: number, end: number): boolean {
    const need = this.#used + end - at
    if (need > this.#buffer.length && !this.#grow(need)) {
      this.#options.counters.oversizedPesPackets++
      this.#isOpen = false
      return false
    }
    this.#buffer.set(b.subarray(at, end), this.#used)
    this.#used = need
    return true
  }

  #grow(needBytes: number): boolean {
    let capacity = Math.max(firstCapacityBytes, this.#buffer.length)
    while (capacity < needBytes) capacity *= 2
    if (!this.#options.budget.spend(capacity - this.#buffer.length)) return false
    const next = new Uint8Array(capacity)
    next.set(this.#buffer.subarray(0, this.#used))
    this.#buffer = next
    return true
  }

  /** `#used` stays as it is until the next start, for `endsWith`. */
  #close(isCut: boolean): void {
    if (!this.#isOpen || this.#used === 0) return
    this.#isOpen = false
    const { counters, onPes } = this.#options
    const header = this.#header
    if (!readPesHeader(this.#buffer, 0, this.#used, header)) counters.badPesPackets++
    else if (header.isScrambled) counters.scrambledPackets++
    else {
      const needBytes = this.#isSplit ? 0 : this.#declaredBytes()
      const packet = this.#packet
      packet.bytes = this.#buffer
      packet.end = needBytes > 0 ? Math.min(this.#used, needBytes) : this.#used
      packet.at = Math.min(header.payloadAt, packet.end)
      packet.pts90k = header.pts90k
      packet.dts90k = header.dts90k
      packet.isDamaged = isCut || this.#soundBytes < Number.POSITIVE_INFINITY
      packet.soundEnd = Math.min(packet.end, this.#soundBytes)
      onPes(packet)
    }
  }
}
