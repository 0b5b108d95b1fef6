import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

const waitMs = 30_000
const keptCharacters = 200_000

/** An outside program, with all it wrote to standard error. Ended by its own pid. */
export class Child {
  readonly process: ChildProcess
  #said = ''
  readonly #waiting = new Set<() => void>()
  readonly #exited: Promise<unknown>

  constructor(program: string, args: readonly string[], options: { env?: Record<string, string>; keepsAll?: boolean } = {}) {
    this.process = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...options.env } })
    this.#exited = once(this.process, 'close')
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = options.keepsAll === true ? this.#said + text : (this.#said + text).slice(-keptCharacters)
      this.#wake()
    })
    this.process.on('close', () => this.#wake())
  }

  get said(): string {
    return this.#said
  }
  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null
  }

  /** Resolves once `pattern` was written; rejects after 30 s. */
  async until(pattern: RegExp): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = (): void => {
      if (pattern.test(this.#said)) resolve()
    }
    const timer = setTimeout(() => reject(new Error(`no ${pattern} within ${waitMs} ms:\n${this.#said.slice(-2000)}`)), waitMs)
    this.#waiting.add(look)
    look()
    await promise.finally(() => {
      clearTimeout(timer)
      this.#waiting.delete(look)
    })
  }

  /** Resolves with the exit code, null after a signal. */
  async ended(): Promise<number | null> {
    await this.#exited
    return this.process.exitCode
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.isRunning) this.process.kill(signal)
    await this.#exited
  }

  #wake(): void {
    for (const look of this.#waiting) look()
  }
}

/** Why a test can't run: the first program that is missing, or false. */
export function missingProgram(...programs: readonly string[]): string | false {
  const missing = programs.find((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
  return missing === undefined ? false : `${missing} is not installed`
}
