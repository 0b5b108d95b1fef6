/** Most items, and most bytes of all of them together. `bytesOf` is asked once for each item that comes and once when it goes. */
export type QueueBounds<T> = { readonly maxCount: number; readonly maxBytes: number; readonly bytesOf: (item: T) => number }

/** Taken items are cut off the front once there are so many of them and they are half of all: cheap, and nothing is held for long. */
const spareItems = 64

/**
 * First in, first out, within bounds of count and bytes. What does not fit is a verdict and never an error; an empty queue takes an item of
 * any size, or one large frame would starve whoever waits. Items are held by reference.
 */
export class BoundedQueue<T> {
  readonly #bounds: QueueBounds<T>
  // bound: `maxCount` items and `maxBytes` bytes, `offer` refuses more
  #items: T[] = []
  /** Items before this index are taken. */
  #at = 0
  #bytes = 0

  constructor(bounds: QueueBounds<T>) {
    if (!(bounds.maxCount >= 1 && bounds.maxBytes >= 1)) throw new RangeError('a queue needs room for one item and one byte')
    this.#bounds = bounds
  }

  get length(): number {
    return this.#items.length - this.#at
  }
  get bytes(): number {
    return this.#bytes
  }
  get first(): T | undefined {
    return this.#items[this.#at]
  }
  get last(): T | undefined {
    return this.length === 0 ? undefined : this.#items[this.#items.length - 1]
  }

  /** All of them, oldest first: a copy. */
  get items(): readonly T[] {
    return this.#items.slice(this.#at)
  }

  /** Whether `offer` would take it. */
  hasRoom(item: T): boolean {
    const { length } = this
    if (length === 0) return true
    return length < this.#bounds.maxCount && this.#bytes + this.#bounds.bytesOf(item) <= this.#bounds.maxBytes
  }

  offer(item: T): 'queued' | 'full' {
    if (!this.hasRoom(item)) return 'full'
    this.#items.push(item)
    this.#bytes += this.#bounds.bytesOf(item)
    return 'queued'
  }

  /** Takes the oldest one out; undefined when there is none. */
  take(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.#items[this.#at]!
    this.#items[this.#at++] = undefined as T // a taken frame must not stay in memory until the front is cut off
    this.#bytes -= this.#bounds.bytesOf(item)
    if (this.#at === this.#items.length) this.clear()
    else if (this.#at >= spareItems && this.#at * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#at)
      this.#at = 0
    }
    return item
  }

  /** Takes all out, oldest first: the caller's own array. */
  takeAll(): T[] {
    const all = this.#at === 0 ? this.#items : this.#items.slice(this.#at)
    this.clear()
    return all
  }

  clear(): void {
    this.#items = []
    this.#at = 0
    this.#bytes = 0
  }
}
