import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { systemClock } from '@sluice/base/clock'
import { goOnAfterFaults } from '@sluice/base/guard'
import { silentLogger } from '@sluice/base/log'
import { mediaSandbox } from '@sluice/base/sandbox'
import { type FromProber, type ProberSetup, ToProber } from '@sluice/contract/prober'
import { Prober } from './prober.ts'

const { env } = process
/** What waits for control to read it: a control that hangs is no reason to grow. */
const maxQueuedBytes = 1024 * 1024

/** The show comes first: whoever looks at it takes what nobody else wants. */
const lowestPriority = 19

const tell = (message: FromProber): void => {
  if (process.stdout.writableLength < maxQueuedBytes) process.stdout.write(`${JSON.stringify(message)}\n`)
}

function open({ sandbox: wish, mediaUid: uid, dataDir, ...setup }: ProberSetup): Prober {
  const readCpuMs = (): number => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  return new Prober({ clock: systemClock, sandbox: mediaSandbox({ wish, uid, dataDir, env }), setup, readCpuMs, tell })
}

let prober: Prober | null = null
function receive(line: string): void {
  const message = ToProber.parse(JSON.parse(line))
  if (message.type === 'setup') prober ??= open(message)
  else prober?.setTargets(message.channels, message.outputs)
}

try {
  setPriority(lowestPriority)
} catch {
  // It is only about politeness.
}
goOnAfterFaults(process, silentLogger, () => process.exit(1))
process.stdout.on('error', () => process.exit(0))
// Ctrl-C reaches the whole terminal group; control ends this process by closing its input, and it must not outlive control.
process.on('SIGINT', () => {})
process.on('SIGHUP', () => {})
const lines = createInterface({ input: process.stdin })
lines.on('line', receive)
lines.on('close', () => {
  prober?.close()
  process.exit(0)
})
