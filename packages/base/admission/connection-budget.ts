import { addressGroup } from '../address/index.ts'

/** Bounds of one listener. A stranger is a connection that has not shown yet that it may be here. */
export type ConnectionLimits = {
  readonly connections: number
  /** Of one address (an IPv6 /64 counts as one), strangers included. */
  readonly perAddress: number
  readonly strangers: number
  readonly strangersPerAddress: number
}

/** One connection's place. Both calls are harmless when repeated. */
export type Seat = {
  readonly isKnown: boolean
  /** It has shown that it may be here: a key, a session, a request that was answered. It is not ended for others any more. */
  known(): void
  leave(): void
}

export type BudgetCounters = { admitted: number; refused: number; evicted: number }

/** When places are short, a stranger of this age has had its time: it gives way to a newcomer. */
const staleMs = 2_000

type Taken = Seat & { isKnown: boolean; readonly group: Group; readonly sinceMs: number; readonly end: () => void }
/** `strangers`: oldest first. */
// bound: strangers: the limit an address has
type Group = { readonly name: string; readonly strangers: Set<Taken>; known: number }

/**
 * Who may hold a connection to one listener. Those who are known stay. When strangers fill their part, the address with the most of them
 * loses its newest, so that one address that opens hundreds keeps nobody else out.
 */
export class ConnectionBudget {
  readonly counters: BudgetCounters = { admitted: 0, refused: 0, evicted: 0 }
  readonly limits: ConnectionLimits
  readonly #isShared: (address: string) => boolean
  // bound: one an address with a connection of the listener
  readonly #groups = new Map<string, Group>()
  // bound: the part of strangers in the limits of the listener
  #strangers = new Set<Taken>()
  #known = 0

  /** `isShared`: one address that stands for many, a trusted proxy: only the listener's own bounds hold for it. */
  constructor(limits: ConnectionLimits, isShared: (address: string) => boolean = () => false) {
    this.limits = limits
    this.#isShared = isShared
  }

  get connections(): number {
    return this.#known + this.#strangers.size
  }

  get strangers(): number {
    return this.#strangers.size
  }

  /** Null: refused. `end` closes the connection when it has to give way, and is called at most once; its seat is free already then. */
  enter(address: string, nowMs: number, end: () => void): Seat | null {
    const name = addressGroup(address)
    const group = this.#groups.get(name) ?? { name, strangers: new Set<Taken>(), known: 0 }
    if (!this.#isOver(group, address) && this.#makeRoom(group, nowMs)) return this.#seat(group, nowMs, end)
    this.counters.refused++
    return null
  }

  #isOver(group: Group, address: string): boolean {
    if (this.#isShared(address)) return false
    const { perAddress, strangersPerAddress } = this.limits
    return group.strangers.size >= strangersPerAddress || group.strangers.size + group.known >= perAddress
  }

  #makeRoom(group: Group, nowMs: number): boolean {
    if (this.#strangers.size < this.limits.strangers && this.connections < this.limits.connections) return true
    const victim = this.#victim(group, nowMs)
    if (victim === undefined) return false
    victim.leave()
    this.counters.evicted++
    victim.end()
    return true
  }

  #victim(newcomer: Group, nowMs: number): Taken | undefined {
    let largest = newcomer
    for (const { group } of this.#strangers) if (group.strangers.size > largest.strangers.size) largest = group
    // One more would make the newcomer's address the largest, or as large as any: it takes nobody's place but that of one who dawdles.
    if (largest.strangers.size > newcomer.strangers.size + 1) return [...largest.strangers].at(-1)
    const [oldest] = this.#strangers
    return oldest !== undefined && nowMs - oldest.sinceMs >= staleMs ? oldest : undefined
  }

  #seat(group: Group, sinceMs: number, end: () => void): Seat {
    let isLeft = false
    const seat: Taken = {
      isKnown: false,
      group,
      sinceMs,
      end,
      known: () => {
        if (isLeft || seat.isKnown) return
        seat.isKnown = true
        this.#strangers.delete(seat)
        group.strangers.delete(seat)
        this.#known++
        group.known++
      },
      leave: () => {
        if (isLeft) return
        isLeft = true
        if (seat.isKnown) {
          this.#known--
          group.known--
        } else {
          this.#strangers.delete(seat)
          group.strangers.delete(seat)
        }
        if (group.known === 0 && group.strangers.size === 0) this.#groups.delete(group.name)
      },
    }
    this.counters.admitted++
    this.#groups.set(group.name, group)
    this.#strangers.add(seat)
    group.strangers.add(seat)
    return seat
  }
}
