/** How an output stands: whether the far end should receive media now, and whether it does. */
export type PublishState = { readonly isWanted: boolean; readonly isLive: boolean }
/** Milliseconds of one broadcast. `liveMs` is never above `wantedMs`: only what was wanted counts. */
export type PublishTimes = { readonly wantedMs: number; readonly liveMs: number }

/** The first connect of a broadcast is left out of it, up to so long: no destination takes media before it was called. */
const firstConnectMs = 5000

/**
 * Counts publish success: time in which the far end received, over time in which it should have. Driven by monotonic time and told of
 * every change; a step back of that time counts as none. Spec: the formula in docs/outputs.md
 */
export class PublishMeter {
  #wantedMs = 0
  #liveMs = 0
  #lastMs: number
  #state: PublishState = { isWanted: false, isLive: false }
  /** What is left of the time that the first connect may take. */
  #graceMs = firstConnectMs
  /** Live time since the state last became live, which may turn out to have been none. */
  #runMs = 0

  constructor(nowMs: number) {
    this.#lastMs = nowMs
  }

  /** The state from now on. What has gone by since the call before was in the state before. */
  note(state: PublishState, nowMs: number): void {
    this.#count(nowMs)
    if (!state.isLive) this.#runMs = 0
    this.#state = state
  }

  /** The last `unconfirmedMs` turn out to have reached nobody: they count as wanted and not as live. To be told before the state that follows. */
  revoke(unconfirmedMs: number, nowMs: number): void {
    this.#count(nowMs)
    const revokedMs = Math.min(Math.max(0, unconfirmedMs), this.#runMs)
    this.#runMs -= revokedMs
    this.#liveMs -= revokedMs
  }

  read(nowMs: number): PublishTimes {
    this.#count(nowMs)
    return { wantedMs: this.#wantedMs, liveMs: this.#liveMs }
  }

  /** A broadcast begins: counts from here. */
  restart(nowMs: number): void {
    this.#wantedMs = 0
    this.#liveMs = 0
    this.#runMs = 0
    this.#lastMs = nowMs
    this.#graceMs = firstConnectMs
  }

  #count(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#lastMs)
    this.#lastMs = Math.max(this.#lastMs, nowMs)
    if (!this.#state.isWanted) return
    if (this.#state.isLive) {
      this.#graceMs = 0
      this.#wantedMs += passedMs
      this.#liveMs += passedMs
      this.#runMs += passedMs
      return
    }
    const spentMs = Math.min(this.#graceMs, passedMs)
    this.#graceMs -= spentMs
    this.#wantedMs += passedMs - spentMs
  }
}
