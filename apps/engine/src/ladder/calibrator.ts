import { fileURLToPath } from 'node:url'
import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import { type Logger, silentLogger } from '@sluice/base/log'
import type { Sandbox } from '@sluice/base/sandbox'
import { Calibration } from '@sluice/contract/link'

const calibrateMain = fileURLToPath(new URL('../../../transcoder/src/calibrate-main.ts', import.meta.url))
const withinMs = 120_000
const maxAnswerChars = 64 * 1024
/** The engine's own media goes first; it is measured at normal priority all the same, as what it is to predict runs at nearly that. */
const limits = {
  rssBytes: 1536 * 1024 * 1024,
  dataBytes: 8 * 1024 * 1024 * 1024,
  cpuSeconds: 120,
  cores: null,
  fileBytes: 0,
  niceness: 0,
}

export type Calibrated = { readonly calibration: Calibration | null; readonly problem: string | null }

type Parts = {
  readonly sandbox: Sandbox
  readonly clock: Clock
  readonly log: Logger
  readonly onCalibrated: (answer: Calibrated) => void
  /** Entry file of the child; absent: the real one. */
  readonly script?: string
}

/** Has measured what encoding costs on this machine, by a child of its own: one at a time, and never longer than two minutes. */
export class Calibrator {
  readonly #parts: Parts
  #isRunning = false
  #end: ((answer: Calibrated) => void) | null = null
  #kill: (() => void) | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Answered once; while one runs another is not begun, and has the answer of that one. */
  start(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    const limit = this.#parts.clock.after(withinMs, () => this.#end?.(failed(`it took longer than ${withinMs / 1000} s`)))
    this.#end = (answer) => {
      this.#end = null
      this.#isRunning = false
      limit.cancel()
      this.#kill?.()
      this.#kill = null
      this.#parts.onCalibrated(answer)
    }
    const { sandbox, script = calibrateMain } = this.#parts
    sandbox.start({ script, limits }).then(
      (started) => (typeof started === 'string' ? this.#end?.(failed(started)) : this.#listen(started)),
      (error: unknown) => this.#end?.(failed(messageOf(error))),
    )
  }

  close(): void {
    this.#end = null
    this.#kill?.()
    this.#kill = null
  }

  #listen(confined: Exclude<Awaited<ReturnType<Sandbox['start']>>, string>): void {
    const child = confined.process
    if (this.#end === null) {
      child.kill('SIGKILL')
      return
    }
    this.#kill = () => void child.kill('SIGKILL')
    let said = ''
    const guard = new Guard('the calibration', silentLogger, () => this.#end?.(failed('a fault in Sluice ended it')))
    guard.once(child, 'error', (error: Error) => this.#end?.(failed(error.message)))
    guard.on(child.stdin, 'error', () => {})
    guard.on(child.stderr, 'data', () => {})
    guard.on(child.stdout, 'data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-maxAnswerChars)
    })
    guard.once(child, 'close', (code: number | null, signal: NodeJS.Signals | null) => {
      const how = confined.ending(code, signal)
      const ending = confined.overLimit ?? (how.signal === null ? `it ended with code ${how.code}` : `it ended by ${how.signal}`)
      this.#end?.(readCalibration(said) ?? failed(ending))
    })
    child.stdin.end()
    child.unref()
  }
}

const failed = (problem: string): Calibrated => ({ calibration: null, problem: `encoding was not measured: ${problem}` })

/** The last line that is a calibration, or says why there is none; null: no line is. Native code may print, too. */
export function readCalibration(said: string): Calibrated | null {
  for (const line of said.split('\n').toReversed()) {
    try {
      const answer: unknown = JSON.parse(line)
      const calibration = Calibration.safeParse(answer)
      if (calibration.success) return { calibration: calibration.data, problem: null }
      const { problem } = answer as { problem?: unknown }
      if (typeof problem === 'string') return { calibration: null, problem: problem.slice(0, 2000) }
    } catch {
      // No JSON: not ours.
    }
  }
  return null
}
