import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { Calibration, type FromEngine } from '@sluice/contract/link'
import type { Machine } from '@sluice/judge/plan'
import type { Database } from '../db/index.ts'

type Calibrated = Extract<FromEngine, { type: 'calibrated' }>
export type Hardware = Pick<Extract<FromEngine, { type: 'hardware' }>, 'encoders' | 'refused'>

/** A calibration takes some 20 s on a busy machine; an engine that knows no calibration never answers. */
const answerLimitMs = 180_000

/** What prices depend on. `codecs`: release of the native codecs that engines encode with; each has its own FFmpeg. */
export type MachineForm = { readonly cpu: string; readonly cores: number; readonly codecs: string }
/** The machine that this process runs on: engines run on it too. */
export const thisMachine = (): MachineForm => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  codecs: installedVersion('node-av'),
})

/** By the package's own description, found as Node finds the package; nothing of it is loaded. */
function installedVersion(name: string): string {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      const { version }: { version?: unknown } = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'))
      if (typeof version === 'string') return version
    } catch {
      // Not in this folder.
    }
  }
  return 'none'
}

type Parts = {
  db: Database
  clock: Clock
  log: Logger
  form: MachineForm
  /** Asks an engine to measure. False: none is linked. */
  calibrate(): boolean
}

/** What encoding costs on this machine: measured once by an engine and kept, measured again when processor, cores or encoders are others. */
export class MachinePrices {
  readonly #parts: Parts
  #calibration: Calibration | null = null
  #problem: string | null = null
  #askedMs: number | null = null
  #hardware: Hardware = { encoders: [], refused: [] }

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get machine(): Pick<Machine, 'cores' | 'calibration' | 'problem' | 'hardware'> {
    return { cores: this.#parts.form.cores, calibration: this.#calibration, problem: this.#problem, hardware: this.#hardware.encoders }
  }

  async load(): Promise<void> {
    const row = await this.#parts.db.selectFrom('calibration').select('calibration').where('machine', '=', this.#key).executeTakeFirst()
    const kept = row === undefined ? null : Calibration.safeParse(JSON.parse(row.calibration))
    this.#calibration = kept?.success === true ? kept.data : null
  }

  /** Something is to be encoded: the prices of this machine are measured, unless they are known. */
  need(): void {
    const { clock, calibrate } = this.#parts
    if (this.#calibration !== null || this.#problem !== null) return
    if (this.#askedMs !== null && clock.nowMs() - this.#askedMs < answerLimitMs) return
    if (calibrate()) this.#askedMs = clock.nowMs()
  }

  /** What engines found of encoders in hardware. */
  get hardware(): Hardware {
    return this.#hardware
  }

  takeHardware({ encoders, refused }: Hardware): void {
    this.#hardware = { encoders, refused }
  }

  /** An engine's answer. */
  take({ calibration, code, problem }: Calibrated): void {
    this.#askedMs = null
    // A measurement that failed says nothing of the encoders: on a busy machine it takes too long. The usual prices hold until one succeeds.
    const areMissing = calibration === null && code === 'ENCODER_UNAVAILABLE'
    this.#problem = areMissing ? problem : null
    if (calibration === null) {
      if (!areMissing) this.#askedMs = this.#parts.clock.nowMs()
      this.#parts.log.warn({ problem }, areMissing ? 'this machine can encode nothing' : 'what encoding costs could not be measured')
      return
    }
    this.#calibration = calibration
    void this.#keep(calibration)
  }

  get #key(): string {
    const { cpu, cores, codecs } = this.#parts.form
    return `${cpu} x ${cores}, node-av ${codecs}`
  }

  async #keep(calibration: Calibration): Promise<void> {
    const { db, clock, log } = this.#parts
    const row = { calibration: JSON.stringify(calibration), at_ms: clock.wallMs() }
    try {
      await db
        .insertInto('calibration')
        .values({ machine: this.#key, ...row })
        .onConflict((conflict) => conflict.column('machine').doUpdateSet(row))
        .execute()
    } catch (error) {
      // It is measured again after the next start.
      log.warn({ error: messageOf(error) }, 'the calibration of this machine could not be stored')
    }
  }
}
