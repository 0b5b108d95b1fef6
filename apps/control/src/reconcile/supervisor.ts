import { join } from 'node:path'
import type { Clock } from '@sluice/base/clock'
import { SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { EngineHello, FromEngine } from '@sluice/contract/link'
import { EngineLink } from './engine-link.ts'
import type { EngineProcess, SpawnEngine } from './engine-process.ts'
import type { EngineSettings } from './engine-settings.ts'

const pollMs = 25
/** A process that has not opened its socket by then is ended. */
const startLimitMs = 15_000
/** An engine whose event loop stands still for so long carries no media. */
const helloLimitMs = 10_000
const stopLimitMs = 4000
/** One that lived shorter died of its settings or of the machine: the next start waits, longer each time. */
const healthyLifeMs = 5000
const backoff = { firstMs: 250, capMs: 5000 }

export type SupervisorParts = {
  engineId: string
  runDir: string
  logFile: string
  settings: EngineSettings
  spawn: SpawnEngine
  clock: Clock
  log: Logger
  onLinked(link: EngineLink): void
  onMessage(message: Exclude<FromEngine, EngineHello>): void
  /** The link is gone: the engine died, or is about to be found again. `reason` is one sentence. */
  onLost(reason: string): void
}

/**
 * Keeps one engine process there: takes over one that runs already, starts one when none does, starts it again when it dies. Media
 * never waits for it: an engine that runs is only ever ended while it carries nothing, or by `stop`.
 */
export class EngineSupervisor {
  readonly #parts: SupervisorParts
  readonly #linked = Promise.withResolvers<void>()
  #link: EngineLink | null = null
  #child: EngineProcess | null = null
  #childEnded = true
  #startedAtMs = 0
  #quickDeaths = 0
  #state: 'running' | 'stopping' | 'left' = 'running'
  #lastWords: string | null = null
  #isReplacing = false
  #linkClosed = Promise.withResolvers<void>()

  constructor(parts: SupervisorParts) {
    this.#parts = parts
    this.#linked.promise.catch(() => {})
  }

  get engineId(): string {
    return this.#parts.engineId
  }
  get link(): EngineLink | null {
    return this.#link
  }
  /** Whether the running engine was started with other settings than these. */
  get isStale(): boolean {
    return this.#link !== null && this.#link.hello.settingsDigest !== this.#parts.settings.digest
  }

  /** Resolves with the first link; rejects with the engine's own sentence when it cannot start. */
  start(): Promise<void> {
    void this.#run()
    return this.#linked.promise
  }

  /** Ends an idle engine, so that one with the present settings takes its place. */
  replace(): void {
    if (this.#isReplacing) return
    this.#isReplacing = true
    this.#parts.log.info({ engine: this.engineId }, 'replacing an idle engine that was started with other settings')
    this.#link?.send({ type: 'shutdown' })
  }

  /** Ends the engine in good order, by force after a while. */
  async stop(): Promise<void> {
    this.#state = 'stopping'
    const pid = this.#link?.hello.pid ?? (this.#childEnded ? null : this.#child?.pid)
    if (pid === null || pid === undefined) return
    if (this.#link === null) kill(pid, 'SIGTERM')
    else this.#link.send({ type: 'shutdown' })
    const ended = Promise.all([this.#link === null ? null : this.#linkClosed.promise, this.#childEnded ? null : this.#child?.exited])
    if (await this.#within(ended, stopLimitMs)) return
    this.#parts.log.warn({ engine: this.engineId }, 'engine did not end by itself')
    kill(pid, 'SIGKILL')
  }

  /** Control could not start: ends the engine that it started, leaves one that it found. */
  async giveUp(): Promise<void> {
    if (this.#child === null) this.leave()
    else await this.stop()
  }

  /** Ends the engine without a word. */
  killNow(): void {
    const pid = this.#link?.hello.pid ?? (this.#childEnded ? null : this.#child?.pid)
    if (pid !== null && pid !== undefined) kill(pid, 'SIGKILL')
  }

  /** Control goes, the engine stays on the air. */
  leave(): void {
    this.#state = 'left'
    this.#link?.close()
  }

  async #run(): Promise<void> {
    while (this.#state === 'running') {
      const link = await this.#open()
      if (this.#state !== 'running') link?.close()
      else if (link !== null) await this.#serve(link)
      else if (!this.#childEnded && this.#ageMs() < startLimitMs) await this.#sleep(pollMs)
      else await this.#restart()
    }
  }

  async #open(): Promise<EngineLink | null> {
    const { runDir, engineId, log, onMessage } = this.#parts
    this.#linkClosed = Promise.withResolvers()
    const onClose = (): void => this.#linkClosed.resolve()
    const opening = EngineLink.open(join(runDir, `${engineId}.sock`), log, { onMessage, onClose })
    try {
      const link = await Promise.race([opening, this.#sleep(helloLimitMs).then(() => 'late' as const)])
      if (link !== 'late') return link
      log.error({ engine: engineId }, `the engine did not say hello within ${helloLimitMs} ms`)
      if (!this.#childEnded && this.#child !== null) kill(this.#child.pid, 'SIGKILL')
    } catch (error) {
      log.error({ engine: engineId, error: error instanceof Error ? error.message : String(error) }, 'engine cannot be spoken to')
      await this.#sleep(backoff.capMs)
    }
    return null
  }

  async #serve(link: EngineLink): Promise<void> {
    this.#link = link
    this.#isReplacing = false
    if (this.isStale && link.hello.liveChannels === 0) this.replace()
    else {
      if (this.isStale) {
        this.#parts.log.warn({ engine: this.engineId }, 'the engine carries media with older settings; it is replaced once it is idle')
      }
      this.#parts.onLinked(link)
      this.#linked.resolve()
    }
    await this.#linkClosed.promise
    this.#link = null
    // A moment for the exit to be seen, so that the reason can be told with it.
    await this.#sleep(pollMs)
    if (this.#state === 'running') this.#parts.onLost(this.#childEnded ? (this.#lastWords ?? 'the process ended') : 'the link broke')
  }

  /** Starts a process. Called only when none is there that listens or that may still come to it. */
  async #restart(): Promise<void> {
    if (!this.#childEnded && this.#child !== null) kill(this.#child.pid, 'SIGKILL')
    if (this.#startedAtMs > 0 && this.#ageMs() < healthyLifeMs) {
      if (this.#lastWords !== null) {
        this.#linked.reject(new SluiceError('ENGINE_START', 'operator', this.#lastWords))
        this.#parts.log.error({ engine: this.engineId }, `the engine cannot start: ${this.#lastWords}`)
      }
      await this.#sleep(Math.min(backoff.capMs, backoff.firstMs * 2 ** this.#quickDeaths++))
    } else this.#quickDeaths = 0
    if (this.#state !== 'running') return
    const child = this.#parts.spawn({ env: this.#parts.settings.env, logFile: this.#parts.logFile })
    this.#child = child
    this.#childEnded = false
    this.#lastWords = null
    this.#startedAtMs = this.#parts.clock.nowMs()
    void child.exited.then((words) => {
      if (this.#child !== child) return
      this.#childEnded = true
      this.#lastWords = words
    })
  }

  #ageMs(): number {
    return this.#parts.clock.nowMs() - this.#startedAtMs
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.clock.after(ms, resolve))
  }

  async #within(work: Promise<unknown>, ms: number): Promise<boolean> {
    return Promise.race([work.then(() => true), this.#sleep(ms).then(() => false)])
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already.
  }
}
