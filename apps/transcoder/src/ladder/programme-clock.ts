import { ticksPerMs } from '@sluice/codecs/frame'

/** What was learned is forgotten after one to two of these, so that a source whose clock drifts is followed. */
const windowMs = 5000

/** Tells where the programme is right now, from frames and when they had come: the one that came soonest after its time is right. */
export class ProgrammeClock {
  #offsetMs: number | null = null
  #nextOffsetMs: number | null = null
  #windowEndMs = 0

  /** A frame of programme time `dts` had come in by `machineMs`. */
  note(dts: number, machineMs: number): void {
    const offsetMs = machineMs - dts / ticksPerMs
    if (machineMs >= this.#windowEndMs) {
      if (this.#nextOffsetMs !== null) this.#offsetMs = this.#nextOffsetMs
      this.#nextOffsetMs = null
      this.#windowEndMs = machineMs + windowMs
    }
    this.#offsetMs = Math.min(this.#offsetMs ?? offsetMs, offsetMs)
    this.#nextOffsetMs = Math.min(this.#nextOffsetMs ?? offsetMs, offsetMs)
  }

  /** Programme time at `machineMs`; null: nothing has come. */
  dtsAt(machineMs: number): number | null {
    return this.#offsetMs === null ? null : Math.floor((machineMs - this.#offsetMs) * ticksPerMs)
  }

  reset(): void {
    this.#offsetMs = null
    this.#nextOffsetMs = null
    this.#windowEndMs = 0
  }
}
