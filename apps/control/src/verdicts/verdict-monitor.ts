import type { ChannelStats } from '@sluice/contract/api'
import type { ChannelActual, OutputActual } from '@sluice/contract/link'
import type { Judged } from '@sluice/judge'
import { inputVerdicts, type JudgedChannel, outputVerdicts, playbackVerdicts } from './judge-channel.ts'
import { type LineFigures, LineMonitor, unknownLine } from './line-monitor.ts'
import { SourceMonitor } from './source-monitor.ts'
import { TargetMonitor } from './target-monitor.ts'

export type VerdictParts = {
  /** Null: no engine carries it. */
  actual(channelId: string): ChannelActual | null
  output(outputId: string): OutputActual | null
  /** Null: no such channel. */
  config(channelId: string): JudgedChannel | null
  /** What probes from outside say of the player page, and of an output at its far end. */
  probed(channelId: string): Judged[]
  seen(outputId: string): Judged[]
}

type WatchedInput = { readonly source: SourceMonitor; readonly line: LineMonitor }
type Watched = {
  // bound: one an input of the channel, taken away with its figures
  readonly inputs: Map<string, WatchedInput>
  // bound: one an SRT output of the channel, taken away with its figures
  readonly lines: Map<string, LineMonitor>
  /** When the number of segments last changed. */
  segment: { readonly total: number; readonly atMs: number } | null
}

/** Holds the figures of every channel against the limits, second by second: what comes in bare goes out with its verdicts. [OBS-02] [OBS-04] */
export class VerdictMonitor {
  readonly #parts: VerdictParts
  readonly #targets = new TargetMonitor()
  // bound: one a channel, taken away with it
  readonly #watched = new Map<string, Watched>()

  constructor(parts: VerdictParts) {
    this.#parts = parts
  }

  /** The figures of the last second with what they come to. */
  judge(stats: ChannelStats): ChannelStats {
    const { channelId, at } = stats
    const [actual, config] = [this.#parts.actual(channelId), this.#parts.config(channelId)]
    if (actual === null || config === null || at === null) return stats
    const watched = this.#watched.get(channelId) ?? { inputs: new Map(), lines: new Map(), segment: null }
    this.#watched.set(channelId, watched)
    const nowMs = Date.parse(at)
    const onAirInputId = actual.inputs.find((input) => input.onAir)?.inputId ?? null
    const withTargets = this.#targets.judge(stats, onAirInputId, this.#targetsOf(config))
    return {
      ...withTargets,
      inputs: this.#inputs(withTargets, actual, config, watched, nowMs),
      outputs: this.#outputs(withTargets, config, watched, nowMs),
      playback: this.#playback(stats, actual, watched, nowMs),
    }
  }

  /** How the line of an input has done. */
  line(channelId: string, inputId: string): LineFigures {
    return this.#watched.get(channelId)?.inputs.get(inputId)?.line.figures ?? unknownLine
  }

  /** No engine carries the channel any more. */
  forget(channelId: string): void {
    this.#watched.delete(channelId)
    this.#targets.forget(channelId)
  }

  #inputs({ inputs }: ChannelStats, actual: ChannelActual, config: JudgedChannel, watched: Watched, nowMs: number): ChannelStats['inputs'] {
    forgetOthers(watched.inputs, new Set(inputs.map(({ inputId }) => inputId)))
    return inputs.map((stats) => {
      const input = actual.inputs.find(({ inputId }) => inputId === stats.inputId)
      if (input === undefined) return stats
      const seen = watched.inputs.get(stats.inputId) ?? { source: new SourceMonitor(), line: new LineMonitor('input') }
      watched.inputs.set(stats.inputId, seen)
      seen.source.note(input, stats, nowMs)
      seen.line.note(stats.line)
      const { window, maxGapMs } = seen.source
      return { ...stats, verdicts: inputVerdicts(input, stats, { window, maxGapMs, line: seen.line.figures }, config) }
    })
  }

  #outputs({ outputs }: ChannelStats, config: JudgedChannel, watched: Watched, nowMs: number): ChannelStats['outputs'] {
    const known = new Map(config.outputs.map((output) => [output.id, output]))
    forgetOthers(watched.lines, new Set(outputs.map(({ outputId }) => outputId)))
    return outputs.map((stats) => {
      const output = known.get(stats.outputId)
      const actual = this.#parts.output(stats.outputId)
      if (output === undefined || actual === null || !output.isWanted) return stats
      const line = stats.line === null ? null : (watched.lines.get(stats.outputId) ?? new LineMonitor('output'))
      if (line === null) watched.lines.delete(stats.outputId)
      else watched.lines.set(stats.outputId, line)
      line?.note(stats.line)
      const facts = { nowMs, class: output.class, effective: output.effective, actual, stats, staleSince: null }
      return { ...stats, verdicts: outputVerdicts(facts, line?.figures ?? null, config.limits, this.#parts.seen(stats.outputId)) }
    })
  }

  #playback({ playback }: ChannelStats, actual: ChannelActual, watched: Watched, nowMs: number): ChannelStats['playback'] {
    const total = playback?.segmentsTotal ?? 0
    if (total === 0 || playback === null) watched.segment = null
    else if (total !== watched.segment?.total) watched.segment = { total, atMs: nowMs }
    if (playback === null) return null
    const ageMs = watched.segment === null ? null : nowMs - watched.segment.atMs
    return { ...playback, verdicts: playbackVerdicts(actual, playback, ageMs, nowMs, this.#parts.probed(actual.channelId)) }
  }

  #targetsOf({ outputs }: JudgedChannel) {
    return outputs.map(({ id, effective, limit }) => ({
      outputId: id,
      isLive: this.#parts.output(id)?.state === 'live',
      limits: effective,
      limit,
    }))
  }
}

function forgetOthers(map: Map<string, unknown>, present: ReadonlySet<string>): void {
  for (const id of map.keys()) if (!present.has(id)) map.delete(id)
}
