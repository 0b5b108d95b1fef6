import { commonLimits } from '@sluice/judge'

const driftLimitMsPerMinute = commonLimits.drift.warn

/** The window is looked at in parts, each with its median. */
const parts = 5
const partMs = 2 * 60_000
const minuteMs = 60_000
/** Readings are thinned to one in so long: their median. */
const sampleMs = 10_000
const samplesPerPart = partMs / sampleMs
/** After a longer silence the past says nothing of the present. */
const gapMs = 30_000

type Sample = { readonly atMs: number; readonly ms: number }

/** Growth over the window; null until the window is full. */
export type Drift = { readonly msPerMinute: number | null; readonly isDrifting: boolean }

/**
 * Whether a delay grows steadily: over ten minutes in five parts, each part's median above that of the one before by at least the
 * limit. A step moves two medians apart and no more, so that fewer than four steps in a window can't be taken for a drift. Pure.
 */
export function judgeDrift(samples: readonly number[]): Drift {
  const count = samplesPerPart * parts
  if (samples.length < count) return { msPerMinute: null, isDrifting: false }
  const window = samples.slice(-count)
  const medians = Array.from({ length: parts }, (_, i) => median(window.slice(i * samplesPerPart, (i + 1) * samplesPerPart)))
  const slopes = medians.slice(1).map((value, i) => ((value - medians[i]!) * minuteMs) / partMs)
  return { msPerMinute: median(slopes), isDrifting: slopes.every((slope) => slope >= driftLimitMsPerMinute) }
}

/** Feeds `judgeDrift` with the readings of one channel, about one a second. Memory is one window. [LAT-08] */
export class DriftMonitor {
  // bound: `samplesPerPart * parts` samples, the oldest goes for the next
  #samples: number[] = []
  // bound: readings of `sampleMs`, which come once a second
  #pending: Sample[] = []
  #drift: Drift = { msPerMinute: null, isDrifting: false }
  #isTold = false

  get drift(): Drift {
    return this.#drift
  }

  /** Takes a reading; true when a drift is to be told: once, until the delay has stood still for a window. */
  add(ms: number, nowMs: number): boolean {
    const last = this.#pending.at(-1)
    if (last !== undefined && (nowMs < last.atMs || nowMs - last.atMs > gapMs)) this.reset()
    this.#pending.push({ atMs: nowMs, ms })
    if (nowMs - this.#pending[0]!.atMs < sampleMs) return false
    this.#samples = [...this.#samples, median(this.#pending.map((one) => one.ms))].slice(-samplesPerPart * parts)
    this.#pending = [{ atMs: nowMs, ms }]
    this.#drift = judgeDrift(this.#samples)
    const { msPerMinute, isDrifting } = this.#drift
    if (!isDrifting && msPerMinute !== null && msPerMinute < driftLimitMsPerMinute / 2) this.#isTold = false
    if (!isDrifting || this.#isTold) return false
    this.#isTold = true
    return true
  }

  reset(): void {
    this.#samples = []
    this.#pending = []
    this.#drift = { msPerMinute: null, isDrifting: false }
  }
}

/** The lower one of two middles, so that it is always a value that was read. */
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0
