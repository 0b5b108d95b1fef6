// long because: one loop holds what is wanted against what each engine knows and says
import { join } from 'node:path'
import { BoundedMap } from '@sluice/base/bounded'
import type { Clock } from '@sluice/base/clock'
import { messageOf, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import {
  type ChannelActual,
  type EngineEvent,
  type EngineHello,
  type FromEngine,
  faultOfData,
  linkVersion,
  type ProbeRequest,
  type ProbeStep,
  type SourceCommand,
} from '@sluice/contract/link'
import { type ConfigStore, changedOutputs, type Specs } from '../desired/index.ts'
import type { EventLog } from '../events/index.ts'
import type { ActualChange, EngineStats, LiveState } from '../observed/index.ts'
import type { EngineLink } from './engine-link.ts'
import { EngineNotes } from './engine-notes.ts'
import type { EngineHost } from './engine-process.ts'
import type { EngineSettings } from './engine-settings.ts'
import { LinkedEngine } from './linked-engine.ts'
import { planPlacement } from './placement.ts'
import { planChannels } from './plan.ts'
import { type ProbeRefusal, Probes } from './probes.ts'
import { EngineSupervisor } from './supervisor.ts'
import { Thumbnails } from './thumbnails.ts'

export type ReconcilerParts = {
  configs: ConfigStore
  live: LiveState
  events: EventLog
  specs: Specs
  clock: Clock
  log: Logger
  dataDir: string
  engineIds: readonly string[]
  engineSettings(engineId: string): EngineSettings
  host: EngineHost
  allowPrivateTargets: boolean
  /** Tells the watchers of a channel what is new. */
  onActual(channelId: string, change: ActualChange): void
  /** The channel is configured otherwise now, and so are these of its outputs. */
  onConfig(channelId: string, outputIds: readonly string[]): void
  onStats(engineId: string, report: EngineStats): void
  /** An engine has measured what encoding costs here, or can't. */
  onCalibrated(answer: Extract<FromEngine, { type: 'calibrated' }>): void
  /** An engine has tried the encoders in hardware. */
  onHardware(found: Extract<FromEngine, { type: 'hardware' }>): void
  /** No figures of these channels come any more, or they come again: what was sent of them is not true any more. */
  onStale(channelIds: readonly string[]): void
}

/** For the database to say which events it has of an engine that came: without an answer it tells all again, and each is stored once. */
const lastSeqLimitMs = 500
/** As long as an answer waits for the engines to know what it hands out. */
const knownLimitMs = 2000

/** Makes what is, out of what is wanted: gives every engine its channels, the directory, and takes its reports. */
export class Reconciler {
  readonly #parts: ReconcilerParts
  // bound: one an engine, at most 64 by the setting
  readonly #supervisors: EngineSupervisor[]
  // bound: one an engine, at most 64 by the setting
  readonly #linked = new Map<string, LinkedEngine>()
  /** Runs of engines whose start was told. */
  readonly #toldRuns = new BoundedMap<string, true>({ maxCount: 1000, whenFull: 'forget-oldest' })
  readonly #probes: Probes
  readonly thumbnails: Thumbnails
  readonly #notes: EngineNotes
  /** Changes are worked off one after the other, so that no older read of a channel follows a newer one. */
  #work: Promise<void> = Promise.resolve()
  // bound: one an engine, at most 64 by the setting
  readonly #welcomes = new Map<string, Promise<void>>()
  /** Channels whose change is still to be read: they stay on it while the database is out of reach. */
  // bound: ids of channels of the database
  readonly #unread = new Set<string>()

  constructor(parts: ReconcilerParts) {
    this.#parts = parts
    this.#probes = new Probes(parts.clock)
    this.thumbnails = new Thumbnails(parts.clock, (channelId) => this.#linkOf(channelId))
    const { clock: time, events } = parts
    this.#notes = new EngineNotes({ nowMs: () => time.nowMs(), note: (workspaceId, event) => events.note(workspaceId, event) })
    const { dataDir, host, clock, log } = parts
    this.#supervisors = parts.engineIds.map(
      (engineId) =>
        new EngineSupervisor({
          engineId,
          runDir: join(dataDir, 'run'),
          logFile: join(dataDir, 'log', `${engineId}.log`),
          settings: parts.engineSettings(engineId),
          host,
          clock,
          log,
          onLinked: (link) => void this.#welcome(link),
          onMessage: (message) => this.#receive(engineId, message),
          onLost: (reason) => this.#lost(engineId, reason),
          onSilent: (silentMs) => this.#silent(engineId, silentMs),
          onRecovered: () => this.#recovered(engineId),
        }),
    )
  }

  /** Resolves when every engine is linked; rejects when one cannot start. */
  async start(): Promise<void> {
    await Promise.all(this.#supervisors.map((supervisor) => supervisor.start()))
    await Promise.all(this.#welcomes.values())
    await this.#work
  }

  /** Engines that are not linked now. */
  get missing(): string[] {
    return this.#supervisors.filter((supervisor) => supervisor.link === null).map((supervisor) => supervisor.engineId)
  }

  /** Engines that are linked and report nothing. */
  get silent(): string[] {
    return this.#supervisors.filter((supervisor) => supervisor.isSilent).map((supervisor) => supervisor.engineId)
  }

  /** An engine is on the air that was started with other settings, or by another version. */
  get hasStale(): boolean {
    return this.#supervisors.some((supervisor) => supervisor.isStale)
  }

  /** Whether all engines know the channel at this revision: its keys and tokens open it. */
  isApplied(channelId: string, revision: number): boolean {
    const owner = this.#linked.get(this.#parts.configs.channelOf(channelId)?.engine_id ?? '')
    return owner?.knows(channelId, revision) === true && [...this.#linked.values()].every((engine) => engine.knowsKeys(channelId))
  }

  /** Whether all engines know the input's key, and its own engine the channel as it was last read: an encoder can use it. */
  isKeyApplied(channelId: string, keyHash: string): boolean {
    const revision = this.#parts.configs.channelOf(channelId)?.revision
    if (revision === undefined || !this.isApplied(channelId, revision)) return false
    return [...this.#linked.values()].every((engine) => engine.knowsKey(channelId, keyHash))
  }

  /** Resolves once the engines that report have read every change until now, after two seconds at the latest. */
  async caughtUp(): Promise<void> {
    const late = Promise.withResolvers<void>()
    const limit = this.#parts.clock.after(knownLimitMs, () => late.resolve())
    const all = this.#work.then(() => {
      const engines = [...this.#linked].filter(([engineId]) => !this.silent.includes(engineId))
      return Promise.all(engines.map(([, engine]) => engine.caughtUp()))
    })
    await Promise.race([all, late.promise])
    limit.cancel()
  }

  /** A commit changed the channel, made it or deleted it. Resolves when the engine was told; the watchers are told by then too. */
  channelChanged(channelId: string): Promise<void> {
    this.#unread.add(channelId)
    this.#parts.configs.changed(channelId)
    return this.#queue(() => this.#reconcile())
  }

  /** Reads every channel again, after the changes until now. Rejects when the database does not answer. */
  reread(): Promise<void> {
    const reading = this.#work.then(() => this.#parts.configs.load())
    this.#work = reading.catch(() => {})
    return reading
  }

  /** Hands a command to the channel's engine. False: none is linked. */
  command(channelId: string, command: SourceCommand): boolean {
    const link = this.#linkOf(channelId)
    if (link === undefined) return false
    link.send({ type: 'source', channelId, command })
    return true
  }

  /** Lets one engine measure what encoding costs on this machine. False: none is linked. */
  calibrate(): boolean {
    const [engine] = this.#linked.values()
    engine?.link.send({ type: 'calibrate' })
    return engine !== undefined
  }

  /** Lets the channel's engine try a destination, or any engine where there is no channel yet. */
  probe(channelId: string | null, request: Omit<ProbeRequest, 'probeId'>): Promise<ProbeStep[] | ProbeRefusal> {
    const engineId = channelId === null ? null : this.#parts.configs.channelOf(channelId)?.engine_id
    const linked = [...this.#linked.values()]
    const own = linked.find(({ link }) => link.hello.engineId === engineId)
    return this.#probes.ask((own ?? linked[0])?.link ?? null, request)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#supervisors.map((supervisor) => supervisor.stop()))
  }
  /** After a start that failed: what was on the air before stays so. */
  async giveUp(): Promise<void> {
    await Promise.all(this.#supervisors.map((supervisor) => supervisor.giveUp()))
  }
  killNow(): void {
    for (const supervisor of this.#supervisors) supervisor.killNow()
  }
  leave(): void {
    for (const supervisor of this.#supervisors) supervisor.leave()
  }

  #linkOf(channelId: string): EngineLink | undefined {
    return this.#linked.get(this.#parts.configs.channelOf(channelId)?.engine_id ?? '')?.link
  }

  #queue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#parts.log.error({ error: error instanceof SluiceError ? error.message : String(error) }, 'reconcile failed')
      // The next change or hello starts from what was told so far; without one, this does.
      this.#parts.clock.after(1000, () => void this.#queue(() => this.#reconcile()))
    })
    return this.#work
  }

  #welcome(link: EngineLink): Promise<void> {
    const welcome = this.#greet(link).catch((error: unknown) => {
      this.#parts.log.error({ error: messageOf(error) }, 'an engine could not be linked')
    })
    this.#welcomes.set(link.hello.engineId, welcome)
    return welcome
  }

  /** Not in the queue of changes: an engine that comes is told what is known, also while the database does not answer. */
  async #greet(link: EngineLink): Promise<void> {
    const { hello } = link
    const { live, allowPrivateTargets, log } = this.#parts
    const afterSeq = await this.#lastSeq(hello.runId)
    const supervisor = this.#supervisors.find(({ engineId }) => engineId === hello.engineId)
    if (supervisor?.link !== link) return
    link.send({ type: 'welcome', linkVersion, afterSeq, allowPrivateTargets })
    supervisor.watch()
    live.engineCame(hello)
    this.#linked.set(hello.engineId, new LinkedEngine(link))
    log.info({ engine: hello.engineId, pid: hello.pid, liveChannels: hello.liveChannels }, 'engine is linked')
    if (afterSeq < 0 && !this.#toldRuns.has(hello.runId)) this.#notes.started(hello)
    this.#toldRuns.set(hello.runId, true)
    this.#tell(hello.engineId)
    await this.#queue(() => this.#reconcile())
  }

  async #lastSeq(runId: string): Promise<number> {
    const { events, clock, log } = this.#parts
    const late = Promise.withResolvers<number>()
    const limit = clock.after(lastSeqLimitMs, () => late.resolve(-1))
    const asked = events
      .flush()
      .then(() => events.lastEngineSeq(runId))
      .catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, 'the database does not say which events it has of an engine')
        return -1
      })
    const seq = await Promise.race([asked, late.promise])
    limit.cancel()
    return seq
  }

  /** Reads what changed. A channel leaves the list only once it was read. */
  async #readChanges(): Promise<void> {
    const { configs, live, onActual, onConfig } = this.#parts
    for (const channelId of [...this.#unread]) {
      const before = configs.get(channelId)
      this.#unread.delete(channelId)
      const config = await configs.reload(channelId).catch((error: unknown) => {
        this.#unread.add(channelId)
        throw error
      })
      if (config === null) onActual(channelId, live.forget(channelId))
      else onConfig(channelId, changedOutputs(before, config))
    }
  }

  async #reconcile(): Promise<void> {
    const { configs, engineIds } = this.#parts
    await this.#readChanges()
    const placed = configs.all.map(({ record: { channel } }) => ({ channelId: channel.id, engineId: channel.engine_id }))
    for (const { channelId, engineId } of planPlacement(placed, engineIds)) await configs.place(channelId, engineId)
    this.#tell()
  }

  /** Tells every linked engine what it was not told yet; `freshId` has just come and is told its whole list. */
  #tell(freshId: string | null = null): void {
    const { configs, specs } = this.#parts
    const changed = this.#sendDirectory()
    const desired = configs.all.map(({ record: { channel } }) => ({
      channelId: channel.id,
      engineId: channel.engine_id ?? '',
      revision: channel.revision,
    }))
    const fresh = freshId === null ? undefined : this.#linked.get(freshId)
    if (fresh !== undefined) {
      const own = desired.filter((channel) => channel.engineId === freshId)
      fresh.link.send({ type: 'sync', channelIds: own.map((channel) => channel.channelId) })
      changed.add(fresh)
    }
    const engines = [...this.#linked].map(([engineId, { told }]) => ({ engineId, told }))
    for (const action of planChannels(desired, engines)) {
      const engine = this.#linked.get(action.engineId)!
      changed.add(engine)
      if (action.type === 'sync') {
        engine.link.send({ type: 'sync', channelIds: action.channelIds })
        for (const id of engine.told.keys()) if (!action.channelIds.includes(id)) engine.told.delete(id)
      } else {
        const config = configs.get(action.channelId)!
        engine.link.send({ type: 'channel', spec: specs.channel(config) })
        engine.told.set(action.channelId, action.revision)
      }
    }
    for (const engine of changed) engine.mark()
  }

  /** The engines that knew another one. */
  #sendDirectory(): Set<LinkedEngine> {
    const { configs, engineIds, dataDir, specs } = this.#parts
    const engines = engineIds.map((engineId) => ({ engineId, relayPath: join(dataDir, 'run', `${engineId}.relay`) }))
    const directory = specs.directory(configs.all, engines)
    return new Set([...this.#linked.values()].filter((engine) => engine.tellDirectory(directory)))
  }

  #receive(engineId: string, message: Exclude<FromEngine, EngineHello>): void {
    const { onStats } = this.#parts
    if (message.type === 'event') this.#receiveEvent(engineId, message)
    else if (message.type === 'probe.result') this.#probes.receive(message)
    else if (message.type === 'thumbnail.result') this.thumbnails.receive(message)
    else if (message.type === 'marked') this.#receiveMark(engineId, message)
    else if (message.type === 'stats') onStats(engineId, message)
    else if (message.type === 'calibrated') this.#parts.onCalibrated(message)
    else if (message.type === 'hardware') this.#parts.onHardware(message)
    else if (message.type === 'actual') this.#receiveActual(engineId, message.channel)
  }

  #receiveMark(engineId: string, { mark, failed }: Extract<FromEngine, { type: 'marked' }>): void {
    const { configs, onActual } = this.#parts
    for (const channelId of this.#linked.get(engineId)?.marked(mark, failed) ?? []) {
      if (configs.get(channelId) !== undefined) onActual(channelId, { channelChanged: true, outputIds: [] })
    }
  }

  #receiveActual(engineId: string, channel: ChannelActual): void {
    // A last word on a channel that is deleted, or that lives elsewhere by now.
    if (this.#parts.configs.channelOf(channel.channelId)?.engine_id !== engineId) return
    this.#parts.onActual(channel.channelId, this.#parts.live.receiveActual(channel, engineId))
    this.#replaceIfIdle(engineId)
  }

  #receiveEvent(engineId: string, event: EngineEvent): void {
    const { configs, events, live, log } = this.#parts
    const hello = live.engines.find((engine) => engine.engineId === engineId)?.hello
    const workspaceId = event.channelId === null ? null : configs.workspaceOf(event.channelId)
    if (hello === undefined || workspaceId === undefined) return
    const { seq, at, type: _, ...rest } = event
    const fault = faultOfData(event.name, event.data)
    // The sentence is what the operator needs; figures that are not what their name says are worse than none.
    if (fault !== null) log.error({ engine: engineId, fault }, 'an engine sent an event with wrong figures; they are left out')
    const data = fault === null ? event.data : {}
    events.append({ ...rest, data, workspaceId, atMs: Date.parse(at), engine: { runId: hello.runId, seq } })
  }

  #lost(engineId: string, reason: string | null): void {
    const { configs, live, log, onActual, onStale } = this.#parts
    const engine = this.#linked.get(engineId)
    const hello = engine?.link.hello
    this.#linked.delete(engineId)
    engine?.release()
    if (hello === undefined) return
    const channelIds = configs.all.map(({ record }) => record.channel).flatMap(({ id, engine_id }) => (engine_id === engineId ? [id] : []))
    if (reason !== null) {
      log.error({ engine: engineId, reason }, 'engine is lost')
      const atWork = channelIds.filter((channelId) => (live.channel(channelId)?.state ?? 'idle') !== 'idle')
      const struck = atWork.map((channelId) => ({ channelId, workspaceId: configs.workspaceOf(channelId) ?? null }))
      this.#notes.lost(hello, reason, struck)
    }
    live.engineWent(engineId)
    for (const channelId of channelIds) onActual(channelId, live.forget(channelId))
    onStale(channelIds)
  }

  /** Its channels are shown as they were last heard of, and marked so. */
  #silent(engineId: string, silentMs: number): void {
    const { live, log, clock } = this.#parts
    const hello = this.#linked.get(engineId)?.link.hello
    if (hello === undefined) return
    log.error({ engine: engineId, silentMs }, 'the engine reports nothing')
    live.engineSilent(engineId, new Date(clock.wallMs() - silentMs).toISOString())
    this.#notes.silent(hello, silentMs)
    this.#tellWatchers(engineId)
  }

  #recovered(engineId: string): void {
    const { live, log } = this.#parts
    const hello = this.#linked.get(engineId)?.link.hello
    if (hello === undefined) return
    log.warn({ engine: engineId }, 'the engine reports again')
    live.engineSilent(engineId, null)
    this.#notes.recovered(hello)
    this.#tellWatchers(engineId)
  }

  #tellWatchers(engineId: string): void {
    const { configs, onActual, onStale } = this.#parts
    const own = configs.all.filter(({ record }) => record.channel.engine_id === engineId)
    for (const { record, outputs } of own) onActual(record.channel.id, { channelChanged: true, outputIds: outputs.map(({ id }) => id) })
    onStale(own.map(({ record }) => record.channel.id))
  }

  #replaceIfIdle(engineId: string): void {
    const supervisor = this.#supervisors.find((candidate) => candidate.engineId === engineId)
    if (supervisor === undefined || !supervisor.isStale) return
    const { configs, live } = this.#parts
    const own = configs.all.filter(({ record }) => record.channel.engine_id === engineId)
    // Not reported yet is not idle.
    if (own.every(({ record }) => live.channel(record.channel.id)?.state === 'idle')) supervisor.replace()
  }
}
