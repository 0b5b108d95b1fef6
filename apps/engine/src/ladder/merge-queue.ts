/** What passes beside an encoder is held no longer than this: the encoder is stuck, and what passes does not wait for it. */
const maxHeldMs = 2000
const maxHeldItems = 2000
const maxHeldBytes = 16 * 1024 * 1024

type Timed = { readonly dts: number; readonly bytes: number }
type Held<Item> = { readonly item: Item; readonly atMs: number }

/** Holds what passes beside an encoder until the encoder has come to the same programme time: the later of both streams leads. */
export class MergeQueue<Item extends Timed> {
  // bound: 2 s, `maxHeldItems` and `maxHeldBytes`; what is over goes out
  #held: Held<Item>[] = []
  #heldBytes = 0

  get length(): number {
    return this.#held.length
  }

  push(item: Item, nowMs: number): void {
    this.#held.push({ item, atMs: nowMs })
    this.#heldBytes += item.bytes
  }

  /** What belongs before the encoder's frame at `dts`. */
  takeUntil(dts: number): readonly Item[] {
    const at = this.#held.findIndex(({ item }) => item.dts > dts)
    return this.#take(at < 0 ? this.#held.length : at)
  }

  /** What the encoder did not come to in time, and what there is no room for. */
  takeOverdue(nowMs: number): readonly Item[] {
    let [count, bytes] = [0, this.#heldBytes]
    for (const { item, atMs } of this.#held) {
      const isOver = this.#held.length - count > maxHeldItems || bytes > maxHeldBytes
      if (nowMs - atMs < maxHeldMs && !isOver) break
      count++
      bytes -= item.bytes
    }
    return this.#take(count)
  }

  takeAll(): readonly Item[] {
    return this.#take(this.#held.length)
  }

  #take(count: number): readonly Item[] {
    if (count === 0) return []
    const taken = this.#held.splice(0, count).map(({ item }) => item)
    for (const { bytes } of taken) this.#heldBytes -= bytes
    return taken
  }
}
