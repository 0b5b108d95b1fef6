/** The continuity counters of what is written: one for each PID, 0..15, wraps. Spec: ISO/IEC 13818-1 §2.4.3.3 */
export class ContinuityCounters {
  // bound: one a PID that is written
  readonly #next = new Map<number, number>()

  /** The counter for the next packet with payload. */
  next(pid: number): number {
    const counter = this.#next.get(pid) ?? 0
    this.#next.set(pid, (counter + 1) & 0x0f)
    return counter
  }

  /** The counter for a packet without payload: that of the packet before, since it does not count. */
  last(pid: number): number {
    return ((this.#next.get(pid) ?? 0) + 15) & 0x0f
  }
}
