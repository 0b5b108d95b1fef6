import { lastingFaultCodes, type ProbeFault } from '@sluice/contract/prober'

/** What stopped a player for good is said again for so long: one look is no proof, and looks do not count while an engine restarts. */
const lastsMs = 15_000

/** What was found since the last look, each code once. */
export class Findings {
  // bound: one a fault code
  readonly #fresh = new Map<ProbeFault['code'], ProbeFault>()
  // bound: one a lasting fault code
  readonly #lasting = new Map<ProbeFault['code'], { readonly fault: ProbeFault; readonly untilMs: number }>()

  add(faults: readonly ProbeFault[], nowMs: number): void {
    for (const fault of faults) {
      this.#fresh.set(fault.code, this.#fresh.get(fault.code) ?? fault)
      if (lastingFaultCodes.includes(fault.code)) this.#lasting.set(fault.code, { fault, untilMs: nowMs + lastsMs })
    }
  }

  /** All of it, and begins anew. */
  take(nowMs: number): ProbeFault[] {
    for (const [code, { fault, untilMs }] of this.#lasting) {
      if (untilMs < nowMs) this.#lasting.delete(code)
      else if (!this.#fresh.has(code)) this.#fresh.set(code, fault)
    }
    const all = [...this.#fresh.values()]
    this.#fresh.clear()
    return all
  }
}
