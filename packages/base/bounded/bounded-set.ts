/** A Set of at most `maxCount` values: what does not fit is a verdict, never an error. */
export class BoundedSet<T> {
  readonly #maxCount: number
  // bound: `maxCount` values, `add` refuses more
  readonly #set = new Set<T>()

  constructor(maxCount: number) {
    if (!(maxCount >= 1)) throw new RangeError('a set needs room for one value')
    this.#maxCount = maxCount
  }

  get size(): number {
    return this.#set.size
  }

  /** A value that is there already is always `added`. */
  add(value: T): 'added' | 'refused' {
    if (!this.#set.has(value) && this.#set.size >= this.#maxCount) return 'refused'
    this.#set.add(value)
    return 'added'
  }

  has(value: T): boolean {
    return this.#set.has(value)
  }
  delete(value: T): boolean {
    return this.#set.delete(value)
  }
  clear(): void {
    this.#set.clear()
  }
  [Symbol.iterator](): SetIterator<T> {
    return this.#set[Symbol.iterator]()
  }
}
