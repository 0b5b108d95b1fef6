import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { backoffMs } from '@sluice/base/backoff'
import type { Clock, Timer } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type ChannelTarget, FromProber, type OutputTarget, type ProberSetup, type ToProber } from '@sluice/contract/prober'

const proberMain = fileURLToPath(new URL('../../../prober/src/main.ts', import.meta.url))
/** It beats each second, and has the lowest priority of all. */
const silentMs = { starting: 60_000, running: 20_000 }
const lookMs = 1000
/** One that lived so long did not die of how it was started. */
const healthyLifeMs = 60_000
const backoff = { baseMs: 1000, capMs: 60_000 }
/** Targets that it does not take: it hangs. */
const maxQueuedBytes = 4 * 1024 * 1024

export type ProberTargets = { readonly channels: readonly ChannelTarget[]; readonly outputs: readonly OutputTarget[] }
export type ProberState = 'running' | 'starting' | 'resting'

/** A prober's process as its owner needs it. `onEnd`: once, and last; not after `kill`. */
export type ProberProcess = { send(message: ToProber): boolean; kill(): void }
export type ProberEars = { onMessage(message: FromProber): void; onEnd(reason: string): void }
export type StartProber = (ears: ProberEars) => ProberProcess

export type ProberChildParts = {
  readonly clock: Clock
  readonly log: Logger
  readonly setup: ProberSetup
  readonly start: StartProber
  readonly onMessage: (message: FromProber) => void
  /** It ended and is started again after a while; it looks again. */
  readonly onLost: (reason: string) => void
  readonly onRestored: () => void
}

/** Keeps one prober there while there is something to look at. It ends with control: what it finds has nobody else to go to. */
export class ProberChild {
  readonly #parts: ProberChildParts
  #process: ProberProcess | null = null
  #targets: ProberTargets = { channels: [], outputs: [] }
  #state: ProberState = 'resting'
  #sinceMs: number
  #startedMs = 0
  #heardMs = 0
  #deaths = 0
  #isLost = false
  #timer: Timer | null = null
  #isClosed = false
  /** Why nothing is looked at, or what can't be. */
  #problem: string | null = null
  #cpuShare: number | null = null

  constructor(parts: ProberChildParts) {
    this.#parts = parts
    this.#sinceMs = parts.clock.wallMs()
  }

  get state(): ProberState {
    return this.#state
  }
  get sinceMs(): number {
    return this.#sinceMs
  }
  get problem(): string | null {
    return this.#problem
  }
  /** Of one core; null while none runs. */
  get cpuShare(): number | null {
    return this.#cpuShare
  }

  /** All that is to be looked at from now on. */
  setTargets(targets: ProberTargets): void {
    if (this.#isClosed || isDeepStrictEqual(targets, this.#targets)) return
    this.#targets = targets
    if (targets.channels.length === 0 && targets.outputs.length === 0) this.#rest()
    else if (this.#process !== null) this.#send({ type: 'targets', ...copyOf(targets) })
    else if (this.#timer === null) this.#start()
  }

  close(): void {
    this.#isClosed = true
    this.#rest()
  }

  #rest(): void {
    this.#end()
    this.#isLost = false
    this.#problem = null
    this.#become('resting')
  }

  #end(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#process?.kill()
    this.#process = null
    this.#cpuShare = null
  }

  #start(): void {
    const { clock, start, setup, onMessage } = this.#parts
    this.#startedMs = clock.nowMs()
    this.#heardMs = clock.nowMs()
    this.#become('starting')
    const mine: { process: ProberProcess | null } = { process: null }
    const isMine = (): boolean => mine.process !== null && mine.process === this.#process
    mine.process = start({
      onMessage: (message) => {
        if (!isMine()) return
        this.#heard(message)
        onMessage(message)
      },
      onEnd: (reason) => {
        if (isMine()) this.#fail(reason)
      },
    })
    this.#process = mine.process
    this.#timer = clock.after(lookMs, () => this.#look())
    this.#send(setup)
    this.#send({ type: 'targets', ...copyOf(this.#targets) })
  }

  #heard(message: FromProber): void {
    this.#heardMs = this.#parts.clock.nowMs()
    this.#become('running')
    if (message.type === 'beat') {
      this.#cpuShare = message.cpuShare
      this.#problem = message.content === null ? null : `Pictures and sound are not checked: ${message.content}.`
    }
    if (!this.#isLost) return
    this.#isLost = false
    this.#parts.onRestored()
  }

  #send(message: ToProber): void {
    if (this.#process?.send(message) === false) this.#fail('it takes nothing any more')
  }

  #look(): void {
    const { clock } = this.#parts
    this.#timer = clock.after(lookMs, () => this.#look())
    const quietMs = clock.nowMs() - this.#heardMs
    if (quietMs > silentMs[this.#state === 'running' ? 'running' : 'starting'])
      this.#fail(`it said nothing for ${Math.round(quietMs / 1000)} s`)
  }

  #fail(reason: string): void {
    const { clock, log, onLost } = this.#parts
    this.#end()
    if (clock.nowMs() - this.#startedMs > healthyLifeMs) this.#deaths = 0
    this.#problem = `The prober ended: ${reason}. Sluice starts it again.`
    this.#become('starting')
    log.warn({ reason }, 'the prober ended and is started again')
    if (!this.#isLost) onLost(reason)
    this.#isLost = true
    this.#timer = clock.after(backoffMs(backoff, this.#deaths++), () => {
      this.#timer = null
      this.#start()
    })
  }

  #become(state: ProberState): void {
    if (state === this.#state) return
    this.#state = state
    this.#sinceMs = this.#parts.clock.wallMs()
  }
}

const copyOf = ({ channels, outputs }: ProberTargets) => ({ channels: [...channels], outputs: [...outputs] })

/** A child process. Addresses with secrets go over its standard input: neither its arguments nor its environment show them. */
export function startProberProcess(env: Readonly<Record<string, string | undefined>>, log: Logger): StartProber {
  // What Sluice itself was started with may hold secrets.
  const inherited = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('SLUICE_')))
  return (ears) => {
    let isOver = false
    const end = (reason: string): void => {
      if (isOver) return
      isOver = true
      child?.kill('SIGKILL')
      ears.onEnd(reason)
    }
    let child: ChildProcessWithoutNullStreams | null = null
    try {
      child = spawn(process.execPath, [proberMain], { env: inherited, stdio: ['pipe', 'pipe', 'pipe'] })
    } catch (error) {
      // Out of descriptors or memory: tried again like one that died.
      queueMicrotask(() => end(`its process can't be started: ${messageOf(error)}`))
      const kill = (): void => {
        isOver = true
      }
      return { send: () => true, kill }
    }
    const { stdin, stdout, stderr } = child
    child.once('error', (error) => end(messageOf(error)))
    child.once('exit', (code, signal) => end(signal === null ? `it left with code ${code}` : `it was ended by ${signal}`))
    stdin.on('error', () => {})
    stderr.on('data', (text: Buffer) => log.warn({ text: text.toString('utf8').slice(0, 500) }, 'the prober says'))
    createInterface({ input: stdout }).on('line', (line) => {
      const message = FromProber.safeParse(parsed(line))
      if (!isOver && message.success) ears.onMessage(message.data)
    })
    return {
      send(message) {
        if (isOver) return true
        if (stdin.writableLength > maxQueuedBytes) return false
        stdin.write(`${JSON.stringify(message)}\n`)
        return true
      },
      kill() {
        isOver = true
        child.kill('SIGKILL')
      },
    }
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
