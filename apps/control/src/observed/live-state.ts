import { isDeepStrictEqual } from 'node:util'
import type { ChannelStats } from '@sluice/contract/api'
import type { ChannelActual, EngineHello, FromEngine, InputActual, OutputActual } from '@sluice/contract/link'

export type EngineStats = Extract<FromEngine, { type: 'stats' }>

/** The figures of a channel's last second. `isNew`: not those of the second before. */
type ReceivedStats = { readonly stats: ChannelStats; readonly isNew: boolean }

/** What one engine is, as far as control hears. */
export type EngineLive = {
  engineId: string
  hello: EngineHello
  process: EngineStats['process'] | null
  /** It reports nothing since then: all that is kept of its channels is what was, not what is. Null: it reports. */
  silentSince: string | null
}

/** What changed with a report: whose watchers must be told. */
export type ActualChange = { channelChanged: boolean; outputIds: string[] }

/** The last word of the engines on everything. In memory alone: an engine tells all of it anew whenever control comes back. */
export class LiveState {
  // bound: one a channel of the database, taken away with it
  readonly #channels = new Map<string, ChannelActual>()
  // bound: one an output of a channel, taken away with it
  readonly #outputs = new Map<string, OutputActual>()
  // bound: one a channel, taken away with it
  readonly #stats = new Map<string, ChannelStats>()
  // bound: one an engine, at most 64 by the setting
  readonly #engines = new Map<string, EngineLive>()
  /** Which engine a channel was last heard of from. */
  // bound: one a channel, taken away with it
  readonly #carriers = new Map<string, string>()

  channel(channelId: string): ChannelActual | null {
    return this.#channels.get(channelId) ?? null
  }
  input(channelId: string, inputId: string): InputActual | null {
    return this.#channels.get(channelId)?.inputs.find((input) => input.inputId === inputId) ?? null
  }
  output(outputId: string): OutputActual | null {
    return this.#outputs.get(outputId) ?? null
  }
  stats(channelId: string): ChannelStats {
    const stats = this.#stats.get(channelId) ?? { channelId, at: null, inputs: [], outputs: [], playback: null }
    return { ...stats, staleSince: this.staleSince(channelId) }
  }
  /** The engine that the channel was last heard of from. */
  engineOf(channelId: string): string | null {
    return this.#carriers.get(channelId) ?? null
  }
  /** Since when nothing is heard of the channel, though an engine carries it; null while its states and figures are true. */
  staleSince(channelId: string): string | null {
    return this.#engines.get(this.#carriers.get(channelId) ?? '')?.silentSince ?? null
  }
  get engines(): readonly EngineLive[] {
    return [...this.#engines.values()]
  }
  get channelIds(): readonly string[] {
    return [...this.#channels.keys()]
  }

  engineCame(hello: EngineHello): void {
    this.#engines.set(hello.engineId, { engineId: hello.engineId, hello, process: null, silentSince: null })
  }

  engineWent(engineId: string): void {
    this.#engines.delete(engineId)
  }

  engineSilent(engineId: string, since: string | null): void {
    const engine = this.#engines.get(engineId)
    if (engine !== undefined) engine.silentSince = since
  }

  receiveActual(actual: ChannelActual, engineId: string): ActualChange {
    this.#carriers.set(actual.channelId, engineId)
    const before = this.#channels.get(actual.channelId)
    this.#channels.set(actual.channelId, actual)
    const outputIds = actual.outputs.filter((output) => !isSame(this.#outputs.get(output.outputId), output)).map((o) => o.outputId)
    const present = new Set(actual.outputs.map((output) => output.outputId))
    for (const { outputId } of before?.outputs ?? []) {
      if (present.has(outputId)) continue
      this.#outputs.delete(outputId)
      outputIds.push(outputId)
    }
    for (const output of actual.outputs) this.#outputs.set(output.outputId, output)
    // Counts of live and troubled outputs are part of the channel.
    return { channelChanged: outputIds.length > 0 || !isSame(head(before), head(actual)), outputIds }
  }

  /** Keeps the figures as `judge` makes them out of the bare ones. */
  receiveStats(engineId: string, { at, process, channels }: EngineStats, judge = (stats: ChannelStats) => stats): ReceivedStats[] {
    const engine = this.#engines.get(engineId)
    if (engine !== undefined) engine.process = process
    return channels.map((channel) => {
      const { channelId } = channel
      if (!this.#carriers.has(channelId)) this.#carriers.set(channelId, engineId)
      const before = this.#stats.get(channelId)
      const stats = judge({ at, ...channel, staleSince: this.staleSince(channelId) })
      this.#stats.set(channelId, stats)
      return { stats, isNew: before === undefined || !isDeepStrictEqual({ ...before, at }, stats) }
    })
  }

  /** No engine carries the channel any more. */
  forget(channelId: string): ActualChange {
    const outputIds = this.#channels.get(channelId)?.outputs.map((output) => output.outputId) ?? []
    for (const outputId of outputIds) this.#outputs.delete(outputId)
    this.#stats.delete(channelId)
    this.#carriers.delete(channelId)
    return { channelChanged: this.#channels.delete(channelId), outputIds }
  }
}

const head = (actual: ChannelActual | undefined): unknown => actual && { ...actual, outputs: null, revision: null }
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
