import { makeAdaptationField, readAdaptationField } from '../packet/adaptation-field.ts'
import { Pid, tsPacketBytes } from '../packet/constants.ts'
import { PacketFramer } from '../packet/packet-framer.ts'
import { readPcr } from '../packet/pcr.ts'
import { makeTsHeader, readTsHeader } from '../packet/ts-header.ts'
import type { PatProgram } from '../psi/pat.ts'
import type { Pmt } from '../psi/pmt.ts'
import { streamForm } from '../psi/stream-type.ts'
import { makeTsCounters } from './counters.ts'
import { LeftOut, streamNote } from './left-out.ts'
import { MemoryBudget } from './memory-budget.ts'
import { PcrMeter } from './pcr-meter.ts'
import { PidState } from './pid-state.ts'
import { ProgramStreams } from './program-streams.ts'
import { ProgramTimeline } from './program-timeline.ts'
import { PsiReader } from './psi-reader.ts'
import type { TsSink } from './sink.ts'
import type { TsStats } from './stats.ts'

export type TsDemuxerOptions = {
  /** Carry this program alone; without it the first with media is taken. */
  readonly programNumber?: number
  /** Memory for frames that are not whole yet, of all streams together. Default 16 MiB: one frame may have about half of it. */
  readonly maxBufferedBytes?: number
  /** HLS: packagers begin the continuity counters anew with each segment, which is no loss and not noted as one. */
  readonly isInSegments?: boolean
}

const defaultMaxBufferedBytes = 16 * 1024 * 1024
/** PMTs that are followed while none with media is found: more than any real multiplex has. */
const maxPrograms = 64
const noSink: TsSink = { onTrack() {}, onFrame() {} }

/**
 * MPEG transport stream in, tracks and frames out. Pure: driven by `push` alone, no clock. Never throws whatever it is fed,
 * and holds no more than `maxBufferedBytes` and a few hundred kilobytes. Spec: ISO/IEC 13818-1
 */
export class TsDemuxer {
  readonly #options: TsDemuxerOptions
  readonly #counters = makeTsCounters()
  readonly #framer = new PacketFramer()
  readonly #pcr = new PcrMeter()
  readonly #psi: PsiReader
  readonly #streams: ProgramStreams
  readonly #header = makeTsHeader()
  readonly #adaptation = makeAdaptationField()
  // bound: 64 programs and the streams of one, renewed with each PAT and PMT
  readonly #pids = new Map<number, PidState>()
  readonly #leftOut: LeftOut
  /** PIDs of programs that are not carried, by program number: of those that the PAT names now. */
  // bound: `maxPrograms`, with the PIDs of one PMT section each
  readonly #otherPids = new Map<number, ReadonlySet<number>>()
  // bound: `maxPrograms`, more are passed over
  #programs: readonly PatProgram[] = []
  /** Number of the program that is carried, -1: none yet. */
  #program = -1
  #pcrPid: number = Pid.null
  #sink: TsSink = noSink
  #nowMs = Number.NaN
  readonly #onPacket = (b: Uint8Array, at: number): void => this.#takePacket(b, at)

  constructor(options: TsDemuxerOptions = {}) {
    this.#options = options
    this.#leftOut = new LeftOut(options.isInSegments ?? false)
    this.#psi = new PsiReader(this.#counters, {
      onPat: (programs) => this.#takePat(programs),
      onPmt: (pmt) => this.#takePmt(pmt),
    })
    this.#streams = new ProgramStreams({
      counters: this.#counters,
      budget: new MemoryBudget(options.maxBufferedBytes ?? defaultMaxBufferedBytes),
      timeline: new ProgramTimeline(),
      sink: () => this.#sink,
    })
    this.#pids.set(Pid.pat, new PidState(Pid.pat, 'PAT', this.#psi.makeReceiver()))
  }

  /**
   * Takes the next bytes of the stream, cut anywhere; they are read before it returns and not kept. `nowMs`: when they came, for
   * the clock's jitter.
   */
  push(bytes: Uint8Array, sink: TsSink, nowMs = Number.NaN): void {
    this.#sink = sink
    this.#nowMs = nowMs
    this.#leftOut.begin(bytes)
    this.#framer.push(bytes, this.#onPacket)
    this.#look(sink)
    this.#sink = noSink
  }

  /** The stream has ended: gives out the frames that wait for what would have come next. */
  flush(sink: TsSink): void {
    this.#sink = sink
    this.#framer.flush(this.#onPacket)
    this.#streams.flush()
    this.#look(sink)
    this.#sink = noSink
  }

  #look(sink: TsSink): void {
    const [hasProgram, hasPrograms] = [this.#program >= 0, this.#programs.length > 0]
    this.#leftOut.look({ counters: this.#counters, framer: this.#framer.counts, hasProgram, hasPrograms }, sink)
  }

  /** What was counted up to now: a snapshot. */
  stats(): TsStats {
    return {
      ...this.#counters,
      ...this.#framer.counts,
      pcrMaxIntervalMs: this.#pcr.maxIntervalMs,
      pcrJitterMs: this.#pcr.jitterMs,
      programNumber: this.#program < 0 ? null : this.#program,
      pids: [...this.#pids.values()].map(({ pid, name, packets, continuityErrors, receiver }) => {
        return { pid, name, packets, continuityErrors, isCarried: receiver !== null }
      }),
    }
  }

  #takePacket(b: Uint8Array, at: number): void {
    const header = this.#header
    this.#counters.packets++
    if (!readTsHeader(b, at, header)) {
      this.#counters.badPackets++
      return
    }
    if (header.hasTransportError) {
      this.#counters.transportErrors++
      return
    }
    if (header.pid === Pid.null) return
    this.#readAdaptation(b)
    const state = this.#pids.get(header.pid)
    if (state === undefined) {
      if (this.#program >= 0) this.#noteStrange(header.pid)
      return
    }
    state.packets++
    if (header.hasPayload) this.#takePayload(b, at + tsPacketBytes, state)
  }

  /** No table names this PID, unless it is the clock's or another program's. */
  #noteStrange(pid: number): void {
    if (pid === this.#pcrPid) return
    for (const pids of this.#otherPids.values()) if (pids.has(pid)) return
    this.#leftOut.noteStrange(pid)
  }

  #readAdaptation(b: Uint8Array): void {
    const adaptation = this.#adaptation
    if (this.#header.adaptationAt === 0) {
      adaptation.hasDiscontinuity = false
      adaptation.stuffingBytes = 0
      return
    }
    readAdaptationField(b, this.#header.adaptationAt, adaptation)
    if (this.#header.pid !== this.#pcrPid) return
    if (adaptation.hasDiscontinuity && adaptation.pcrAt > 0) {
      this.#counters.timeBaseChanges++
      this.#pcr.reset()
      this.#sink.onFact?.({ type: 'timebase.changed' })
    }
    if (adaptation.pcrAt > 0) this.#pcr.observe(readPcr(b, adaptation.pcrAt), this.#nowMs)
  }

  #takePayload(b: Uint8Array, end: number, state: PidState): void {
    const { payloadAt, isUnitStart, isScrambled, continuityCounter } = this.#header
    const { hasDiscontinuity, stuffingBytes } = this.#adaptation
    const continuity = state.observe(continuityCounter, hasDiscontinuity)
    if (isScrambled) {
      this.#counters.scrambledPackets++
      this.#leftOut.noteScrambled(state.pid, state.name)
      state.receiver?.lose()
      return
    }
    if (continuity === 'same' && state.receiver?.endsWith(b, payloadAt, end) !== false) {
      this.#counters.duplicatePackets++
      return
    }
    if (continuity !== 'next') {
      this.#counters.continuityErrors++
      state.continuityErrors++
      state.receiver?.lose()
    }
    state.receiver?.push(b, payloadAt, end, isUnitStart, stuffingBytes > 0)
  }

  #takePat(programs: readonly PatProgram[]): void {
    this.#programs = programs.filter((one) => one.pmtPid !== Pid.pat && one.pmtPid !== Pid.null).slice(0, maxPrograms)
    for (const other of this.#otherPids.keys()) {
      if (!this.#programs.some((one) => one.programNumber === other)) this.#otherPids.delete(other)
    }
    if (this.#program >= 0 && !this.#programs.some((one) => one.programNumber === this.#program)) {
      this.#sink.onFact?.({ type: 'program.lost', programNumber: this.#program })
      this.#streams.close()
      this.#psi.forgetPmts()
      this.#program = -1
    }
    this.#indexPids()
  }

  #takePmt(pmt: Pmt): void {
    const isWanted = this.#options.programNumber === undefined || this.#options.programNumber === pmt.programNumber
    if (!isWanted || !this.#programs.some((one) => one.programNumber === pmt.programNumber)) return
    if (this.#program < 0) this.#choose(pmt)
    if (pmt.programNumber !== this.#program) {
      this.#otherPids.set(pmt.programNumber, new Set([pmt.pcrPid, ...pmt.streams.map(({ pid }) => pid)]))
      return
    }
    this.#otherPids.delete(pmt.programNumber)
    this.#pcrPid = pmt.pcrPid
    this.#streams.update(pmt, (pid) => pid !== Pid.pat && pid !== Pid.null && !this.#programs.some((one) => one.pmtPid === pid))
    this.#indexPids()
  }

  /** Takes the program when something of it can be carried; else says what it holds. */
  #choose({ programNumber, streams }: Pmt): void {
    const found = streams.map(({ pid, streamType, descriptors }) => ({ pid, streamType, ...streamForm(streamType, descriptors) }))
    if (found.some((stream) => stream.form !== null)) {
      this.#program = programNumber
      const others = this.#programs.map((one) => one.programNumber).filter((other) => other !== programNumber)
      this.#sink.onFact?.({ type: 'program.chosen', programNumber, others })
      if (others.length > 0) this.#sink.onNote?.({ code: 'track-not-carried', media: 'stream', subject: otherPrograms(others) })
      return
    }
    for (const { pid, streamType, ...stream } of found) {
      if (stream.form !== null) continue
      this.#sink.onFact?.({ type: 'stream.unsupported', pid, streamType, name: stream.name })
      this.#sink.onNote?.(streamNote(stream.name, pid))
    }
  }

  /** Makes the map of PIDs that of the tables; states that are still named stay. */
  #indexPids(): void {
    const pat = this.#pids.get(Pid.pat)!
    const before = new Map(this.#pids)
    this.#pids.clear()
    this.#pids.set(Pid.pat, pat)
    for (const { pmtPid } of this.#programs) {
      const old = before.get(pmtPid)
      this.#pids.set(pmtPid, old?.name === 'PMT' ? old : new PidState(pmtPid, 'PMT', this.#psi.makeReceiver()))
    }
    for (const state of this.#streams.pids) this.#pids.set(state.pid, state)
  }
}

/** `program 2, 3, 4 and 5 more` */
function otherPrograms(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 6)
  const more = numbers.length - shown.length
  return `program ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
