/** `refuse`: a new key is not taken when full. `forget-oldest`: the key that was set longest ago makes room. */
export type MapBounds = { readonly maxCount: number; readonly whenFull: 'refuse' | 'forget-oldest' }

/** A Map with a bound on its keys, in the order in which they were last set. Whether a key was taken is a verdict, never an error. */
export class BoundedMap<K, V> {
  readonly #bounds: MapBounds
  // bound: `maxCount` keys, `set` refuses more or forgets the oldest
  readonly #map = new Map<K, V>()

  constructor(bounds: MapBounds) {
    if (!(bounds.maxCount >= 1)) throw new RangeError('a map needs room for one key')
    this.#bounds = bounds
  }

  get size(): number {
    return this.#map.size
  }
  get isFull(): boolean {
    return this.#map.size >= this.#bounds.maxCount
  }

  get(key: K): V | undefined {
    return this.#map.get(key)
  }
  has(key: K): boolean {
    return this.#map.has(key)
  }

  /** A known key is always set and becomes the newest. */
  set(key: K, value: V): 'set' | 'refused' {
    if (!this.#map.delete(key) && this.isFull) {
      if (this.#bounds.whenFull === 'refuse') return 'refused'
      for (const oldest of this.#map.keys()) {
        this.#map.delete(oldest)
        break
      }
    }
    this.#map.set(key, value)
    return 'set'
  }

  delete(key: K): boolean {
    return this.#map.delete(key)
  }
  clear(): void {
    this.#map.clear()
  }
  keys(): MapIterator<K> {
    return this.#map.keys()
  }
  values(): MapIterator<V> {
    return this.#map.values()
  }
  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.#map[Symbol.iterator]()
  }
}
