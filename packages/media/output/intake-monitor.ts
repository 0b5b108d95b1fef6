/**
 * One look at what our kernel still holds of a connection. `takenBytes`: sent so far, less what it holds. `isShut`: it asks from time to
 * time whether the far end's window is open again, because the program there does not read.
 */
export type TakenSample = { readonly takenBytes: number; readonly heldBytes: number; readonly isShut: boolean; readonly atMs: number }

/**
 * Remembers since when the far end's machine has taken no byte of those that our kernel holds for it. That says more than the
 * process's own queue, which is empty while the kernel has room: at low bitrates for half a minute. Pure; times are monotonic.
 */
export class IntakeMonitor {
  #mostTaken = 0
  #heldSinceMs: number | null = null
  #isShut = false
  #lastAtMs = Number.NEGATIVE_INFINITY
  #movedMs: number | null = null

  /** Takes a look; one that was taken before is passed over. Null: nothing is known. */
  add(sample: TakenSample | null): void {
    if (sample === null) {
      this.#heldSinceMs = null
      this.#isShut = false
      return
    }
    if (sample.atMs <= this.#lastAtMs) return
    this.#lastAtMs = sample.atMs
    this.#isShut = sample.isShut
    // A look may miss what was written meanwhile and see less than was taken before: only more is progress.
    const hasMoved = sample.takenBytes > this.#mostTaken
    this.#mostTaken = Math.max(this.#mostTaken, sample.takenBytes)
    if (hasMoved) this.#movedMs = sample.atMs
    if (sample.heldBytes === 0) this.#heldSinceMs = null
    else if (hasMoved || this.#heldSinceMs === null) this.#heldSinceMs = sample.atMs
  }

  /** Bytes of the connection that the far end's machine has taken, by the looks so far. */
  get takenBytes(): number {
    return this.#mostTaken
  }

  /** The newest look that saw more taken than the ones before; null before the first. */
  get movedMs(): number | null {
    return this.#movedMs
  }

  /** By the newest look: the far end's program does not read. */
  get isShut(): boolean {
    return this.#isShut
  }

  /** Milliseconds between the looks over which bytes were held and none was taken: 0 when there is nothing to hold against the far end. */
  get heldForMs(): number {
    return this.#heldSinceMs === null ? 0 : this.#lastAtMs - this.#heldSinceMs
  }
}
