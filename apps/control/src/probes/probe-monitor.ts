import { type Clock, isoTime, type Timer } from '@sluice/base/clock'
import type { ChannelProbes, ChannelStats, OutputProbe } from '@sluice/contract/api'
import type { ChannelActual, NewEvent, OutputActual } from '@sluice/contract/link'
import type { ChannelTarget, FromProber, OutputTarget } from '@sluice/contract/prober'
import {
  faultLevel,
  formatName,
  type Judged,
  judgeSeen,
  nextSeen,
  notLooked,
  probeWords,
  type SeenStanding,
  unseenWords,
} from '@sluice/judge'
import { ChannelWatch, type ProbeNews } from './channel-watch.ts'
import type { ProberState, ProberTargets } from './prober-child.ts'

const lookEveryMs = 1000
/** A destination needs so long to show what it began to take. */
const outputSettleMs = 20_000

/** What of a channel is looked at. `path`: below the media port, a session that counts as no viewer. */
export type ProbedChannel = {
  readonly workspaceId: string
  readonly path: string
  /** `probeUrl`: whole, with its secrets; null: nobody set one. */
  readonly outputs: readonly { readonly id: string; readonly name: string; readonly probeUrl: string | null }[]
}

export type ProbeMonitorParts = {
  readonly clock: Clock
  readonly live: {
    readonly channelIds: readonly string[]
    channel(channelId: string): ChannelActual | null
    output(outputId: string): OutputActual | null
    stats(channelId: string): ChannelStats
    staleSince(channelId: string): string | null
  }
  /** Null: no such channel. */
  config(channelId: string): ProbedChannel | null
  /** Where the channels play, with a slash at its end; null while no engine is up. */
  place(): string | null
  /** Null: the setting is off. */
  readonly prober: {
    readonly state: ProberState
    readonly sinceMs: number
    readonly problem: string | null
    readonly cpuShare: number | null
    setTargets(targets: ProberTargets): void
  } | null
  readonly onEvent: (workspaceId: string | null, event: NewEvent) => void
}

/** What the probes from outside come to: what is to be looked at, what was seen, what of it is told. [PRB-01] [PRB-02] [OBS-05] */
export class ProbeMonitor {
  readonly #parts: ProbeMonitorParts
  // bound: one a channel of the database, taken away with it
  readonly #channels = new Map<string, ChannelWatch>()
  // bound: one an output with a playback address of its own, taken away with it
  readonly #outputs = new Map<string, { readonly channelId: string; standing: SeenStanding; isWanted: boolean }>()
  #timer: Timer | null = null
  readonly #offSinceMs: number

  constructor(parts: ProbeMonitorParts) {
    this.#parts = parts
    this.#offSinceMs = parts.clock.wallMs()
  }

  start(): void {
    if (this.#parts.prober !== null) this.#look()
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  receive(message: FromProber): void {
    const nowMs = this.#parts.clock.wallMs()
    if (message.type === 'look') {
      const news = this.#channels.get(message.channelId)?.noteLook(message, nowMs) ?? null
      if (news !== null) this.#tell(message.channelId, news)
    } else if (message.type === 'output') this.#noteOutput(message, nowMs)
  }

  /** What can be said of the player page from outside. */
  judged(channelId: string): Judged[] {
    return this.#channels.get(channelId)?.judged(this.#parts.clock.wallMs()) ?? []
  }

  /** What can be said of an output at its far end. */
  seen(outputId: string): Judged[] {
    const found = this.#outputs.get(outputId)
    return found === undefined ? [] : judgeSeen({ nowMs: this.#parts.clock.wallMs(), standing: found.standing })
  }

  report(channelId: string): ChannelProbes {
    const { clock, prober, config } = this.#parts
    const nowMs = clock.wallMs()
    return {
      channelId,
      at: isoTime(nowMs),
      prober: {
        state: prober?.state ?? 'off',
        since: isoTime(prober?.sinceMs ?? this.#offSinceMs),
        problem: prober === null ? 'Probes are off: start Sluice with --probes on.' : prober.problem,
        cpuShare: prober?.cpuShare ?? null,
      },
      formats: (this.#channels.get(channelId) ?? new ChannelWatch()).report(nowMs),
      outputs: (config(channelId)?.outputs ?? []).flatMap(({ id, name, probeUrl }) =>
        probeUrl === null ? [] : [outputReport(id, name, this.#outputs.get(id)?.standing ?? notLooked(nowMs))],
      ),
    }
  }

  get channelIds(): string[] {
    return [...this.#channels.keys()]
  }
  get prober(): ProbeMonitorParts['prober'] {
    return this.#parts.prober
  }

  #look(): void {
    const { clock, live, config, place, prober } = this.#parts
    this.#timer = clock.after(lookEveryMs, () => this.#look())
    const nowMs = clock.wallMs()
    const base = place()
    const channels: ChannelTarget[] = []
    const outputs: OutputTarget[] = []
    for (const channelId of new Set([...live.channelIds, ...this.#channels.keys()])) {
      const known = config(channelId)
      if (known === null) {
        this.#forget(channelId)
        continue
      }
      if (this.#note(channelId, nowMs) && base !== null) {
        channels.push({ channelId, baseUrl: base + known.path, buffer: live.stats(channelId).playback?.buffer ?? null })
      }
      outputs.push(...this.#outputTargets(channelId, known, nowMs))
    }
    prober?.setTargets({ channels, outputs })
  }

  /** Whether the channel is to be played. */
  #note(channelId: string, nowMs: number): boolean {
    const { live } = this.#parts
    const watch = this.#channels.get(channelId) ?? new ChannelWatch()
    this.#channels.set(channelId, watch)
    const actual = live.staleSince(channelId) === null ? live.channel(channelId) : null
    const broadcast = live.stats(channelId).broadcast?.startedAt ?? null
    for (const news of watch.noteActual(actual, broadcast, nowMs)) this.#tell(channelId, news)
    return watch.isWanted(nowMs)
  }

  #forget(channelId: string): void {
    this.#channels.delete(channelId)
    for (const [outputId, output] of this.#outputs) if (output.channelId === channelId) this.#outputs.delete(outputId)
  }

  #outputTargets(channelId: string, { outputs }: ProbedChannel, nowMs: number): OutputTarget[] {
    const present = new Set(outputs.filter(({ probeUrl }) => probeUrl !== null).map(({ id }) => id))
    for (const [outputId, output] of this.#outputs)
      if (output.channelId === channelId && !present.has(outputId)) this.#outputs.delete(outputId)
    const targets: OutputTarget[] = []
    for (const { id, probeUrl } of outputs) {
      if (probeUrl === null) continue
      const known = this.#outputs.get(id) ?? { channelId, standing: notLooked(nowMs), isWanted: false }
      this.#outputs.set(id, known)
      const actual = this.#parts.live.output(id)
      const isLive = actual?.state === 'live' && nowMs - Date.parse(actual.liveSince ?? actual.since) > outputSettleMs
      if (known.isWanted && !isLive) known.standing = notLooked(nowMs)
      known.isWanted = isLive
      if (isLive) targets.push({ outputId: id, channelId, url: probeUrl })
    }
    return targets
  }

  #noteOutput(look: Extract<FromProber, { type: 'output' }>, nowMs: number): void {
    const known = this.#outputs.get(look.outputId)
    if (known === undefined || !known.isWanted) return
    const first = known.standing.isSeen === null
    const { standing, change } = nextSeen(known.standing, look, nowMs)
    known.standing = standing
    // That it is seen from the first look on is nothing new.
    if (change === null || (first && change === 'seen')) return
    const config = this.#parts.config(known.channelId)
    const name = config?.outputs.find(({ id }) => id === look.outputId)?.name ?? 'The output'
    const about = { channelId: known.channelId, subjectId: look.outputId }
    if (change === 'seen') {
      const message = `${name}: its destination shows the stream.`
      this.#parts.onEvent(config?.workspaceId ?? null, { ...about, name: 'output.seen', severity: 'info', message })
      return
    }
    const { code, detail } = standing.fault ?? { code: 'unreadable', detail: '' }
    const message = say(name, unseenWords(code, detail))
    this.#parts.onEvent(config?.workspaceId ?? null, { ...about, name: 'output.unseen', severity: 'error', message, data: { code } })
  }

  #tell(channelId: string, news: ProbeNews): void {
    const workspaceId = this.#parts.config(channelId)?.workspaceId ?? null
    const about = { channelId, subjectId: channelId }
    const { format } = news
    if (news.kind === 'failed') {
      const { code, figures } = news.fault
      const { sentence, tryFirst } = probeWords(format, code, figures)
      const severity = faultLevel(code) === 'bad' ? 'error' : 'warning'
      const message = tryFirst === null ? sentence : `${sentence} ${tryFirst}`
      this.#parts.onEvent(workspaceId, {
        ...about,
        name: 'probe.failed',
        severity,
        message,
        data: { format, code, figures: { ...figures } },
      })
      return
    }
    const { code, forMs } = news
    const message = `Seen from outside, ${formatName[format]} is as it should be again after ${(forMs / 1000).toFixed(1)} s.`
    this.#parts.onEvent(workspaceId, { ...about, name: 'probe.recovered', severity: 'info', message, data: { format, code, forMs } })
  }
}

const say = (name: string, { sentence, tryFirst }: { sentence: string; tryFirst: string | null }): string =>
  `${name}: ${sentence}${tryFirst === null ? '' : ` ${tryFirst}`}`

function outputReport(outputId: string, name: string, { isSeen, sinceMs, lookedMs, behindMs, fault }: SeenStanding): OutputProbe {
  const words = fault === null || isSeen !== false ? null : unseenWords(fault.code, fault.detail)
  return {
    ...{ outputId, name, seen: isSeen, since: isoTime(sinceMs), behindMs },
    lookedAt: lookedMs === null ? null : isoTime(lookedMs),
    fault: words === null || fault === null ? null : { code: fault.code as NonNullable<OutputProbe['fault']>['code'], ...words },
  }
}
