/** What is looked back on. */
const windowMs = 10_000
/** Ten seconds of two wires at 100 flushes a second; of more, the newest. 32 KB a channel, and none before the first sample. */
const maxSamples = 2048

/** Quantiles over the window, in milliseconds. */
export type ProcessingReading = { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number; readonly samples: number }

/**
 * How long frames take from having come in to having been written towards the outputs. Fed once a flush, whatever the number of
 * outputs; nothing is allocated after the first sample.
 */
export class ProcessingMeter {
  #ms: Float64Array | null = null
  #atMs: Float64Array | null = null
  #next = 0
  #count = 0

  add(ms: number, nowMs: number): void {
    this.#ms ??= new Float64Array(maxSamples)
    this.#atMs ??= new Float64Array(maxSamples)
    this.#ms[this.#next] = ms
    this.#atMs[this.#next] = nowMs
    this.#next = (this.#next + 1) % maxSamples
    if (this.#count < maxSamples) this.#count++
  }

  /** The last ten seconds, or null when nothing was written in them. */
  read(nowMs: number): ProcessingReading | null {
    const [ms, atMs] = [this.#ms, this.#atMs]
    if (ms === null || atMs === null) return null
    const taken = ms.subarray(0, this.#count).filter((_, i) => nowMs - atMs[i]! <= windowMs)
    if (taken.length === 0) return null
    taken.sort()
    const at = (share: number): number => Math.round(taken[Math.min(taken.length - 1, Math.floor(taken.length * share))]! * 100) / 100
    return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), samples: taken.length }
  }
}
