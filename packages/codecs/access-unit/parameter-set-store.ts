import { equalBytes } from '@sluice/base/bytes'
import type { ParameterSets, VideoSyntax } from './video-syntax.ts'

/** A set above this is no set: the largest real ones, with scaling lists, have some hundred bytes. */
const maxSetBytes = 8192
/** What an avcC record can hold. */
const maxSets = { vps: 31, sps: 31, pps: 255 } as const

/** Keeps the parameter sets in force and tells when they change. Copies what it keeps. */
export class ParameterSetStore {
  readonly #syntax: VideoSyntax
  #sets: ParameterSets = { vps: [], sps: [], pps: [] }

  constructor(syntax: VideoSyntax) {
    this.#syntax = syntax
  }

  /**
   * Takes the sets of one access unit. A new SPS or VPS replaces all of its kind, since encoders send them together; a PPS
   * replaces the one of its id. Null: nothing changed; else the sets as they would be, put in force by `accept`.
   */
  offer(units: readonly Uint8Array[]): ParameterSets | null {
    const { sps, vps, pps } = this.#sets
    const sent = { vps: [] as Uint8Array[], sps: [] as Uint8Array[], pps: [] as Uint8Array[] }
    for (const unit of units) {
      const kind = this.#syntax.parameterSet(unit)
      if (kind === null || unit.length > maxSetBytes || sent[kind].length === maxSets[kind]) continue
      if (!holds(sent[kind], unit)) sent[kind].push(unit)
    }
    const isNewVps = sent.vps.some((unit) => !holds(vps, unit))
    const isNewSps = sent.sps.some((unit) => !holds(sps, unit))
    const isNewPps = sent.pps.some((unit) => !holds(pps, unit))
    if (!isNewVps && !isNewSps && !isNewPps) return null
    return {
      vps: isNewVps ? sent.vps.map(copy) : vps,
      sps: isNewSps ? sent.sps.map(copy) : sps,
      pps: isNewSps && sent.pps.length > 0 ? sent.pps.map(copy) : this.#mergePps(pps, sent.pps),
    }
  }

  /** Puts what `offer` gave in force, once it has proved readable. */
  accept(sets: ParameterSets): void {
    this.#sets = sets
  }

  #mergePps(old: readonly Uint8Array[], sent: readonly Uint8Array[]): readonly Uint8Array[] {
    const merged = new Map(old.map((unit) => [this.#syntax.ppsId(unit), unit]))
    for (const unit of sent) {
      const id = this.#syntax.ppsId(unit)
      if (merged.has(id) || merged.size < maxSets.pps) merged.set(id, copy(unit))
    }
    return [...merged.values()]
  }
}

const holds = (units: readonly Uint8Array[], unit: Uint8Array): boolean => units.some((one) => equalBytes(one, unit))
const copy = (unit: Uint8Array): Uint8Array => unit.slice()
