import type { Clock } from '@sluice/base/clock'
import type { ProgrammeBus } from '../bus/index.ts'
import { FanOut } from './fan-out.ts'
import type { Gather } from './fan-out-group.ts'
import { HealthTick } from './health-tick.ts'
import { ProcessingMeter } from './processing-meter.ts'
import type { WireFormat } from './wire/wire-format.ts'

/** Fewer are not worth the delay: at 50 outputs of 6 Mbit/s gathering saved nothing, at 100 a sixth of the CPU, at 500 half. Measured in bench/fanout. */
const gatherFromMembers = 100

/** The fan-outs of one programme, one for each wire that somebody speaks: made for the first member, gone with the last. */
export class FanOutSet {
  readonly bus: ProgrammeBus
  /** How far behind the programme it is on purpose. */
  readonly delayMs: number
  readonly #clock: Clock
  readonly #gather: Gather | null
  /** What all of them take from a frame's last byte to its write. */
  readonly processing = new ProcessingMeter()
  /** Looks at the sessions that are at them. */
  readonly health: HealthTick
  // bound: one a wire key that a member speaks, `sweep` takes the others away
  readonly #byKey = new Map<string, FanOut>()

  /** The health is not the wire's: what throws in its looks must not have the members begin again. */
  readonly #beforeTurn = (): void => {
    try {
      this.health.beforeTurn(this.#clock.nowMs())
    } catch (error) {
      this.bus.noteFault(error)
    }
  }

  /** `gatherMs`: how long members of a wire that may be gathered wait for company once there are many; 0 for never. */
  constructor(bus: ProgrammeBus, clock: Clock, gatherMs = 0, delayMs = 0) {
    this.bus = bus
    this.delayMs = delayMs
    this.#clock = clock
    this.#gather = gatherMs > 0 ? { ms: gatherMs, minMembers: gatherFromMembers } : null
    this.health = new HealthTick(clock)
  }

  /** Who is at any of them. */
  get memberCount(): number {
    return [...this.#byKey.values()].reduce((sum, fanOut) => sum + fanOut.memberCount, 0)
  }

  /** The fan-out for the wire named `key`; `make` gives its format when there is none yet. */
  get(key: string, make: () => WireFormat): FanOut {
    const found = this.#byKey.get(key)
    if (found !== undefined) return found
    const made = new FanOut(this.bus, make(), this.#clock, this.processing, this.#gather, this.#beforeTurn)
    this.#byKey.set(key, made)
    return made
  }

  /** Ends fan-outs that nobody is at. Called after members left. */
  sweep(): void {
    for (const [key, fanOut] of this.#byKey) {
      if (fanOut.memberCount > 0) continue
      fanOut.close()
      this.#byKey.delete(key)
    }
  }

  close(): void {
    for (const fanOut of this.#byKey.values()) fanOut.close()
    this.#byKey.clear()
  }
}
