import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hostInUrl } from '@sluice/base/address'
import { type Clock, systemClock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import { describeSandbox, mediaSandbox, type SandboxReport } from '@sluice/base/sandbox'
import { paths } from '@sluice/contract/api'
import { parsePortRange, type Settings } from '@sluice/contract/settings'
import { Accounts, ensureWorkspace, OperatorToken, openSetupCode } from './accounts/index.ts'
import { createServer, OwnHosts } from './api/index.ts'
import { listen, openDataDir, openMetricsToken, rtmpsCertificate, sealAddresses } from './boot/index.ts'
import { type Converter, openClips } from './clips/index.ts'
import { databasePlace, openDatabase, takeControlLease, troubleOf } from './db/index.ts'
import { ConfigStore, makeSpecs } from './desired/index.ts'
import { loadCatalogue } from './destinations/index.ts'
import { applyEffects } from './effects.ts'
import { dropOld, EventLog } from './events/index.ts'
import { Guardrail } from './guardrail/index.ts'
import { Jobs } from './jobs/index.ts'
import { LatencyWatch } from './latency/index.ts'
import { Metrics } from './metrics/index.ts'
import { LiveState } from './observed/index.ts'
import type { Presenter } from './present/index.ts'
import { type EngineHost, engineSettings, Reconciler, systemHost } from './reconcile/index.ts'
import { autoRollbackOf, ownBudgetsOf } from './services/channel/index.ts'
import { guardContext, type Platform } from './services/index.ts'
import { endRollback, startRollback } from './services/rollback/index.ts'
import { SrtHistory } from './srt-history/index.ts'
import { StreamHub } from './stream/index.ts'
import { TargetWatch, targetsOf } from './targets/index.ts'
import { deploymentSecret, finishRotation, openVault } from './vault/index.ts'

const hourMs = 60 * 60 * 1000

export type ControlOptions = {
  settings: Settings
  log: Logger
  clock?: Clock
  /** What engines inherit; `process.env` but in tests. */
  env?: Readonly<Record<string, string | undefined>>
  host?: EngineHost
  /** Runs conversions; a child process each, but in tests. */
  converter?: Converter
  /** False: serves the API before the engines are up, and does not mind whether they come. */
  needsEngines?: boolean
  /** Another window for the automatic rollback than its five minutes, for tests that can't wait so long; nothing sets it in a running Sluice. */
  guardWindowMs?: number
}

/** A control that runs. `stop` ends engines too; `leave` keeps them on the air; `killNow` waits for nothing. */
export type RunningControl = {
  url: string
  ports: { http: number; mediaHttp: number; rtmp: number; rtmps: number | null; srt: number | null }
  /** By which the first account is made; null once there is one. */
  setupCode: string | null
  stop(): Promise<void>
  leave(): Promise<void>
  killNow(): void
}

/** Brings everything up, in the order of what needs what. Throws SluiceError in one sentence for what the operator must change. */
export async function startControl(options: ControlOptions): Promise<RunningControl> {
  const dataDir = openDataDir(options.settings.dataDir)
  const undo: (() => Promise<void> | void)[] = [dataDir.release]
  try {
    return await bringUp(options, dataDir, undo)
  } catch (error) {
    for (const step of undo.reverse()) {
      try {
        await step()
      } catch {
        // Why the start failed is what is to be told.
      }
    }
    throw error
  }
}

async function bringUp(
  {
    settings: given,
    log,
    clock = systemClock,
    env = process.env,
    host = systemHost,
    needsEngines = true,
    guardWindowMs,
    converter,
  }: ControlOptions,
  dataDir: ReturnType<typeof openDataDir>,
  undo: (() => Promise<void> | void)[],
): Promise<RunningControl> {
  if (dataDir.warning !== null) log.warn({}, dataDir.warning)
  const token = new OperatorToken(given.adminToken)
  const certificate = await rtmpsCertificate(given, dataDir.path, clock.wallMs(), log)
  const settings: Settings = { ...given, ...certificate, dataDir: dataDir.path }
  const metricsToken = openMetricsToken(settings.metricsToken, join(dataDir.path, 'metrics.token'))
  const vault = openVault(settings.secretKey, dataDir.vaultKeyFile)
  const db = await openDatabase(databasePlace(dataDir.path, settings.databaseUrl))
  undo.push(() => db.destroy())
  const lease = await takeControlLease({ db, clock, log, idFile: join(dataDir.path, 'control.id') })
  undo.push(() => lease.release())
  const secret = await deploymentSecret(db, vault, 'session-secret')
  await finishRotation(db, vault).catch((error: unknown) => {
    if (troubleOf(error) === null) throw error
    log.error({ error: String(error) }, 'the change of the vault key is finished at a later start: the database cannot be written')
  })
  await sealAddresses({ db, vault, log }).catch((error: unknown) => {
    if (troubleOf(error) === null) throw error
    log.error({ error: String(error) }, 'secrets in kept addresses are sealed at a later start: the database cannot be written')
  })
  if (settings.adminToken !== null) await ensureWorkspace(db, clock)

  const live = new LiveState()
  const configs = new ConfigStore(db)
  await configs.load()
  const presenter: Presenter = {
    vault,
    live,
    slates: { view: (record) => clips.slates.view(record) },
    clips: { progress: (clipId) => clips.works.progress(clipId) },
    applied: {
      channel: (channelId, revision) => reconciler.isApplied(channelId, revision),
      key: (channelId, keyHash) => reconciler.isKeyApplied(channelId, keyHash),
    },
  }
  const hub = new StreamHub({ configs, presenter, clock })
  const latency = new LatencyWatch({
    live,
    config(channelId) {
      const config = configs.get(channelId)
      if (config === undefined) return null
      return {
        outputs: config.outputs.filter(({ desired }) => desired === 'running'),
        own: ownBudgetsOf(config.record.channel.latency_budgets),
      }
    },
    onEvent({ severity = 'info', data = {}, ...event }) {
      const workspaceId = configs.workspaceOf(event.channelId) ?? null
      events.append({ ...event, severity, data, workspaceId, atMs: clock.wallMs(), engine: null })
    },
  })
  const metrics = new Metrics({ live, configs, latency, streams: () => hub.size, missingEngines: () => reconciler.missing })
  const events = new EventLog({
    db,
    clock,
    log,
    onStored(stored) {
      metrics.eventsStored(stored)
      hub.events(stored)
    },
  })
  undo.push(() => events.close())
  const targets = new TargetWatch()
  const srtHistory = new SrtHistory({ db, log, workspaceOf: (channelId) => configs.workspaceOf(channelId) })
  undo.push(() => srtHistory.close())
  const sandbox = mediaSandbox({ wish: settings.sandbox, uid: settings.mediaUid, dataDir: dataDir.path, env })
  if (converter === undefined) void sandbox.find().then((report) => logSandbox(report, log))
  const clips = openClips({
    db,
    dataDir: dataDir.path,
    configs,
    live,
    events,
    clock,
    log,
    sandbox,
    converter,
    onPrepared: (channelId) => void reconciler.channelChanged(channelId),
    onNews: (channelId) => hub.changed(channelId, []),
  })
  undo.push(() => clips.close())
  await clips.works.start()
  clips.slates.sweep()
  const guardrail = new Guardrail(
    {
      db,
      live,
      log,
      armed(channelId) {
        const channel = configs.channelOf(channelId)
        const auto = autoRollbackOf(channel?.auto_rollback ?? null)
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
  undo.push(() => guardrail.close())
  const reconciler = new Reconciler({
    configs,
    live,
    events,
    specs: makeSpecs(vault, clips.files),
    clock,
    log,
    dataDir: dataDir.path,
    engineIds: Array.from({ length: settings.engines }, (_, i) => `engine-${i + 1}`),
    engineSettings: (engineId) => engineSettings(settings, env, engineId),
    host,
    allowPrivateTargets: settings.allowPrivateTargets,
    onActual(channelId, { outputIds }) {
      if (live.channel(channelId) === null) targets.forget(channelId)
      hub.changed(channelId, outputIds)
    },
    onConfig(channelId, outputIds) {
      clips.slates.look([channelId])
      hub.changed(channelId, outputIds)
    },
    onStats(channelIds) {
      for (const channelId of channelIds) judgeTargets(channelId)
      hub.statsCame(channelIds)
      clips.slates.look(channelIds)
      for (const channelId of channelIds) {
        const stats = live.stats(channelId)
        srtHistory.take(stats)
        latency.take(stats)
        guardrail.take(stats)
      }
    },
  })
  function judgeTargets(channelId: string): void {
    const config = configs.get(channelId)
    if (config === undefined) return
    const onAir = live.channel(channelId)?.inputs.find((input) => input.onAir)?.inputId ?? null
    live.replaceStats(
      targets.judge(
        live.stats(channelId),
        onAir,
        targetsOf(config, (outputId) => live.output(outputId)?.state),
      ),
    )
  }
  // Engines take longer to come up than what follows here.
  const up = reconciler.start()
  up.catch(() => {})
  undo.push(() => reconciler.giveUp())
  const srtPorts = parsePortRange(settings.srtInputPorts) ?? null
  const platform: Platform = {
    db,
    vault,
    clock,
    catalogue: loadCatalogue(),
    allowPrivateTargets: settings.allowPrivateTargets,
    srtInputPorts: srtPorts === null ? null : { ...srtPorts, not: [settings.srtPort] },
    onUnsure(effects) {
      for (const effect of effects) if ('channelId' in effect) void reconciler.channelChanged(effect.channelId)
      jobs.wake()
    },
    onCommitted: (effects) => applyEffects({ events, hub, reconciler, clips: clips.works, jobs, clock }, effects),
  }
  const jobs = new Jobs({ platform, live, clock, log })
  undo.push(() => jobs.close())
  const setupCode = await openSetupCode(db, vault)
  const accounts = new Accounts(platform, secret, token, setupCode)
  const hosts = new OwnHosts(settings)
  let httpPort = settings.httpPort
  const ports = () => {
    const { mediaHttp, rtmp, rtmps, srt } = live.engines[0]?.hello.ports ?? {
      mediaHttp: settings.mediaHttpPort,
      rtmp: settings.rtmpPort,
      rtmps: settings.rtmpsPort,
      srt: settings.srtPort,
    }
    return { http: httpPort, mediaHttp, rtmp, rtmps, srt }
  }
  const app = {
    ...{
      settings,
      log,
      platform,
      accounts,
      hosts,
      presenter,
      clips,
      configs,
      hub,
      events,
      reconciler,
      metrics,
      metricsToken,
      guardrail,
      latency,
    },
    ports,
  }
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
  const server = await createServer(app, version)
  httpPort = await listen(server, settings.host, settings.httpPort)
  undo.push(() => server.close())
  if (needsEngines) await up
  jobs.start()
  const stopCleaning = everyHour(clock, () => dropOld(db, clock.wallMs()), log)

  const close = async (): Promise<void> => {
    stopCleaning()
    clips.close()
    hub.close()
    // What fails on the way, as on a full disk, keeps nothing of what follows from its end.
    const steps = [
      () => server.close(),
      () => jobs.close(),
      () => events.close(),
      () => srtHistory.close(),
      () => guardrail.close(),
      () => lease.release(),
      () => db.destroy(),
      () => dataDir.release(),
    ]
    for (const step of steps) {
      try {
        await step()
      } catch (error) {
        log.error({ error: error instanceof Error ? error.message : String(error) }, 'a part of Sluice could not end in good order')
      }
    }
  }
  const url = `http://${reachedAt(settings.host)}:${httpPort}`
  if (setupCode !== null) {
    // The one secret that the log is told: whoever may read it runs this machine.
    const link = url + paths.setupPage(setupCode.text)
    log.warn({ link }, 'nobody has set Sluice up yet: open the link to create the first account')
  }
  return {
    url,
    ports: ports(),
    setupCode: setupCode?.text ?? null,
    async stop() {
      await reconciler.stop()
      await close()
    },
    async leave() {
      reconciler.leave()
      await close()
    },
    killNow: () => reconciler.killNow(),
  }
}

/** Said at each start: who reads the log sees what is in force. */
function logSandbox(report: SandboxReport, log: Logger): void {
  const level = report.mode === 'none' ? 'warn' : 'info'
  log[level]({ sandbox: report.mode }, `sandbox: ${describeSandbox(report)}`)
}

/** Runs `work` once an hour until the returned function is called. */
function everyHour(clock: Clock, work: () => Promise<void>, log: Logger): () => void {
  let timer = clock.after(hourMs, tick)
  function tick(): void {
    void work().catch((error: unknown) => log.error({ error: error instanceof Error ? error.message : String(error) }, 'clean-up failed'))
    timer = clock.after(hourMs, tick)
  }
  return () => timer.cancel()
}

const reachedAt = (host: string): string => (host === '0.0.0.0' || host === '::' ? 'localhost' : hostInUrl(host))
