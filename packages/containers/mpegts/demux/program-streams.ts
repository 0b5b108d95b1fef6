import { equalBytes } from '@sluice/base/bytes'
import type { DataTrack, MediaNote, Track } from '@sluice/codecs/frame'
import type { ElementaryReader } from '../elementary/elementary-reader.ts'
import { formKind, formName, makeReader, startsAccessUnitOf } from '../elementary/make-reader.ts'
import { PesAssembler, type PesPacket } from '../pes/pes-assembler.ts'
import { type Descriptor, languageOf, writeDescriptors } from '../psi/descriptor.ts'
import type { Pmt, PmtStream } from '../psi/pmt.ts'
import { type CarriedForm, dataForm, streamForm } from '../psi/stream-type.ts'
import type { TsCounters } from './counters.ts'
import { streamNote } from './left-out.ts'
import type { MemoryBudget } from './memory-budget.ts'
import { NamedTracks } from './named-tracks.ts'
import { PidState } from './pid-state.ts'
import type { ProgramTimeline } from './program-timeline.ts'
import type { TsSink } from './sink.ts'
import { makeSpliceReceiver } from './splice-receiver.ts'

/** Streams of one program that are carried at most; a PMT could name hundreds. */
const maxCarriedStreams = 16

export type ProgramStreamsOptions = {
  readonly counters: TsCounters
  readonly budget: MemoryBudget
  readonly timeline: ProgramTimeline
  /** The sink of the push under way. */
  readonly sink: () => TsSink
}

type Stream = {
  readonly entry: PmtStream
  readonly state: PidState
  readonly kind: Track['kind'] | null
  /** -1: not given yet, or not carried. */
  id: number
  /** Timed data that is carried. */
  data?: 'scte35' | 'id3'
}

/** The elementary streams of the program that is carried: follows its PMT and feeds their readers. */
export class ProgramStreams {
  readonly #options: ProgramStreamsOptions
  // bound: the streams of one PMT, a section of 1021 bytes
  #streams: Stream[] = []

  constructor(options: ProgramStreamsOptions) {
    this.#options = options
  }

  /** The PIDs of all streams that the PMT names, carried or not. */
  get pids(): readonly PidState[] {
    return this.#streams.map((stream) => stream.state)
  }

  /** Makes the streams those of `pmt`: what stays the same goes on untouched, with its track id. `isFree`: the PID has no other use. */
  update(pmt: Pmt, isFree: (pid: number) => boolean): void {
    const entries = pmt.streams.filter(({ pid }, i) => isFree(pid) && pmt.streams.findIndex((other) => other.pid === pid) === i)
    const kept = this.#streams.filter((stream) => entries.some((entry) => isSame(stream.entry, entry)))
    for (const stream of this.#streams) if (!kept.includes(stream)) this.#end(stream)
    this.#streams = [...kept]
    for (const entry of entries) {
      if (!kept.some((stream) => isSame(stream.entry, entry))) this.#streams.push(this.#open(entry))
    }
  }

  /** The program is gone or the stream has ended: gives out what is there and ends all streams. */
  close(): void {
    for (const stream of this.#streams) this.#end(stream)
    this.#streams = []
  }

  /** The transport stream has ended: gives out what is there. */
  flush(): void {
    for (const stream of this.#streams) stream.state.receiver?.flush()
  }

  #open(entry: PmtStream): Stream {
    const { pid, streamType, descriptors } = entry
    const found = streamForm(streamType, descriptors)
    const name = found.form === null ? found.name : formName(found.form)
    const stream: Stream = {
      entry,
      state: new PidState(pid, name, null),
      kind: found.form === null ? null : formKind(found.form),
      id: -1,
    }
    const data = found.form === null ? dataForm(streamType, descriptors) : null
    if (data !== null && this.#options.sink().onTimed !== undefined) this.#carryData(stream, data)
    else if (found.form === null) this.#refuse(stream, name)
    else if (this.#streams.filter((one) => one.state.receiver !== null).length >= maxCarriedStreams) {
      this.#refuse(stream, `${name} above the limit of ${maxCarriedStreams} streams`, 'track-not-carried')
    } else this.#carry(stream, found.form, descriptors)
    return stream
  }

  #carry(stream: Stream, form: CarriedForm, descriptors: readonly Descriptor[]): void {
    const reader = makeReader(form, {
      descriptors,
      counters: this.#options.counters,
      takeId: () => this.#takeId(stream),
      onUnsupported: (name) => this.#refuse(stream, name),
      onNote: (note) => this.#options.sink().onNote?.(note),
    })
    if (reader === null) this.#refuse(stream, `${stream.state.name} of a rare channel layout`, 'form-not-carried')
    else stream.state.receiver = this.#makeAssembler(form, reader, formKind(form) === 'audio' ? languageOf(descriptors) : null)
  }

  /** Timed data has ids of its own, as every kind of track. */
  #carryData(stream: Stream, codec: 'scte35' | 'id3'): void {
    const id = this.#streams.filter((other) => other.data === codec).length
    stream.data = codec
    const track: DataTrack = { kind: 'data', id, codec }
    const { timeline, sink } = this.#options
    const give = (dts: number, aheadTicks: number, bytes: Uint8Array): void =>
      sink().onTimed?.({ track, dts, aheadTicks, bytes: bytes.slice() })
    stream.state.receiver = codec === 'scte35' ? makeSpliceReceiver(timeline, give) : this.#makeId3Receiver(give)
  }

  #makeId3Receiver(give: (dts: number, aheadTicks: number, bytes: Uint8Array) => void): PesAssembler {
    const { counters, budget, timeline } = this.#options
    return new PesAssembler({
      counters,
      budget,
      onPes: ({ bytes, at, end, pts90k, isDamaged }) => {
        const dts = Number.isNaN(pts90k) ? timeline.newest : timeline.near(pts90k)
        if (dts !== null && !isDamaged) give(dts, 0, bytes.subarray(at, end))
      },
    })
  }

  #makeAssembler(form: CarriedForm, reader: ElementaryReader, language: string | null): PesAssembler {
    const { counters, budget, sink } = this.#options
    const named = language === null ? null : new NamedTracks(language)
    const startsAccessUnit = startsAccessUnitOf(form)
    return new PesAssembler({
      counters,
      budget,
      ...(startsAccessUnit === null ? {} : { startsAccessUnit }),
      onPes: (pes) => {
        this.#unwrap(pes)
        reader.push(pes, named === null ? sink() : named.around(sink()))
      },
    })
  }

  #unwrap(pes: PesPacket): void {
    if (Number.isNaN(pes.dts90k)) return
    const dts = this.#options.timeline.unwrap(pes.dts90k)
    pes.pts90k = this.#options.timeline.unwrapPts(pes.pts90k, pes.dts90k, dts)
    pes.dts90k = dts
  }

  /** The lowest id that no other stream of the kind has. */
  #takeId(stream: Stream): number {
    let id = 0
    while (this.#streams.some((other) => other.kind === stream.kind && other.id === id)) id++
    stream.id = id
    return id
  }

  /** The stream is not carried: by its PMT entry, or because its own headers show it. */
  #refuse(stream: Stream, name: string, code?: MediaNote['code']): void {
    stream.state.name = name
    stream.state.receiver?.release()
    stream.state.receiver = null
    const { pid, streamType } = stream.entry
    this.#options.sink().onFact?.({ type: 'stream.unsupported', pid, streamType, name })
    this.#options.sink().onNote?.(streamNote(name, pid, code))
  }

  #end(stream: Stream): void {
    stream.state.receiver?.flush()
    stream.state.receiver?.release()
    stream.state.receiver = null
    if (stream.kind !== null && stream.id >= 0) this.#options.sink().onFact?.({ type: 'track.ended', kind: stream.kind, id: stream.id })
  }
}

/** True when a reader of `a` can go on with `b`. Only Opus has its configuration in the descriptors. */
function isSame(a: PmtStream, b: PmtStream): boolean {
  const { form } = streamForm(a.streamType, a.descriptors)
  if (a.pid !== b.pid || a.streamType !== b.streamType || form !== streamForm(b.streamType, b.descriptors).form) return false
  if (languageOf(a.descriptors) !== languageOf(b.descriptors)) return false
  return form !== 'opus' || equalBytes(writeDescriptors(a.descriptors), writeDescriptors(b.descriptors))
}
