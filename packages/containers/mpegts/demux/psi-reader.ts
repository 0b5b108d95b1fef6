import { type PatProgram, readPat } from '../psi/pat.ts'
import { type Pmt, readPmt } from '../psi/pmt.ts'
import { readSection, type Section } from '../psi/section.ts'
import { SectionAssembler } from '../psi/section-assembler.ts'
import type { TsCounters } from './counters.ts'
import type { PayloadReceiver } from './pid-state.ts'

export type PsiEvents = {
  /** The whole list, in order, each time that it changes. */
  readonly onPat: (programs: readonly PatProgram[]) => void
  /** Each time that the PMT of a program changes. */
  readonly onPmt: (pmt: Pmt) => void
}

/** Tables that are remembered so that their repetitions cost nothing; past that the memory starts afresh. */
const maxKnownTables = 256
/** One section names 253 programs: more than any multiplex has. All of them are gone through with each that changes. */
const maxPatSections = 4

/** Reads PAT and PMT out of the payloads of their PIDs. A table that came before with the same checksum is passed over. */
export class PsiReader {
  readonly #counters: TsCounters
  readonly #events: PsiEvents
  /** Checksums by table id, extension and section number. */
  // bound: `maxKnownTables`, all are forgotten for the next
  readonly #known = new Map<number, number>()
  /** The PAT's sections by number, all of one version. */
  // bound: `maxPatSections` of 253 programs each
  readonly #patSections = new Map<number, readonly PatProgram[]>()
  #patVersion = -1

  constructor(counters: TsCounters, events: PsiEvents) {
    this.#counters = counters
    this.#events = events
  }

  /** A receiver for the payloads of one PID that carries tables. */
  makeReceiver(): PayloadReceiver {
    const assembler = new SectionAssembler()
    const take = (bytes: Uint8Array): void => this.#put(bytes)
    return {
      push: (b, at, end, isUnitStart) => assembler.push(b, at, end, isUnitStart, take),
      lose: () => assembler.reset(),
      endsWith: () => true, // a repeated packet of a table is harmless either way
      flush() {},
      release() {},
    }
  }

  /** Forgets what came before, so that the next PMT of any program is given out. */
  forgetPmts(): void {
    this.#known.clear()
  }

  #put(bytes: Uint8Array): void {
    const section = readSection(bytes)
    if (section === 'crc') this.#counters.crcErrors++
    else if (section === 'form') this.#counters.badSections++
    else if (section.isCurrent && !this.#isKnown(section)) this.#read(section)
  }

  #isKnown(section: Section): boolean {
    const key = (section.tableId * 0x10000 + section.tableIdExtension) * 0x100 + section.sectionNumber
    if (this.#known.get(key) === section.crc) return true
    if (this.#known.size >= maxKnownTables) this.#known.clear()
    this.#known.set(key, section.crc)
    return false
  }

  #read(section: Section): void {
    const programs = readPat(section)
    const pmt = readPmt(section)
    if (programs !== null) this.#takePat(section, programs)
    else if (pmt !== null) this.#events.onPmt(pmt)
    else this.#counters.badSections++
  }

  #takePat(section: Section, programs: readonly PatProgram[]): void {
    if (section.sectionNumber >= maxPatSections) return
    if (section.version !== this.#patVersion) this.#patSections.clear()
    this.#patVersion = section.version
    this.#patSections.set(section.sectionNumber, programs)
    const ordered = [...this.#patSections].sort(([a], [b]) => a - b)
    this.#events.onPat(ordered.flatMap(([, part]) => part))
  }
}
