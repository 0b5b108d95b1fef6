import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type ChannelStats, PlanSource } from '@sluice/contract/api'
import type { FromEngine, NewEvent } from '@sluice/contract/link'
import { type Plan, type PlanRequest, planRungs, reasonWords, type SourceFacts } from '@sluice/judge/plan'
import { sql } from 'kysely'
import { z } from 'zod'
import { commit, type Database } from '../db/index.ts'
import type { ChannelConfig } from '../desired/index.ts'
import type { Catalogue } from '../destinations/index.ts'
import type { LiveState } from '../observed/index.ts'
import type { PlanSight } from '../services/index.ts'
import { plannedOutputs } from '../services/plan/index.ts'
import { Correction } from './correction.ts'
import { type MachineForm, MachinePrices } from './machine-prices.ts'
import { SourceWindow } from './source-window.ts'

export type ChannelPlansParts = {
  db: Database
  clock: Clock
  log: Logger
  live: Pick<LiveState, 'channel'>
  catalogue: Catalogue
  form: MachineForm
  config(channelId: string): ChannelConfig | undefined
  /** Asks an engine to measure what encoding costs. False: none is linked. */
  calibrate(): boolean
  /** The channel is planned otherwise now, and its row has a new revision. */
  onReplanned(channelId: string): void
  onEvent(workspaceId: string, event: NewEvent): void
}

/** The sources of a broadcast that plans are made for: the first stable one, and those that later broke a limit that it had kept. */
type Sources = { readonly broadcast: string | null; readonly sources: readonly SourceFacts[] }

/** A failover chain has nine inputs; what comes after so many changes nothing any more. */
const maxSources = 8
/** How often it is looked whether the source still fits, in seconds of figures. */
const lookEverySeconds = 5

type Entry = { window: SourceWindow; correction: Correction; seconds: number; known: Sources | null; isWriting: boolean }
const StoredSources = z.array(PlanSource)

/**
 * Which encodings each channel runs. A plan follows from what is stored, from the machine, and from the source; and it does not follow a source
 * round: the first stable one of a broadcast decides, later ones only where an output would break its destination's limit.
 */
export class ChannelPlans implements PlanSight {
  readonly #parts: ChannelPlansParts
  readonly #prices: MachinePrices
  // bound: one a channel of the database, taken away with it
  readonly #entries = new Map<string, Entry>()
  /** What each channel was planned last, for the configuration that it was planned for. */
  // bound: one a channel of the database, taken away with it
  readonly #plans = new Map<string, { readonly config: ChannelConfig; readonly plan: Plan }>()

  constructor(parts: ChannelPlansParts) {
    this.#parts = parts
    this.#prices = new MachinePrices(parts)
  }

  /** What plans followed from before this process. */
  async load(): Promise<void> {
    await this.#prices.load()
    for (const row of await this.#parts.db.selectFrom('channel_plan').selectAll().execute()) {
      const stored = StoredSources.safeParse(JSON.parse(row.sources))
      if (stored.success) this.#entry(row.channel_id).known = { broadcast: row.broadcast, sources: stored.data }
    }
  }

  facts(channelId: string): Pick<PlanRequest, 'sources' | 'machine'> {
    const entry = this.#entries.get(channelId)
    return {
      sources: entry?.known?.sources ?? [],
      machine: { ...this.#prices.machine, othersPercent: this.#othersPercent(channelId), correction: entry?.correction.value ?? 1 },
    }
  }

  rungIds(channelId: string): ReadonlySet<string> {
    const plan = this.#plans.get(channelId)?.plan
    return new Set([...(plan?.rungs ?? []), ...(plan?.leftOut ?? [])].map(({ id }) => id))
  }

  /** The plan of a channel as it is configured; the same one until it is configured otherwise or its source asks for another. */
  planOf(config: ChannelConfig): Plan {
    const { id } = config.record.channel
    const before = this.#plans.get(id)
    if (before?.config === config) return before.plan
    return this.#replan(config)
  }

  /** The channel is gone. */
  forget(channelId: string): void {
    this.#entries.delete(channelId)
    this.#plans.delete(channelId)
  }

  /** An engine has measured this machine, or can't. */
  calibrated(answer: Extract<FromEngine, { type: 'calibrated' }>): void {
    this.#prices.take(answer)
    for (const { config, plan } of this.#plans.values()) {
      if (plan.rungs.length > 0 || plan.leftOut.length > 0) this.#lookAgain(config)
    }
  }

  /** Once a second for each channel that moves. */
  note(stats: ChannelStats): void {
    const { live, config: configOf } = this.#parts
    const config = configOf(stats.channelId)
    if (config === undefined || stats.staleSince != null) return
    const entry = this.#entry(stats.channelId)
    entry.correction.note(this.planOf(config), stats.rungs ?? [])
    const input = live.channel(stats.channelId)?.inputs.find(({ onAir, state }) => onAir && state === 'receiving')
    const figures = stats.inputs.find(({ inputId }) => inputId === input?.inputId)
    if (input === undefined || figures === undefined) {
      entry.window.clear()
      return
    }
    entry.window.note(input, figures)
    const facts = entry.window.facts(input)
    if (facts !== null) this.#take(config, entry, stats.broadcast?.startedAt ?? null, facts)
  }

  #take(config: ChannelConfig, entry: Entry, broadcast: string | null, facts: SourceFacts): void {
    const { known } = entry
    if (known === null || known.broadcast !== broadcast) return void this.#adopt(config, entry, { broadcast, sources: [facts] })
    if (++entry.seconds % lookEverySeconds !== 0) return
    const plan = this.planOf(config)
    if (plan.leftOut.length > 0) this.#lookAgain(config)
    if (known.sources.length >= maxSources) return
    const sources = [...known.sources, facts]
    if (isSame(planRungs({ ...this.#request(config), sources }), planRungs(this.#request(config)))) return
    void this.#adopt(config, entry, { broadcast, sources })
  }

  /** Stores the sources, and plans by them once they are stored: a restart then plans the same. */
  async #adopt(config: ChannelConfig, entry: Entry, known: Sources): Promise<void> {
    if (entry.isWriting) return
    entry.isWriting = true
    const { id } = config.record.channel
    const before = this.planOf(config)
    const after = planRungs({ ...this.#request(config), sources: known.sources })
    const isNew = !isSame(before, after)
    const row = { broadcast: known.broadcast, sources: JSON.stringify(known.sources), at_ms: this.#parts.clock.wallMs() }
    try {
      await commit(this.#parts.db, async (tx) => {
        await tx
          .insertInto('channel_plan')
          .values({ channel_id: id, ...row })
          .onConflict((conflict) => conflict.column('channel_id').doUpdateSet(row))
          .execute()
        if (isNew) await tx.updateTable('channel').set({ revision: sql`revision + 1` }).where('id', '=', id).execute()
      })
      entry.known = known
      if (isNew) this.#tell(config, before, after)
    } catch (error) {
      // The show goes on as it was planned; the next second tries again.
      this.#parts.log.warn({ channel: id, error: messageOf(error) }, 'the sources of a plan could not be stored')
    } finally {
      entry.isWriting = false
    }
  }

  /** Whether what was left out for want of room, or of encoders, can be had now. */
  #lookAgain(config: ChannelConfig): void {
    const { id } = config.record.channel
    const before = this.planOf(config)
    const after = planRungs(this.#request(config))
    if (isSame(before, after)) return
    void this.#parts.db
      .updateTable('channel')
      .set({ revision: sql`revision + 1` })
      .where('id', '=', id)
      .execute()
      .then(() => this.#tell(config, before, after))
      .catch((error: unknown) => this.#parts.log.warn({ channel: id, error: messageOf(error) }, 'a plan could not be renewed'))
  }

  #tell(config: ChannelConfig, before: Plan, after: Plan): void {
    const { id, workspace_id } = config.record.channel
    this.#plans.delete(id)
    const was = new Map(before.outputs.map(({ outputId, rung }) => [outputId, rung]))
    const moved = after.outputs.filter(({ outputId, rung }) => was.get(outputId) !== rung)
    const names = new Map(config.outputs.map((output) => [output.id, output.name]))
    for (const { outputId, rung, reason } of moved) {
      const sentence = reasonWords(reason, after.rungs.find((one) => one.id === rung) ?? null)
      const message = `${names.get(outputId) ?? 'An output'}: ${sentence}`
      this.#parts.onEvent(workspace_id, {
        name: 'plan.changed',
        channelId: id,
        subjectId: outputId,
        message,
        data: { rung, code: reason.code },
      })
    }
    this.#parts.onReplanned(id)
  }

  #replan(config: ChannelConfig): Plan {
    const plan = planRungs(this.#request(config))
    this.#plans.set(config.record.channel.id, { config, plan })
    if (plan.rungs.length > 0 || plan.leftOut.length > 0) this.#prices.need()
    return plan
  }

  #request({ record, outputs, rungs, isRolledBack }: ChannelConfig): PlanRequest {
    return { ...this.facts(record.channel.id), outputs: plannedOutputs(outputs, this.#parts.catalogue), rungs, isRolledBack }
  }

  #othersPercent(channelId: string): number {
    let sum = 0
    for (const [id, { plan }] of this.#plans) {
      if (id !== channelId && (this.#parts.live.channel(id)?.state ?? 'idle') !== 'idle') sum += plan.load.channel
    }
    return sum
  }

  #entry(channelId: string): Entry {
    const before = this.#entries.get(channelId)
    if (before !== undefined) return before
    const entry: Entry = { window: new SourceWindow(), correction: new Correction(), seconds: 0, known: null, isWriting: false }
    this.#entries.set(channelId, entry)
    return entry
  }
}

/** Who gets what, and the encodings themselves; a preset is none of the viewers' business, and no reason to begin anew. */
const isSame = (a: Plan, b: Plan): boolean => shapeOf(a) === shapeOf(b)
const shapeOf = ({ rungs, outputs }: Plan): string =>
  JSON.stringify([
    rungs.map(({ spec: { video, ...rest } }) => [rest, video === null ? null : { ...video, preset: null }]),
    outputs.map(({ outputId, rung }) => [outputId, rung]),
  ])
