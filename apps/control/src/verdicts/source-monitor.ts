import type { InputActual, InputStats } from '@sluice/contract/link'
import type { SourceWindow } from '@sluice/judge'

/** The mean of two of the usual keyframe intervals: bitrates swing with the key frames. */
const meanSeconds = 4
const usualSeconds = 60
const paceSeconds = 15
const audioSeconds = 10
/** Timestamp jumps and changes of the audio are told for so long. */
const toldMs = 5 * 60_000
/** After a longer silence the past says nothing of the present. */
const gapMs = 5000

type Second = {
  readonly atMs: number
  readonly bps: number
  readonly videoBps: number
  readonly audioBps: number
  readonly framesTotal: number
  readonly maxGapMs: number
}

/** Remembers the last minute of one input's figures. Memory is fixed. */
export class SourceMonitor {
  // bound: `usualSeconds` readings, the oldest goes for the next
  readonly #seconds: Second[] = []
  #sessionMs = 0
  #jumpsTotal = 0
  // bound: one a timestamp jump of the last five minutes, at most `usualSeconds`
  #jumpsAtMs: number[] = []
  #channels: number | null = null
  #change: { readonly before: number; readonly atMs: number } | null = null

  /** Takes the last second of the input. A new session, or a hole in the figures, begins anew. */
  note(actual: Pick<InputActual, 'audio'>, stats: InputStats, atMs: number): void {
    const last = this.#seconds.at(-1)
    if (last !== undefined && atMs === last.atMs) return
    if (stats.sessionMs < this.#sessionMs) this.#begin()
    else if (last !== undefined && (atMs < last.atMs || atMs - last.atMs > gapMs)) this.#seconds.length = 0
    this.#sessionMs = stats.sessionMs
    const { bitrateBps, videoBps, audioBps, framesTotal, maxGapMs } = stats
    this.#seconds.push({ atMs, bps: bitrateBps, videoBps, audioBps, framesTotal, maxGapMs })
    if (this.#seconds.length > usualSeconds) this.#seconds.shift()
    this.#noteJumps(stats.timestampJumpsTotal, atMs)
    this.#noteChannels(actual.audio?.channels ?? null, atMs)
  }

  get window(): SourceWindow {
    const enough = this.#seconds.length >= meanSeconds * 3
    const video = means(this.#seconds.map(({ videoBps }) => videoBps))
    const all = means(this.#seconds.map(({ bps }) => bps))
    return {
      usualBps: enough ? median(all.slice(0, -meanSeconds)) : null,
      nowBps: enough ? median(all.slice(-meanSeconds)) : null,
      videoBps: enough ? median(video) : null,
      audioBps: this.#seconds.length < audioSeconds ? null : mean(this.#seconds.slice(-audioSeconds).map(({ audioBps }) => audioBps)),
      framesPerSecond: this.#framesPerSecond(),
      clockJumps: this.#jumpsAtMs.length,
      channelsBefore: this.#change?.before ?? null,
    }
  }

  /** The longest silence of the last four seconds; null before the first. */
  get maxGapMs(): number | null {
    const recent = this.#seconds.slice(-meanSeconds)
    return recent.length === 0 ? null : Math.max(...recent.map((second) => second.maxGapMs))
  }

  #framesPerSecond(): number | null {
    const [first, last] = [this.#seconds.at(-paceSeconds), this.#seconds.at(-1)]
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return null
    return ((last.framesTotal - first.framesTotal) * 1000) / (last.atMs - first.atMs)
  }

  #noteJumps(total: number, atMs: number): void {
    const more = Math.max(0, total - this.#jumpsTotal)
    this.#jumpsTotal = total
    const recent = this.#jumpsAtMs.filter((at) => atMs - at < toldMs)
    this.#jumpsAtMs = [...recent, ...Array.from({ length: more }, () => atMs)].slice(-usualSeconds)
  }

  #noteChannels(channels: number | null, atMs: number): void {
    if (this.#change !== null && atMs - this.#change.atMs >= toldMs) this.#change = null
    if (channels === null) return
    if (this.#channels !== null && channels !== this.#channels) this.#change = { before: this.#channels, atMs }
    this.#channels = channels
  }

  #begin(): void {
    this.#seconds.length = 0
    this.#jumpsTotal = 0
    this.#jumpsAtMs = []
    this.#channels = null
    this.#change = null
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Each value as the mean of itself and the three before it. */
const means = (values: readonly number[]): number[] => values.map((_, i) => mean(values.slice(Math.max(0, i + 1 - meanSeconds), i + 1)))

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
