import { fileURLToPath } from 'node:url'
import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { Sandbox } from '@sluice/base/sandbox'
import { Calibration, type FromEngine } from '@sluice/contract/link'
import { askChild, lastAnswer } from './ask-child.ts'

const calibrateMain = fileURLToPath(new URL('../../../transcoder/src/calibrate-main.ts', import.meta.url))
const withinMs = 120_000
/** The engine's own media goes first; it is measured at normal priority all the same, as what it is to predict runs at nearly that. */
const limits = {
  rssBytes: 1536 * 1024 * 1024,
  dataBytes: 8 * 1024 * 1024 * 1024,
  cpuSeconds: 120,
  cores: null,
  fileBytes: 0,
  niceness: 0,
}

export type Calibrated = Omit<Extract<FromEngine, { type: 'calibrated' }>, 'type'>

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
  #stop: (() => void) | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Answered once; while one runs another is not begun, and has the answer of that one. */
  start(): void {
    if (this.#stop !== null) return
    const { sandbox, clock, script = calibrateMain } = this.#parts
    this.#stop = askChild({ sandbox, clock, name: 'the calibration', job: { script, limits }, input: '', withinMs }, ({ said, ending }) => {
      this.#stop = null
      this.#parts.onCalibrated(readCalibration(said) ?? failed(ending))
    })
  }

  close(): void {
    this.#stop?.()
    this.#stop = null
  }
}

const failed = (problem: string): Calibrated => ({
  calibration: null,
  code: 'ENCODER_NOT_MEASURED',
  problem: `encoding was not measured: ${problem}`,
})

/** The last line that is a calibration, or says why there is none; null: no line is. */
export const readCalibration = (said: string): Calibrated | null =>
  lastAnswer(said, (answer) => {
    const calibration = Calibration.safeParse(answer)
    if (calibration.success) return { calibration: calibration.data, code: null, problem: null }
    const { code, problem } = answer as { code?: unknown; problem?: unknown }
    if (typeof problem !== 'string') return null
    return { calibration: null, code: code === 'ENCODER_UNAVAILABLE' ? code : 'ENCODER_NOT_MEASURED', problem: problem.slice(0, 2000) }
  })
