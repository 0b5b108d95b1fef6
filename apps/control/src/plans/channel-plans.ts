import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type ChannelStats, PlanSource } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { FromEngine, HardwareKind, NewEvent } from '@sluice/contract/link'
import {
  type AskedTrack,
  type Claim,
  claimFor,
  type Machine,
  type Plan,
  type PlanRequest,
  planRungs,
  type SourceFacts,
} from '@sluice/judge/plan'
import { sql } from 'kysely'
import { z } from 'zod'
import { commit, type Database } from '../db/index.ts'
import type { ChannelConfig } from '../desired/index.ts'
import type { Catalogue } from '../destinations/index.ts'
import type { LiveState } from '../observed/index.ts'
import type { PlanSight } from '../services/index.ts'
import { plannedOutputs } from '../services/plan/index.ts'
import { type Entry, newEntry, type Sources } from './entry.ts'
import { HardwareHolds, rungsOffHardware, rungsThatLeft } from './hardware-holds.ts'
import { type Hardware, type MachineForm, MachinePrices } from './machine-prices.ts'
import { eventsOf, hardwareHeld, hasSameNotices, isSame, isSameToViewers } from './plan-changes.ts'

export type ChannelPlansParts = {
  db: Database
  clock: Clock
  log: Logger
  live: Pick<LiveState, 'channel'>
  catalogue: Catalogue
  form: MachineForm
  config(channelId: string): ChannelConfig | undefined
  /** By output: the tracks that its platform has asked for. */
  asked(config: ChannelConfig): ReadonlyMap<string, readonly AskedTrack[]>
  /** Asks an engine to measure what encoding costs. False: none is linked. */
  calibrate(): boolean
  /** The channel is planned otherwise now, and its row has a new revision. */
  onReplanned(channelId: string): void
  onEvent(workspaceId: string, event: NewEvent): void
}

/** A failover chain has nine inputs; what comes after so many changes nothing any more. */
const maxSources = 8
/** How often it is looked whether the source still fits and the machine has room, in seconds of figures. */
const lookEverySeconds = 5
/** What is to run again must fit into so much of the room: else it would come and go with each swing of the measured cost. */
const returnShare = 0.9
/** Plans follow a measured correction in steps, so that a swing is no new plan. */
const correctionStep = 0.05

const StoredSources = z.array(PlanSource)

/**
 * Which encodings each channel runs. A plan follows from what is stored, from the machine that all channels share, and from the source; and it does
 * not follow a source round: the first stable one of a broadcast decides, later ones only where an output would break its destination's limit.
 */
export class ChannelPlans implements PlanSight {
  readonly #parts: ChannelPlansParts
  readonly #prices: MachinePrices
  readonly #holds = new HardwareHolds()
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

  facts(channelId: string): Pick<PlanRequest, 'channelId' | 'liveSinceMs' | 'sources' | 'machine' | 'others' | 'asked' | 'failed'> {
    const entry = this.#entries.get(channelId)
    const config = this.#parts.config(channelId)
    return {
      channelId,
      liveSinceMs: this.#liveSinceMs(channelId),
      sources: entry?.known?.sources ?? [],
      machine: this.#machineFor(channelId),
      others: this.#othersOf(channelId),
      ...(config === undefined ? {} : { asked: this.#parts.asked(config) }),
      ...(entry === undefined || entry.failed.ids.size === 0 ? {} : { failed: entry.failed.ids }),
    }
  }

  rungIds(channelId: string): ReadonlySet<string> {
    const plan = this.#plans.get(channelId)?.plan
    return new Set([...(plan?.rungs ?? []), ...(plan?.leftOut ?? [])].map(({ id }) => id))
  }

  /** The plan of a channel as it is configured; the same one until it is configured otherwise, or its source or its machine asks for another. */
  planOf(config: ChannelConfig): Plan {
    const { id } = config.record.channel
    const before = this.#plans.get(id)
    if (before?.config === config) return before.plan
    return this.#keep(config, planRungs(this.#request(config)))
  }

  /** The first stable source of that broadcast; null: there was none yet. */
  sourceOf(channelId: string, broadcast: string | null): SourceFacts | null {
    const known = this.#entries.get(channelId)?.known ?? null
    return known?.broadcast === broadcast ? (known.sources[0] ?? null) : null
  }

  /** The plan of now has no room for the tracks that the platform of this output asks for. */
  isShort(config: ChannelConfig, outputId: string): boolean {
    return planRungs(this.#request(config)).outputs.some((way) => way.outputId === outputId && way.tracks === undefined)
  }

  /** The channel is gone. */
  forget(channelId: string): void {
    this.#entries.delete(channelId)
    this.#plans.delete(channelId)
    this.#holds.forget(channelId)
  }

  /** Encoders in hardware that engines of this machine found, and those that failed since. */
  get hardware(): PlanSight['hardware'] {
    return { ...this.#prices.hardware, held: this.#holds.held }
  }

  /** An engine has tried the encoders in hardware. */
  foundHardware(found: Hardware): void {
    this.#prices.takeHardware(found)
    this.#lookAgainAll()
  }

  /** An engine has measured this machine, or can't. */
  calibrated(answer: Extract<FromEngine, { type: 'calibrated' }>): void {
    this.#prices.take(answer)
    this.#lookAgainAll()
  }

  /** What was stored: an engine says so when an encode leaves its encoder in hardware. */
  noteEvents(events: readonly StoredEvent[]): void {
    for (const event of events) if (event.channelId !== null) this.#noteLosses(event.channelId, rungsThatLeft(event))
  }

  #noteLosses(channelId: string, rungIds: readonly string[]): void {
    const config = this.#parts.config(channelId)
    let isNew = false
    for (const rungId of rungIds) {
      const loss = this.#holds.noteLoss(channelId, rungId, this.#parts.clock.nowMs())
      if (loss === null || config === undefined) continue
      isNew = true
      this.#parts.onEvent(config.record.channel.workspace_id, hardwareHeld(channelId, rungId, loss))
    }
    if (isNew) this.#lookAgainAll()
  }

  #lookAgainAll(): void {
    for (const { config, plan } of [...this.#plans.values()]) {
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
    const isLive = this.#liveSinceMs(stats.channelId) !== null
    if (isLive !== entry.isLive) {
      entry.isLive = isLive
      this.#shareAnew()
    }
    if (this.#holds.tick(this.#parts.clock.nowMs())) this.#lookAgainAll()
    const { rungs: states = [] } = live.channel(stats.channelId) ?? {}
    // The event of it may be older than this process.
    this.#noteLosses(stats.channelId, rungsOffHardware(states))
    if (entry.failed.note(states, this.#parts.clock.nowMs())) this.#lookAgain(config)
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
    this.#lookAgain(config)
    if (known.sources.length >= maxSources) return
    const sources = [...known.sources, facts]
    const request = this.#request(config)
    const [after, now] = [planRungs({ ...request, sources }), planRungs(request)]
    if (isSameToViewers(after, now) && hasSameNotices(after, now)) return
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
      else if (!hasSameNotices(before, after)) this.#note(config, before, after)
    } catch (error) {
      // The show goes on as it was planned; the next second tries again.
      this.#parts.log.warn({ channel: id, error: messageOf(error) }, 'the sources of a plan could not be stored')
    } finally {
      this.#written(id, entry)
    }
  }

  /** What was asked for while a plan was being stored is looked at now. */
  #written(channelId: string, entry: Entry): void {
    entry.isWriting = false
    const config = this.#parts.config(channelId)
    if (entry.isLookDue && config !== undefined) this.#lookAgain(config)
  }

  /** A platform has asked an output for other tracks, or for none: who gets what, and where to, is new even where the plan is not. */
  async renew(channelId: string): Promise<void> {
    const config = this.#parts.config(channelId)
    const before = config === undefined ? undefined : this.#plans.get(channelId)?.plan
    await this.#parts.db.updateTable('channel').set({ revision: sql`revision + 1` }).where('id', '=', channelId).execute()
    if (config === undefined) return
    this.#tell(config, before ?? this.planOf(config), planRungs(this.#request(config)))
  }

  /** A show has begun or ended: who is on air shares the machine from now on. */
  #shareAnew(): void {
    for (const { config } of [...this.#plans.values()]) {
      if (this.#liveSinceMs(config.record.channel.id) !== null) this.#lookAgain(config)
    }
  }

  /** Whether the machine has more room for a channel than it was planned for, or less. */
  #lookAgain(config: ChannelConfig): void {
    const { id } = config.record.channel
    const entry = this.#entry(id)
    entry.isLookDue = entry.isWriting
    if (entry.isWriting) return
    const before = this.planOf(config)
    const request = this.#request(config)
    const after = planRungs(request)
    // Nobody moves, and what is said of those who wait may be another thing.
    if (isSame(before, after)) return void this.#plans.set(id, { config, plan: after })
    const { machine } = request
    const careful = planRungs({ ...request, machine: { ...machine, cores: machine.cores * returnShare } })
    if (isSame(before, careful)) return
    entry.isWriting = true
    void this.#parts.db
      .updateTable('channel')
      .set({ revision: sql`revision + 1` })
      .where('id', '=', id)
      .execute()
      .then(() => this.#tell(config, before, after))
      .catch((error: unknown) => this.#parts.log.warn({ channel: id, error: messageOf(error) }, 'a plan could not be renewed'))
      .finally(() => this.#written(id, entry))
  }

  /** The row is read again for its revision, and with it the channel is planned anew, to the same end. */
  #tell(config: ChannelConfig, before: Plan, after: Plan): void {
    const { id } = config.record.channel
    this.#plans.delete(id)
    this.#report(config, before, after)
    this.#parts.onReplanned(id)
  }

  /** Nothing moves; what viewers miss by an encode is another thing than before. */
  #note(config: ChannelConfig, before: Plan, after: Plan): void {
    this.#plans.set(config.record.channel.id, { config, plan: after })
    this.#report(config, before, after)
  }

  #report(config: ChannelConfig, before: Plan, after: Plan): void {
    const { id, workspace_id } = config.record.channel
    const names = new Map(config.outputs.map((output) => [output.id, output.name]))
    for (const event of eventsOf(id, before, after, { names, request: this.#request(config) })) this.#parts.onEvent(workspace_id, event)
  }

  #keep(config: ChannelConfig, plan: Plan): Plan {
    const { id } = config.record.channel
    this.#plans.set(id, { config, plan })
    this.#holds.place(id, plan.rungs)
    if (plan.rungs.length > 0 || plan.leftOut.length > 0) this.#prices.need()
    return plan
  }

  #request(config: ChannelConfig): PlanRequest {
    return { ...this.facts(config.record.channel.id), ...this.#wishes(config) }
  }

  #wishes({ outputs, rungs, ladder, isRolledBack }: ChannelConfig): Pick<PlanRequest, 'outputs' | 'rungs' | 'ladder' | 'isRolledBack'> {
    return { outputs: plannedOutputs(outputs, this.#parts.catalogue), rungs, ladder, isRolledBack }
  }

  #liveSinceMs(channelId: string): number | null {
    const actual = this.#parts.live.channel(channelId)
    return actual === null || actual.state === 'idle' ? null : Date.parse(actual.since)
  }

  /** What the other live channels would encode: all engines are on this machine. */
  #othersOf(channelId: string): Claim[] {
    return [...this.#plans.values()]
      .map(({ config }) => config)
      .filter(({ record }) => record.channel.id !== channelId && this.#liveSinceMs(record.channel.id) !== null)
      .map((config) => this.#claimOf(config))
  }

  /** Sessions in hardware that the other live channels have by their plans: who has one keeps it. */
  #takenBeside(channelId: string): NonNullable<Machine['hardwareTaken']> {
    const taken: Partial<Record<HardwareKind, number>> = {}
    for (const { config, plan } of this.#plans.values()) {
      const { id } = config.record.channel
      if (id === channelId || this.#liveSinceMs(id) === null) continue
      for (const { spec } of plan.rungs) {
        const encoder = spec.video?.encoder
        if (encoder !== undefined) taken[encoder] = (taken[encoder] ?? 0) + 1
      }
    }
    return taken
  }

  #machineFor(channelId: string): Machine {
    const correction = this.#entries.get(channelId)?.correction.value ?? 1
    return {
      ...this.#prices.machine,
      hardwareTaken: this.#takenBeside(channelId),
      hardwareHeld: this.#holds.heldFor(channelId, this.#liveSinceMs(channelId) !== null),
      correction: roundedTo(correction, correctionStep),
    }
  }

  #claimOf(config: ChannelConfig): Claim {
    const { id } = config.record.channel
    const entry = this.#entry(id)
    const liveSinceMs = this.#liveSinceMs(id)
    const sources = entry.known?.sources ?? []
    const machine = this.#machineFor(id)
    const asked = this.#parts.asked(config)
    const key = JSON.stringify([liveSinceMs, sources, [...asked], machine])
    if (entry.claim?.config === config && entry.claim.key === key) return entry.claim.claim
    const claim = claimFor({ channelId: id, liveSinceMs, sources, machine, asked, others: [], ...this.#wishes(config) })
    entry.claim = { config, key, claim }
    return claim
  }

  #entry(channelId: string): Entry {
    const before = this.#entries.get(channelId)
    if (before !== undefined) return before
    const entry = newEntry()
    this.#entries.set(channelId, entry)
    return entry
  }
}

const roundedTo = (value: number, step: number): number => Math.round(value / step) * step
