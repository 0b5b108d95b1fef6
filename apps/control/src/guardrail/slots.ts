/** What was seen of a channel between two readings. Counts are packets, or frames where packets can't be counted. */
export type GuardReading = {
  readonly fromMs: number
  readonly toMs: number
  readonly lost: number
  readonly due: number
  /** Of `wantedMs`, over all outputs, how much they were not live. */
  readonly downMs: number
  readonly wantedMs: number
  /** Running frame rate; 0 while unknown. */
  readonly fps: number
}

/** One part of the window. `coveredMs`: how much of it was seen. */
export type GuardSlot = {
  readonly startMs: number
  coveredMs: number
  lost: number
  due: number
  downMs: number
  wantedMs: number
  fps: number
}

/** Parts of a window: a minute each. */
export const slotsPerWindow = 5
/** Longest stability that is asked for, in windows. */
export const maxHoldWindows = 6
/** Further apart, two readings say nothing of the time between them. */
const longestReadingMs = 3000

/** The last parts of a channel's past, cut at whole multiples of `slotMs`. Memory is fixed: what no window reaches is dropped. */
export class GuardSlots {
  readonly slotMs: number
  // bound: slots of `maxHoldWindows` windows, older ones are cut off with each
  #slots: GuardSlot[] = []

  constructor(windowMs: number) {
    this.slotMs = windowMs / slotsPerWindow
  }

  get all(): readonly GuardSlot[] {
    return this.#slots
  }
  get newest(): GuardSlot | null {
    return this.#slots.at(-1) ?? null
  }

  /** Adds what was stored before a restart, oldest first, to what has been seen since. */
  restore(stored: readonly GuardSlot[]): void {
    const now = this.#slots
    const parts = [...stored, ...now.filter((slot) => !stored.some((one) => one.startMs === slot.startMs))]
    this.#slots = parts.map((slot) => {
      const since = now.find((one) => one.startMs === slot.startMs && one !== slot)
      return since === undefined ? slot : sum(slot, since)
    })
  }

  clear(): void {
    this.#slots = []
  }

  /** Takes a reading; one that lies across a border is shared out by time. A clock that went back makes all of it worthless. */
  add(reading: GuardReading): void {
    const lengthMs = reading.toMs - reading.fromMs
    if (lengthMs <= 0 || (this.newest !== null && reading.toMs < this.newest.startMs)) {
      this.clear()
      return
    }
    if (lengthMs > longestReadingMs) return
    for (let startMs = this.#startOf(reading.fromMs); startMs < reading.toMs; startMs += this.slotMs) {
      const partMs = Math.min(reading.toMs, startMs + this.slotMs) - Math.max(reading.fromMs, startMs)
      const share = partMs / lengthMs
      const slot = this.#slotAt(startMs)
      slot.coveredMs += partMs
      slot.lost += reading.lost * share
      slot.due += reading.due * share
      slot.downMs += reading.downMs * share
      slot.wantedMs += reading.wantedMs * share
      slot.fps = reading.fps
    }
  }

  /** The whole slots that end by `nowMs` and begin at `sinceMs` or later, without a hole between, newest last; at most `count`. */
  run(nowMs: number, sinceMs: number, count: number): GuardSlot[] {
    const found: GuardSlot[] = []
    for (let startMs = this.#startOf(nowMs) - this.slotMs; found.length < count && startMs >= sinceMs; startMs -= this.slotMs) {
      const slot = this.#slots.find((one) => one.startMs === startMs)
      if (slot === undefined || slot.coveredMs < 0.8 * this.slotMs) break
      found.unshift(slot)
    }
    return found
  }

  #startOf(ms: number): number {
    return Math.floor(ms / this.slotMs) * this.slotMs
  }

  #slotAt(startMs: number): GuardSlot {
    const found = this.#slots.find((slot) => slot.startMs === startMs)
    if (found !== undefined) return found
    const made: GuardSlot = { startMs, coveredMs: 0, lost: 0, due: 0, downMs: 0, wantedMs: 0, fps: 0 }
    this.#slots = [...this.#slots.filter((slot) => slot.startMs > startMs - (maxHoldWindows * slotsPerWindow + 2) * this.slotMs), made]
    return made
  }
}

const sum = (a: GuardSlot, b: GuardSlot): GuardSlot => ({
  startMs: a.startMs,
  coveredMs: a.coveredMs + b.coveredMs,
  lost: a.lost + b.lost,
  due: a.due + b.due,
  downMs: a.downMs + b.downMs,
  wantedMs: a.wantedMs + b.wantedMs,
  fps: b.fps,
})
