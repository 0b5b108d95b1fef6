import { type ChannelStats, type FigureHistory, historyStepMs, historyWindowMs } from '@sluice/contract/api'
import type { LineStats } from '@sluice/contract/link'

/** One second of an input or output. Of an output, gap and frames are 0. */
export type Sample = {
  readonly atMs: number
  /** Of that one second. A key frame each 2 s makes it swing to and fro: nothing to show a person. */
  readonly secondBps: number
  /** The mean of the last 4 s. */
  readonly bitrateBps: number
  readonly maxGapMs: number
  readonly framesTotal: number
  readonly line?: LineStats | undefined
}

/** Five minutes at one sample a second; what is older has one in five seconds. */
export const fineSamples = 300

/** Two of the usual key-frame intervals. */
const meanMs = 4000

const none: readonly Sample[] = []

/** The figures of the last second, and each input's and output's last 15 minutes. Objects are replaced, never changed. */
export class StatsStore {
  readonly #latest = new Map<string, ChannelStats>()
  readonly #engines = new Map<string, string | null>()
  readonly #history = new Map<string, readonly Sample[]>()
  readonly #listeners = new Set<() => void>()
  #version = 0

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Rises with every change. */
  readonly version = (): number => this.#version

  latest(channelId: string): ChannelStats | undefined {
    return this.#latest.get(channelId)
  }

  /** Of an input or an output, oldest first. */
  history(id: string): readonly Sample[] {
    return this.#history.get(id) ?? none
  }

  /** Puts in front of what was seen what control kept of the time before. */
  seed({ at, inputs, outputs }: FigureHistory): void {
    for (const { id, bitrateBps } of [...inputs, ...outputs]) {
      const seen = this.#history.get(id) ?? none
      const firstMs = seen[0]?.atMs ?? Number.POSITIVE_INFINITY
      const earlier = bitrateBps.flatMap((bps, index): Sample[] => {
        const atMs = Date.parse(at[index] ?? '')
        return bps === null || !(atMs < firstMs) ? [] : [{ atMs, secondBps: bps, bitrateBps: bps, maxGapMs: 0, framesTotal: 0 }]
      })
      if (earlier.length > 0) this.#history.set(id, [...earlier, ...seen])
    }
    this.#tell()
  }

  /** `engineId`: whose word it is that the figures hold. */
  put(stats: ChannelStats, engineId: string | null = null): void {
    this.#engines.set(stats.channelId, engineId)
    this.#add(stats)
    this.#tell()
  }

  /** The engine said of its channels that figures which did not come anew hold for the second `at` too. */
  hold(engineId: string, at: string): void {
    const atMs = Date.parse(at)
    for (const [channelId, stats] of this.#latest) {
      if (this.#engines.get(channelId) !== engineId || stats.at === null || stats.staleSince != null) continue
      if (Date.parse(stats.at) < atMs) this.#add({ ...stats, at })
    }
    this.#tell()
  }

  #add(stats: ChannelStats): void {
    this.#latest.set(stats.channelId, stats)
    const atMs = stats.at === null ? Date.now() : Date.parse(stats.at)
    for (const { inputId, bitrateBps, maxGapMs, framesTotal, line } of stats.inputs)
      this.#note(inputId, { atMs, secondBps: bitrateBps, maxGapMs, framesTotal, line: line ?? undefined })
    for (const { outputId, bitrateBps, line } of stats.outputs)
      this.#note(outputId, {
        atMs,
        secondBps: bitrateBps,
        maxGapMs: 0,
        framesTotal: 0,
        line: line ?? undefined,
      })
  }

  #note(id: string, second: Omit<Sample, 'bitrateBps'>): void {
    const before = this.#history.get(id) ?? none
    // The snapshot that a new connection sends may repeat the last second.
    if ((before.at(-1)?.atMs ?? 0) >= second.atMs) return
    const recent = [...before.slice(-meanMs / 1000), second].filter((sample) => sample.atMs > second.atMs - meanMs + 1000 / 2)
    const bitrateBps = recent.reduce((sum, sample) => sum + sample.secondBps, 0) / recent.length
    this.#history.set(id, thinned([...before, { ...second, bitrateBps }]))
  }

  #tell(): void {
    this.#version++
    for (const listener of this.#listeners) listener()
  }
}

/** Without what is too old, and without the one that just left the fine part if the one before it is near. */
function thinned(samples: Sample[]): Sample[] {
  const endMs = samples.at(-1)!.atMs
  const leaving = samples.length - fineSamples - 1
  if (leaving > 0 && samples[leaving]!.atMs - samples[leaving - 1]!.atMs < historyStepMs) samples.splice(leaving, 1)
  const first = samples.findIndex(({ atMs }) => atMs > endMs - historyWindowMs)
  return first > 0 ? samples.slice(first) : samples
}
