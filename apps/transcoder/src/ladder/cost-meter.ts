/** `busy` is looked at over so long. */
const windowMs = 500

/** Where the time goes: the share of wall time at work, and the processor's time of the process divided among rungs by what each took. */
export class CostMeter {
  // bound: spans of the last half second; noteBusy takes the older ones out
  #spans: { readonly fromMs: number; readonly toMs: number }[] = []
  #sinceMs: number
  #cpuMs: number
  #sharedMs = 0

  constructor(nowMs: number, cpuMs: number) {
    this.#sinceMs = nowMs
    this.#cpuMs = cpuMs
  }

  get sinceMs(): number {
    return this.#sinceMs
  }

  noteBusy(fromMs: number, toMs: number): void {
    this.#spans.push({ fromMs, toMs })
    while (this.#spans.length > 0 && this.#spans[0]!.toMs < toMs - windowMs) this.#spans.shift()
  }

  /** Work that all rungs need: decoding, scaling. */
  noteShared(ms: number): void {
    this.#sharedMs += ms
  }

  busyShare(nowMs: number): number {
    const from = nowMs - windowMs
    const busyMs = this.#spans.reduce((sum, span) => sum + Math.max(0, span.toMs - Math.max(from, span.fromMs)), 0)
    return Math.min(1, busyMs / windowMs)
  }

  /** The processor's time since the last call, by rung. `ownMs`: wall time of each one's encoders. Starts anew. */
  share(nowMs: number, cpuMs: number, ownMs: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
    const spentMs = cpuMs - this.#cpuMs
    const own = [...ownMs.values()].reduce((sum, ms) => sum + ms, 0)
    const total = own + this.#sharedMs
    const shared = this.#sharedMs / Math.max(1, ownMs.size)
    this.#sinceMs = nowMs
    this.#cpuMs = cpuMs
    this.#sharedMs = 0
    return new Map([...ownMs].map(([slot, ms]) => [slot, total === 0 ? 0 : (spentMs * (ms + shared)) / total]))
  }
}
