/** Nothing is told to be more silent. */
const silenceDb = -120

/** Gathers samples, -1 to 1, until they are read. */
export class SoundLevel {
  #squares = 0
  #peak = 0
  #count = 0

  get count(): number {
    return this.#count
  }

  addFloats(samples: Float32Array): void {
    for (const sample of samples) {
      // A broken decoder's NaN must not hide what else is heard.
      if (Number.isNaN(sample)) continue
      this.#squares += sample * sample
      this.#peak = Math.max(this.#peak, Math.abs(sample))
    }
    this.#count += samples.length
  }

  /** Whole numbers of which `full` is 1. */
  addIntegers(samples: Int16Array | Int32Array, full: number): void {
    for (const sample of samples) {
      const value = sample / full
      this.#squares += value * value
      this.#peak = Math.max(this.#peak, Math.abs(value))
    }
    this.#count += samples.length
  }

  /** dBFS since the last reading; starts anew. */
  readAndReset(): { rmsDb: number; peakDb: number } {
    const level = { rmsDb: toDb(Math.sqrt(this.#squares / Math.max(1, this.#count))), peakDb: toDb(this.#peak) }
    this.#squares = 0
    this.#peak = 0
    this.#count = 0
    return level
  }
}

/** Above full scale is told up to +20: floats may go there. */
const toDb = (value: number): number => (value <= 0 ? silenceDb : Math.min(20, Math.max(silenceDb, 20 * Math.log10(value))))
