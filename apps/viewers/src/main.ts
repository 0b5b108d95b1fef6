import { setPriority } from 'node:os'
import { systemClock } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import { goOnAfterFaults } from '@sluice/base/guard'
import { calmLog, type Logger, logLevels } from '@sluice/base/log'
import { LogFile } from '@sluice/base/process'
import { engineEnv, readSettings } from '@sluice/contract/settings'
import { viewersProcessId } from '@sluice/contract/wire'
import { pino } from 'pino'
import { startViewers } from './start-viewers.ts'

/** Below engines, which the system then wakes first: on a machine without a core to spare a crowd of viewers must not delay outputs. */
const niceness = 10

const { env } = process
// Control may be gone and with it whoever read our log: a closed pipe must not end what people watch.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), env)
  const level = logLevels.find((one) => one === settings.logLevel) ?? 'info'
  const log = calmLog(pino({ level, base: { engine: viewersProcessId } }, new LogFile(1)), systemClock, level)
  const leave = (message: string): void => {
    log.info({}, `the viewers' process ends: ${message}`)
    running.stop()
    process.exit(0)
  }
  goOnAfterFaults(process, log, () => process.exit(1))
  stepBack(log)
  const running = await startViewers({
    ...settings,
    trustedProxies: settings.trustedProxies ?? '',
    runDir: env[engineEnv.runDir] ?? `${settings.dataDir}/run`,
    settingsDigest: env[engineEnv.settingsDigest] ?? '',
    log,
    onShutdown: () => leave('Sluice is shutting down'),
  })
  // Ctrl-C reaches the whole terminal group; control ends this process by its word, or it outlives control on purpose.
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
  process.on('SIGTERM', () => leave('it is stopping'))
  log.info({ port: running.port, pid: process.pid }, 'viewers can connect')
}

/** A system that refuses it serves viewers all the same. */
function stepBack(log: Logger): void {
  try {
    setPriority(niceness)
  } catch (error) {
    log.warn({ error: String(error) }, 'the priority of this process could not be lowered: a crowd of viewers may delay outputs')
  }
}

main().catch((error: unknown) => {
  const message = error instanceof SluiceError ? `${error.code}: ${error.message}` : String(error instanceof Error ? error.stack : error)
  process.stderr.write(`sluice viewers: ${message}\n`)
  process.exit(1)
})
