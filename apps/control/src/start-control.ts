import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hostInUrl } from '@sluice/base/address'
import { type Clock, systemClock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { describeSandbox, type SandboxReport } from '@sluice/base/sandbox'
import { paths } from '@sluice/contract/api'
import type { Settings } from '@sluice/contract/settings'
import { Accounts, ensureWorkspace, OperatorToken, openSetupCode } from './accounts/index.ts'
import { createServer, OwnHosts } from './api/index.ts'
import { listen, openDataDir, openMetricsToken, rtmpsCertificate, sealAddresses } from './boot/index.ts'
import type { Converter } from './clips/index.ts'
import { Closing, type Ending } from './closing.ts'
import { acquireControlLease, type Database, databasePlace, openDatabase, troubleOf } from './db/index.ts'
import { type EngineHost, systemHost, systemViewersHost } from './reconcile/index.ts'
import { deploymentSecret, finishRotation, openVault, type Vault } from './vault/index.ts'
import { type Parts, wireControl } from './wire-control.ts'

export type ControlOptions = {
  settings: Settings
  log: Logger
  clock?: Clock
  /** What engines inherit; `process.env` but in tests. */
  env?: Readonly<Record<string, string | undefined>>
  host?: EngineHost
  /** Who starts the process that serves viewers. Absent: this machine; with another `host`: nobody. */
  viewersHost?: EngineHost
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
  const closing = new Closing()
  const dataDir = openDataDir(options.settings.dataDir)
  closing.add('data folder', dataDir.release)
  try {
    return await bringUp(options, dataDir, closing)
  } catch (error) {
    // Why the start failed is the one thing worth reading.
    await closing.run('give-up', () => {})
    throw error
  }
}

async function bringUp(options: ControlOptions, dataDir: ReturnType<typeof openDataDir>, closing: Closing): Promise<RunningControl> {
  const { settings: given, log, clock = systemClock, env = process.env, host = systemHost, needsEngines = true, converter } = options
  if (dataDir.warning !== null) log.warn({}, dataDir.warning)
  const token = new OperatorToken(given.adminToken)
  const certificate = await rtmpsCertificate(given, dataDir.path, clock.wallMs(), log)
  const settings: Settings = { ...given, ...certificate, dataDir: dataDir.path }
  const metricsToken = openMetricsToken(settings.metricsToken, join(dataDir.path, 'metrics.token'))
  const vault = openVault(settings.secretKey, dataDir.vaultKeyFile)
  const db = await openDatabase(databasePlace(dataDir.path, settings.databaseUrl))
  closing.add('database', () => db.destroy())
  const lease = await acquireControlLease({ db, clock, log, idFile: join(dataDir.path, 'control.id') })
  closing.add('lease', () => lease.release())
  const secret = await deploymentSecret(db, vault, 'session-secret')
  await finishEarlierWork(db, vault, log)
  if (settings.adminToken !== null) await ensureWorkspace(db, clock)

  const viewersHost = options.viewersHost ?? (options.host === undefined ? systemViewersHost : null)
  const parts = wireControl({ settings, db, vault, clock, log, env, host, viewersHost, converter, guardWindowMs: options.guardWindowMs })
  const { live, configs, clips, broadcasts, reconciler, viewers, jobs } = parts
  addParts(closing, parts)
  await parts.historyClock.read().catch((error: unknown) => {
    if (troubleOf(error) === null) throw error
    log.error({ error: String(error) }, 'the time of the last run could not be compared: the database cannot be written')
  })
  await configs.load()
  await parts.plans.load()
  await parts.enhanced.load()
  if (converter === undefined) void parts.sandbox.find().then((report) => logSandbox(report, log))
  broadcasts.start()
  await clips.works.start()
  await parts.recordings.start()
  clips.slates.sweep()
  parts.probes.start()
  // Engines take longer to come up than what follows here.
  const up = Promise.all([reconciler.start(), viewers?.start()])
  up.catch(() => {})
  const setupCode = await openSetupCode(db, vault)
  const accounts = new Accounts(parts.platform, { settings, secret, token, setupCode, log })
  let httpPort = settings.httpPort
  const ports = () => {
    const { rtmp, rtmps, srt } = live.engines[0]?.hello.ports ?? {
      rtmp: settings.rtmpPort,
      rtmps: settings.rtmpsPort,
      srt: settings.srtPort,
    }
    return { http: httpPort, mediaHttp: viewers?.port ?? settings.mediaHttpPort, rtmp, rtmps, srt }
  }
  const server = await createServer({ ...parts, settings, log, accounts, hosts: new OwnHosts(settings), metricsToken, ports }, version())
  closing.add('server', () => server.close())
  httpPort = await listen(server, settings.host, settings.httpPort)
  if (needsEngines) await up
  jobs.start(lease.holder)

  const url = `http://${reachedAt(settings.host)}:${httpPort}`
  if (setupCode !== null) {
    // The one secret that the log is told: whoever may read it runs this machine.
    const link = url + paths.setupPage(setupCode.text)
    log.warn({ link }, 'nobody has set Sluice up yet: open the link to create the first account')
  }
  const end = (ending: Ending): Promise<void> =>
    closing.run(ending, (part, error) => {
      log.error({ part, error: messageOf(error) }, 'a part of Sluice did not stop cleanly')
    })
  return {
    url,
    ports: ports(),
    setupCode: setupCode?.text ?? null,
    stop: () => end('stop'),
    leave: () => end('leave'),
    killNow() {
      reconciler.killNow()
      viewers?.killNow()
    },
  }
}

/** What an earlier run began and did not finish. With a database that can't be written it waits for a later start. */
async function finishEarlierWork(db: Database, vault: Vault, log: Logger): Promise<void> {
  await finishRotation(db, vault).catch((error: unknown) => {
    if (troubleOf(error) === null) throw error
    log.error({ error: String(error) }, 'the vault key change will be finished at a later start: the database cannot be written')
  })
  await sealAddresses({ db, vault, log }).catch((error: unknown) => {
    if (troubleOf(error) === null) throw error
    log.error({ error: String(error) }, 'secrets in stored addresses will be encrypted at a later start: the database cannot be written')
  })
}

function addParts(
  closing: Closing,
  { reconciler, viewers, clips, recordings, hub, jobs, events, broadcasts, srtHistory, playback, guardrail, probes }: Parts,
): void {
  const endEngines = { stop: () => reconciler.stop(), leave: () => reconciler.leave(), 'give-up': () => reconciler.giveUp() }
  const endViewers = { stop: () => viewers?.stop(), leave: () => viewers?.leave(), 'give-up': () => viewers?.giveUp() }
  closing.add('engines', (ending) => endEngines[ending]())
  closing.add('viewers', (ending) => endViewers[ending]())
  closing.add('probes', () => probes.close())
  closing.add('clips', () => clips.close())
  closing.add('recordings', () => recordings.close())
  closing.add('streams', () => hub.close())
  closing.add('jobs', () => jobs.close())
  closing.add('events', () => events.close())
  closing.add('broadcasts', () => broadcasts.close())
  closing.add('srt history', () => srtHistory.close())
  closing.add('playback', () => playback.close())
  closing.add('guardrail', () => guardrail.close())
}

const version = (): string => (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version

/** Said at each start: who reads the log sees what is in force. */
function logSandbox(report: SandboxReport, log: Logger): void {
  const level = report.mode === 'none' ? 'warn' : 'info'
  log[level]({ sandbox: report.mode }, `sandbox: ${describeSandbox(report)}`)
}

const reachedAt = (host: string): string => (host === '0.0.0.0' || host === '::' ? 'localhost' : hostInUrl(host))
