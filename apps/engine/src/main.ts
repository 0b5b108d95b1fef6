import { systemClock } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import { goOnAfterFaults } from '@sluice/base/guard'
import { calmLog, logLevels } from '@sluice/base/log'
import { LogFile } from '@sluice/base/process'
import { mediaSandbox } from '@sluice/base/sandbox'
import { engineEnv, readSettings } from '@sluice/contract/settings'
import { pino } from 'pino'
import { startEngine } from './start-engine.ts'
import { openThumbnailProcess, openWatchProcess } from './watch/index.ts'

/** Time for far ends to read the last bytes and the good-bye before the process ends. */
const farewellMs = 500

const { env } = process
const engineId = env[engineEnv.engineId] ?? 'engine-1'
// Control may be gone and with it whoever read our log: a closed pipe must not end the media.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), env)
  const level = logLevels.find((one) => one === settings.logLevel) ?? 'info'
  const log = calmLog(pino({ level, base: { engine: engineId } }, new LogFile(1)), systemClock, level)
  const leave = (message: string): void => {
    log.info({}, `engine ends: ${message}`)
    running.stop(message)
    setTimeout(() => process.exit(0), farewellMs)
  }
  goOnAfterFaults(process, log, () => process.exit(1))
  const sandbox = mediaSandbox({ wish: settings.sandbox, uid: settings.mediaUid, dataDir: settings.dataDir, env })
  const running = await startEngine({
    ...settings,
    engineId,
    runDir: env[engineEnv.runDir] ?? `${settings.dataDir}/run`,
    settingsDigest: env[engineEnv.settingsDigest] ?? '',
    log,
    openWatch: openWatchProcess(sandbox),
    openThumbnails: openThumbnailProcess(sandbox),
    onShutdown: () => leave('Sluice is shutting down'),
  })
  // Ctrl-C reaches the whole terminal group; control ends the engine by its word, or the engine outlives control on purpose.
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
  process.on('SIGTERM', () => leave('the engine is stopping'))
  log.info({ ports: running.ports, pid: process.pid }, 'engine is ready')
  await running.engine.warmUp()
}

main().catch((error: unknown) => {
  const message = error instanceof SluiceError ? `${error.code}: ${error.message}` : String(error instanceof Error ? error.stack : error)
  process.stderr.write(`sluice engine: ${message}\n`)
  process.exit(1)
})
