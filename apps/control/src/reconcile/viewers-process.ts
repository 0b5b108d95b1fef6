import { join } from 'node:path'
import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { EngineHello, FromEngine, NewEvent } from '@sluice/contract/link'
import { viewersProcessId } from '@sluice/contract/wire'
import type { EngineHost } from './engine-process.ts'
import type { EngineSettings } from './engine-settings.ts'
import { EngineSupervisor } from './supervisor.ts'

type Figures = Extract<FromEngine, { type: 'stats' }>['process']

export type ViewersProcessParts = {
  readonly dataDir: string
  readonly settings: EngineSettings
  readonly host: EngineHost
  readonly clock: Clock
  readonly log: Logger
  /** No channel is on the air. */
  readonly isIdle: () => boolean
  /** An engine of an earlier start is on the air, which may still have the media port for itself. */
  readonly hasOlderEngines: () => boolean
  note(event: NewEvent): void
}

/**
 * Keeps the process there that serves viewers: one a machine, beside the engines, and supervised as they are. It tells nothing of channels to
 * control: who watches comes by way of the engines.
 */
export class ViewersProcess {
  readonly #parts: ViewersProcessParts
  readonly #supervisor: EngineSupervisor
  #hello: EngineHello | null = null
  #port: number | null = null
  #lostAtMs: number | null = null
  #figures: Figures | null = null

  constructor(parts: ViewersProcessParts) {
    this.#parts = parts
    const { dataDir, settings, host, clock, log } = parts
    this.#supervisor = new EngineSupervisor({
      engineId: viewersProcessId,
      what: "the viewers' process",
      runDir: join(dataDir, 'run'),
      logFile: join(dataDir, 'log', `${viewersProcessId}.log`),
      settings,
      host,
      clock,
      log,
      onLinked: ({ hello }) => this.#linked(hello),
      onMessage: (message) => {
        if (message.type !== 'stats') return
        this.#figures = message.process
        if (this.#supervisor.isStale && parts.isIdle()) this.#supervisor.replace()
      },
      onLost: (reason) => this.#lost(reason),
      onSilent: (silentMs) => log.error({ silentMs }, "the viewers' process reports nothing"),
      onRecovered: () => log.warn({}, "the viewers' process reports again"),
    })
  }

  /** Where viewers come, also while it is away: it comes back there. Null: it was not there yet. */
  get port(): number | null {
    return this.#port
  }

  /** As it reported them last; null: it reports none now. */
  get figures(): Figures | null {
    return this.#supervisor.isSilent ? null : this.#figures
  }

  /** Why viewers may get nothing, as a sentence; null: it is there and reports. */
  get problem(): string | null {
    if (this.#hello === null) return 'not linked: nobody can watch until it is back'
    return this.#supervisor.isSilent ? 'no report: it may serve nobody' : null
  }

  /** Resolves when it listens; rejects with its own sentence when it cannot start, as when another program has its port. */
  async start(): Promise<void> {
    try {
      await this.#supervisor.start()
    } catch (error) {
      // Sluice was upgraded in mid-show: the engine keeps its channels and its port, and this process has it from the show's end on.
      if (!this.#parts.hasOlderEngines()) throw error
      this.#parts.log.warn(
        { error: messageOf(error) },
        "the viewers' process waits for an older engine to be replaced, which still serves viewers",
      )
    }
  }

  stop(): Promise<void> {
    return this.#supervisor.stop()
  }
  giveUp(): Promise<void> {
    return this.#supervisor.giveUp()
  }
  killNow(): void {
    this.#supervisor.killNow()
  }
  leave(): void {
    this.#supervisor.leave()
  }

  #linked(hello: EngineHello): void {
    const { log, clock } = this.#parts
    this.#hello = hello
    this.#port = hello.ports.mediaHttp
    this.#supervisor.watch()
    log.info({ pid: hello.pid, port: hello.ports.mediaHttp }, "the viewers' process is linked")
    const lostAtMs = this.#lostAtMs
    this.#lostAtMs = null
    if (lostAtMs === null) return
    const seconds = ((clock.nowMs() - lostAtMs) / 1000).toFixed(1)
    this.#note(hello, 'viewers.started', 'info', `Viewers can watch again after ${seconds} s; players reconnect by themselves.`)
  }

  #lost(reason: string | null): void {
    const hello = this.#hello
    this.#hello = null
    this.#figures = null
    if (hello === null || reason === null) return
    this.#lostAtMs = this.#parts.clock.nowMs()
    this.#parts.log.error({ reason }, "the viewers' process is lost")
    const message = `The process that serves viewers is lost: ${reason}. Nobody can watch the player pages until it is back, in about a second; outputs are not affected.`
    this.#note(hello, 'viewers.lost', 'error', message)
  }

  #note({ runId, pid }: EngineHello, name: 'viewers.lost' | 'viewers.started', severity: 'info' | 'error', message: string): void {
    this.#parts.note({ name, severity, channelId: null, subjectId: viewersProcessId, message, data: { runId, pid } })
  }
}
