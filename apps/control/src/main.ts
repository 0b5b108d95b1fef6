import { hostInUrl } from '@sluice/base/address'
import { SluiceError } from '@sluice/base/errors'
import { goOnAfterFaults } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import { paths } from '@sluice/contract/api'
import { readSettings, type Settings } from '@sluice/contract/settings'
import { createLogger } from './boot/index.ts'
import { type RunningControl, startControl } from './start-control.ts'

const aliveMs = 1000
/** Engines are linked by then, and what they have to say at first is said. */
const settledMs = 5000
/** EX_SOFTWARE: `npm start` starts control again, engines stay on the air. Spec: sysexits.h */
const faultExitCode = 70

async function main(): Promise<void> {
  // Database, sockets and logs are nobody else's to read.
  process.umask(0o077)
  const settings = readSettings(process.argv.slice(2), process.env)
  const log = createLogger(settings.logLevel)
  const onSignal = signalPlan(log)
  goOnAfterFaults(process, log, () => process.exit(faultExitCode))
  const control = await startControl({ settings, log })
  onSignal.serve(control)
  process.stdout.on('error', () => {})
  process.stdout.write(welcome(control, settings))
  tellStarter()
  // What the start took is not needed again. `npm start` and the unit of systemd let us give it back.
  setTimeout(() => globalThis.gc?.(), settledMs).unref()
}

/** Whoever started us is told that we are up, and each second that we are still there: it starts us again if we are not. */
function tellStarter(): void {
  if (process.send === undefined) return
  const tell = (type: 'ready' | 'alive'): void => {
    if (process.connected) process.send?.({ type }, undefined, undefined, () => {})
  }
  tell('ready')
  setInterval(() => tell('alive'), aliveMs).unref()
  process.on('disconnect', () => {})
}

/** Signals count from the first moment on: one that comes while Sluice starts is obeyed once it has, so that no engine is left over. */
function signalPlan(log: Logger): { serve(control: RunningControl): void } {
  const started = Promise.withResolvers<RunningControl>()
  let running: RunningControl | null = null
  let isEnding = false
  const end = async (how: string, work: (control: RunningControl) => Promise<void>): Promise<void> => {
    if (isEnding && running !== null) {
      running.killNow()
      process.exit(130)
    }
    isEnding = true
    log.info({}, how)
    await work(await started.promise)
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void end('stopping, engines too; press Ctrl-C again to stop at once', (control) => control.stop()))
  }
  process.on('SIGUSR2', () => void end('control stops, engines stay on air', (control) => control.leave()))
  return {
    serve(control) {
      running = control
      started.resolve(control)
    },
  }
}

/** From another computer it is this machine's address in place of localhost, and the code is asked for. */
const firstRun = (url: string, setupCode: string): string => `
  Set up    ${url}${paths.setupPage(setupCode)}
            Open this link to create the first account. It works only with the code in it.`

/** What a person needs next. */
function welcome({ url, ports, setupCode }: RunningControl, { dataDir, publicHosts }: Settings): string {
  const host = hostInUrl(publicHosts[0] ?? 'localhost')
  const rtmp = `rtmp://${host}${ports.rtmp === 1935 ? '' : `:${ports.rtmp}`}/live`
  return `
Sluice is ready.

  Console   ${url}${setupCode === null ? '' : firstRun(url, setupCode)}
  Encoder   server ${rtmp}, stream key from the channel's page
  Data      ${dataDir}
  Stop      Ctrl-C

`
}

main().catch((error: unknown) => {
  const message = error instanceof SluiceError ? error.message : String(error instanceof Error ? error.stack : error)
  process.stderr.write(`sluice: ${message}\n`)
  process.exit(1)
})
