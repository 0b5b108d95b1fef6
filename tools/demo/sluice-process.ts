import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const pollMs = 100
const readyWithinMs = 30_000
const endWithinMs = 10_000
const keptLines = 30

/** A Sluice of our own, as a child process. Its log is kept back and shown when it fails. */
export class SluiceProcess {
  readonly url: string
  readonly #child: ChildProcess
  #log: string[] = []

  constructor(options: { flags: readonly string[]; env: Readonly<Record<string, string>>; httpPort: number }) {
    this.url = `http://127.0.0.1:${options.httpPort}`
    const main = path.resolve(import.meta.dirname, '../../apps/control/src/main.ts')
    // A process group of its own: Ctrl-C must not reach it before the source has ended in good order.
    this.#child = spawn(process.execPath, [main, ...options.flags], {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#keep(text))
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** The last lines that it wrote. */
  get lastLog(): string {
    return this.#log.join('\n')
  }

  /** Resolves when it serves; throws when it ends first, or takes too long. */
  async ready(signal: AbortSignal): Promise<void> {
    const deadlineMs = performance.now() + readyWithinMs
    while (performance.now() < deadlineMs) {
      if (!this.isRunning) throw new Error(`Sluice ended while it started:\n${this.lastLog}`)
      if (await this.#isReady()) return
      await sleep(pollMs, undefined, { signal })
    }
    throw new Error(`Sluice was not ready within ${readyWithinMs / 1000} s:\n${this.lastLog}`)
  }

  /** Asks it to end and waits; a process that does not listen is ended for good. */
  async stop(): Promise<void> {
    if (!this.isRunning) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), endWithinMs)
    await ended
    clearTimeout(killer)
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok
    } catch {
      return false
    }
  }

  #keep(text: string): void {
    this.#log = [...this.#log, ...text.split('\n').filter((line) => line !== '')].slice(-keptLines)
  }
}
