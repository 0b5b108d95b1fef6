/** Deviations up to this are rounding of time stamps, and no gap. */
const slackSamples = 48

/** Samples of sound by their position in programme time: gaps become silence, what was there before is cut. `-1` to `1`, one array a channel. */
export class SampleQueue {
  readonly #channels: number
  readonly #maxSamples: number
  // bound: maxSamples, put and fillTo go no further
  #planes: Float32Array[]
  #at: number
  #length = 0

  constructor(channels: number, at: number, maxSamples: number) {
    this.#channels = channels
    this.#maxSamples = maxSamples
    this.#at = at
    this.#planes = Array.from({ length: channels }, () => new Float32Array(maxSamples))
  }

  /** Position of the first sample that is there. */
  get at(): number {
    return this.#at
  }

  /** Position after the last sample that is there. */
  get end(): number {
    return this.#at + this.#length
  }

  /** Puts sound that begins at `position`. What no room is left for is left out. */
  put(position: number, planes: readonly Float32Array[]): void {
    const deviation = position - this.end
    if (deviation > slackSamples) this.fillTo(position)
    const skip = deviation < -slackSamples ? -deviation : 0
    const count = Math.min((planes[0]?.length ?? 0) - skip, this.#maxSamples - this.#length)
    if (count <= 0) return
    for (let i = 0; i < this.#channels; i++) this.#planes[i]!.set(planes[i]!.subarray(skip, skip + count), this.#length)
    this.#length += count
  }

  /** Silence up to `position`. */
  fillTo(position: number): void {
    const count = Math.min(position - this.end, this.#maxSamples - this.#length)
    if (count <= 0) return
    for (const plane of this.#planes) plane.fill(0, this.#length, this.#length + count)
    this.#length += count
  }

  /** Moves the first `count` samples into `onto`; false: so many are not there. */
  take(count: number, onto: (channel: number, samples: Float32Array) => void): boolean {
    if (this.#length < count) return false
    this.#planes.forEach((plane, i) => {
      onto(i, plane.subarray(0, count))
      plane.copyWithin(0, count, this.#length)
    })
    this.#at += count
    this.#length -= count
    return true
  }

  /** Forgets all and goes on at `position`, if that is later. */
  jumpTo(position: number): void {
    if (position <= this.end) return
    this.#at = position
    this.#length = 0
  }
}
