import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { mediaSandbox } from '@sluice/base/sandbox'
import type { ChannelStats } from '@sluice/contract/api'
import { parsePortRange, type Settings } from '@sluice/contract/settings'
import { viewersProcessId } from '@sluice/contract/wire'
import { PlaybackMonitor } from './beacons/index.ts'
import { BroadcastHistory } from './broadcasts/index.ts'
import { type Converter, openClips } from './clips/index.ts'
import type { Database } from './db/index.ts'
import { ConfigStore, makeSpecs } from './desired/index.ts'
import { loadCatalogue } from './destinations/index.ts'
import { applyEffects } from './effects.ts'
import { askPlatform, EnhancedGrants, GrantStore } from './enhanced/index.ts'
import { EventLog, HistoryClock, type LoggedEvent } from './events/index.ts'
import { FigureHistories } from './figure-history/index.ts'
import { Guardrail } from './guardrail/index.ts'
import { jobHandlers } from './job-handlers.ts'
import { Jobs } from './jobs/index.ts'
import { judgedChannelOf } from './judged-channel-of.ts'
import { LatencyMonitor } from './latency/index.ts'
import { openMailer } from './mail/index.ts'
import { Metrics } from './metrics/index.ts'
import { LiveState } from './observed/index.ts'
import { ChannelPlans, thisMachine } from './plans/index.ts'
import { type Presenter, RowFacts } from './present/index.ts'
import { probedChannelOf, probePlace } from './probed-channel-of.ts'
import { openProbes, type Probes } from './probes/index.ts'
import { type EngineHost, engineSettings, Reconciler, ViewersProcess } from './reconcile/index.ts'
import { RecordingFiles, RecordingWorks } from './recordings/index.ts'
import { ResumedShows } from './resumed-shows.ts'
import { autoRollbackOf, ownBudgetsOf } from './services/channel/index.ts'
import { settleRotations, UseNotes } from './services/destination/index.ts'
import { guardContext, type Platform } from './services/index.ts'
import { endRollback, startRollback } from './services/rollback/index.ts'
import { Signal } from './signal.ts'
import { SrtHistory } from './srt-history/index.ts'
import { type EngineSecond, StreamHub } from './stream/index.ts'
import type { Vault } from './vault/index.ts'
import { VerdictMonitor } from './verdicts/index.ts'

export type WireOptions = {
  settings: Settings
  db: Database
  vault: Vault
  clock: Clock
  log: Logger
  env: Readonly<Record<string, string | undefined>>
  host: EngineHost
  /** Null: nobody serves viewers. */
  viewersHost: EngineHost | null
  converter: Converter | undefined
  guardWindowMs: number | undefined
}

/** All parts of control. */
export type Parts = ReturnType<typeof wireControl>

/**
 * Makes the parts of control, each out of those before it, and connects them; nothing is started yet. A part that has news for later ones
 * gets a signal. Who hears of stored events and of the figures of each second is a list at the end; what a commit sets in motion is in
 * `effects.ts`, what ends when in `closing.ts`.
 */
export function wireControl({ settings, db, vault, clock, log, env, host, viewersHost, converter, guardWindowMs }: WireOptions) {
  const { dataDir } = settings
  const stored = new Signal<readonly LoggedEvent[]>()
  /** The last second of one channel, with what control makes of it. */
  const figures = new Signal<ChannelStats>()
  /** The last second of all channels of an engine. */
  const seconds = new Signal<EngineSecond>()
  /** Figures of these channels that stopped coming, or come again. */
  const stale = new Signal<readonly string[]>()
  /** What the API shows of a channel, and of these of its outputs, is new. */
  const shown = new Signal<{ channelId: string; outputIds: readonly string[] }>()
  /** The channel was stored otherwise, by none of the verbs. */
  const rewritten = new Signal<string>()
  const due = new Signal<void>()

  const live = new LiveState()
  const configs = new ConfigStore(db)
  const events = new EventLog({ db, clock, log, onStored: stored.tell })
  const historyClock = new HistoryClock({ db, clock, onDoubt: (event) => events.note(null, event) })
  const sandbox = mediaSandbox({ wish: settings.sandbox, uid: settings.mediaUid, dataDir, env })
  const clips = openClips({
    ...{ db, dataDir, configs, live, events, clock, log, sandbox, converter },
    onPrepared: rewritten.tell,
    onNews: (channelId) => shown.tell({ channelId, outputIds: [] }),
  })
  const broadcasts = new BroadcastHistory({
    ...{ db, clock, log },
    channel(channelId) {
      const config = configs.get(channelId)
      return config && { workspaceId: config.record.channel.workspace_id, outputs: config.outputs }
    },
  })
  const verdicts = new VerdictMonitor({
    actual: (channelId) => live.channel(channelId),
    output: (outputId) => live.output(outputId),
    config(channelId) {
      const config = configs.get(channelId)
      return config === undefined ? null : judgedChannelOf(config, plans.planOf(config), catalogue)
    },
    probed: (channelId) => probes.monitor.judged(channelId),
    seen: (outputId) => probes.monitor.seen(outputId),
  })
  const probes: Probes = openProbes({
    ...{ settings, env, clock, log, live },
    config(channelId) {
      const config = configs.get(channelId)
      return config === undefined ? null : probedChannelOf(config, vault)
    },
    place: () => probePlace(settings, viewers?.port ?? null),
    onEvent: (workspaceId, event) => events.note(workspaceId, event),
  })
  const catalogue = loadCatalogue()
  const enhanced = new EnhancedGrants({
    ...{ clock, log, vault, live, store: new GrantStore(db, vault, () => clock.wallMs()) },
    config: (channelId) => configs.get(channelId),
    ask: askPlatform({ url: settings.twitchConfigUrl, name: 'Twitch', allowPrivate: settings.allowPrivateTargets }),
    sourceOf: (channelId, broadcast) => plans.sourceOf(channelId, broadcast),
    isShort: (config, outputId) => plans.isShort(config, outputId),
    onChanged: (channelId) => {
      plans.renew(channelId).catch((error: unknown) => log.warn({ channelId, error: messageOf(error) }, 'a plan could not be renewed'))
    },
    onEvent: (workspaceId, event) => events.note(workspaceId, event),
  })
  const plans: ChannelPlans = new ChannelPlans({
    ...{ db, clock, log, live, catalogue },
    asked: (config) => enhanced.asked(config),
    form: thisMachine(),
    config: (channelId) => configs.get(channelId),
    calibrate: () => reconciler.calibrate(),
    onReplanned: rewritten.tell,
    onEvent: (workspaceId, event) => events.note(workspaceId, event),
  })
  const figureHistories = new FigureHistories()
  const reconciler: Reconciler = new Reconciler({
    ...{ configs, live, events, clock, log, dataDir, host },
    specs: makeSpecs(
      vault,
      clips.files,
      (config) => plans.planOf(config),
      (output) => enhanced.placeOf(output),
    ),
    engineIds: Array.from({ length: settings.engines }, (_, i) => `engine-${i + 1}`),
    engineSettings: (engineId) => engineSettings(settings, env, engineId),
    allowPrivateTargets: settings.allowPrivateTargets,
    onActual(channelId, { outputIds }) {
      if (live.channel(channelId) === null) {
        verdicts.forget(channelId)
        broadcasts.lost(channelId)
      }
      if (configs.get(channelId) === undefined) {
        figureHistories.forget(channelId)
        plans.forget(channelId)
      }
      if (live.channel(channelId)?.state === 'idle') enhanced.forget(channelId)
      shown.tell({ channelId, outputIds })
    },
    onConfig(channelId, outputIds) {
      clips.slates.look([channelId])
      shown.tell({ channelId, outputIds })
    },
    onStats(engineId, report) {
      const channels = live.receiveStats(engineId, report, (stats) => verdicts.judge(stats))
      for (const { stats } of channels) figures.tell(stats)
      seconds.tell({ engineId, at: report.at, channels })
    },
    onStale: (channelIds) => stale.tell(channelIds),
    onCalibrated: (answer) => plans.calibrated(answer),
    onHardware: (found) => plans.foundHardware(found),
  })
  const presenter: Presenter = {
    facts: new RowFacts(vault),
    live,
    slates: clips.slates,
    clips: clips.works,
    enhanced,
    applied: {
      channel: (channelId, revision) => reconciler.isApplied(channelId, revision),
      key: (channelId, keyHash) => reconciler.isKeyApplied(channelId, keyHash),
    },
  }
  const viewers: ViewersProcess | null =
    viewersHost === null
      ? null
      : new ViewersProcess({
          ...{ dataDir, clock, log, host: viewersHost },
          settings: engineSettings(settings, env, viewersProcessId),
          isIdle: () => configs.all.every(({ record }) => (live.channel(record.channel.id)?.state ?? 'idle') === 'idle'),
          hasOlderEngines: () => reconciler.hasStale,
          note: (event) => events.note(null, event),
        })
  const hub = new StreamHub({ configs, presenter, clock })
  const playback = new PlaybackMonitor({
    ...{ db, clock, log },
    workspaceOf: (channelId) => configs.workspaceOf(channelId),
    broadcastOf(channelId) {
      const { broadcast } = live.stats(channelId)
      return broadcast === undefined || broadcast.endedAt !== null ? null : Date.parse(broadcast.startedAt)
    },
    onEvent: (event) => events.note(configs.workspaceOf(event.channelId) ?? null, event),
  })
  const latency = new LatencyMonitor({
    live,
    line: (channelId, inputId) => verdicts.line(channelId, inputId),
    viewers: (channelId) => playback.now(channelId),
    config(channelId) {
      const config = configs.get(channelId)
      if (config === undefined) return null
      return {
        outputs: config.outputs.filter(({ desired }) => desired === 'running'),
        own: ownBudgetsOf(config.record.channel.latency_budgets),
      }
    },
    onEvent: (event) => events.note(configs.workspaceOf(event.channelId) ?? null, event),
  })
  const metrics = new Metrics({
    live,
    configs,
    latency,
    playback,
    probes: probes.monitor,
    streams: () => hub.size,
    missingEngines: () => reconciler.missing,
    viewers,
  })
  const srtHistory = new SrtHistory({ db, log, workspaceOf: (channelId) => configs.workspaceOf(channelId) })
  const srtPorts = parsePortRange(settings.srtInputPorts) ?? null
  const platform: Platform = {
    ...{ db, vault, clock },
    ...{ catalogue, plans },
    allowPrivateTargets: settings.allowPrivateTargets,
    mail: openMailer(settings, log),
    srtInputPorts: srtPorts === null ? null : { ...srtPorts, not: [settings.srtPort] },
    ...applyEffects({ events, hub, reconciler, clips: clips.works, recordings: () => recordings, onDue: due.tell }),
    onResealed: () => reconciler.reread(),
  }
  const use = new UseNotes(platform, live)
  const recordings: RecordingWorks = new RecordingWorks({
    ...{ platform, live, clock, log, files: new RecordingFiles(dataDir) },
    channel(channelId) {
      const row = configs.channelOf(channelId)
      return row && { workspaceId: row.workspace_id, name: row.name, isPaused: row.recording_paused }
    },
    onEvent: (event) => events.note(null, event),
    onDue: due.tell,
  })
  const jobs = new Jobs({
    ...{ db, clock, log, handlers: jobHandlers({ platform, clips: clips.works, recordings, historyClock }) },
    looks: [() => settleRotations(platform, live), () => use.note(), () => recordings.look()],
  })
  const guardrail = new Guardrail(
    {
      ...{ db, live, log },
      armed(channelId) {
        const auto = autoRollbackOf(configs.channelOf(channelId)?.auto_rollback ?? null)
        return auto.isArmed ? auto : null
      },
      async start({ channelId, keep, ...automatic }) {
        await startRollback(guardContext(platform, configs.workspaceOf(channelId) ?? ''), live, channelId, { keep }, automatic)
      },
      async end({ channelId, ...automatic }) {
        await endRollback(guardContext(platform, configs.workspaceOf(channelId) ?? ''), live, channelId, automatic)
      },
    },
    guardWindowMs,
  )

  const resumed = new ResumedShows({ platform, live, configs, log })
  stored.heardBy([
    (batch) => metrics.eventsStored(batch.map(({ event }) => event)),
    (batch) => hub.events(batch),
    (batch) => recordings.told(batch),
    (batch) => batch.some(endsBroadcast) && broadcasts.wake(),
    (batch) => plans.noteEvents(batch.map(({ event }) => event)),
  ])
  figures.heardBy([
    ({ channelId }) => clips.slates.look([channelId]),
    (stats) => broadcasts.note(stats),
    (stats) => srtHistory.note(stats),
    (stats) => figureHistories.note(stats),
    (stats) => plans.note(stats),
    (stats) => enhanced.note(stats),
    (stats) => latency.note(stats),
    (stats) => guardrail.note(stats),
    ({ channelId }) => resumed.look(channelId),
  ])
  seconds.heardBy([(second) => hub.figures(second)])
  stale.heardBy([(channelIds) => hub.stale(channelIds)])
  shown.heardBy([({ channelId, outputIds }) => hub.changed(channelId, outputIds), ({ channelId }) => resumed.look(channelId)])
  rewritten.heardBy([(channelId) => void reconciler.channelChanged(channelId)])
  due.heardBy([() => jobs.wake()])
  return {
    live,
    configs,
    events,
    historyClock,
    broadcasts,
    sandbox,
    clips,
    recordings,
    reconciler,
    viewers,
    presenter,
    hub,
    latency,
    playback,
    probes,
    metrics,
    srtHistory,
    plans,
    enhanced,
    platform,
    jobs,
    guardrail,
    figureHistories,
  }
}

const endsBroadcast = ({ event }: LoggedEvent): boolean => event.name === 'broadcast.ended'
