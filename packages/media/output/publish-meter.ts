/** How an output stands: whether the far end should receive media now, and whether it does. */
export type PublishState = { readonly isWanted: boolean; readonly isLive: boolean }
/** Milliseconds of one broadcast. `liveMs` is never above `wantedMs`: only what was wanted counts. */
export type PublishTimes = { readonly wantedMs: number; readonly liveMs: number }

/**
 * Counts publish success: time in which the far end received, over time in which it should have. Driven by monotonic time and told of
 * every change; a step back of that time counts as none. Spec: the formula in docs/outputs.md
 */
export class PublishMeter {
  #wantedMs = 0
  #liveMs = 0
  #lastMs: number
  #state: PublishState = { isWanted: false, isLive: false }

  constructor(nowMs: number) {
    this.#lastMs = nowMs
  }

  /** The state from now on. What has gone by since the call before was in the state before. */
  note(state: PublishState, nowMs: number): void {
    this.#count(nowMs)
    this.#state = state
  }

  read(nowMs: number): PublishTimes {
    this.#count(nowMs)
    return { wantedMs: this.#wantedMs, liveMs: this.#liveMs }
  }

  /** A broadcast begins: counts from here. */
  restart(nowMs: number): void {
    this.#wantedMs = 0
    this.#liveMs = 0
    this.#lastMs = nowMs
  }

  #count(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#lastMs)
    this.#lastMs = Math.max(this.#lastMs, nowMs)
    if (!this.#state.isWanted) return
    this.#wantedMs += passedMs
    if (this.#state.isLive) this.#liveMs += passedMs
  }
}
