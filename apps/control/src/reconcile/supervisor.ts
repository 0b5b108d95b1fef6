import { join } from 'node:path'
import { backoffMs } from '@sluice/base/backoff'
import type { Clock, Timer } from '@sluice/base/clock'
import { messageOf, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { type EngineHello, type FromEngine, linkVersion } from '@sluice/contract/link'
import { EngineLink } from './engine-link.ts'
import { EngineMonitor, hangsAtHello, StartMonitor, watchTickMs } from './engine-monitor.ts'
import { notePid, readNotedPid } from './engine-pid-file.ts'
import type { EngineHost, EngineProcess } from './engine-process.ts'
import type { EngineSettings } from './engine-settings.ts'

const pollMs = 25
/** For an engine that listens: then its process is looked at. */
const helloLimitMs = 10_000
/** For an engine that ends: its good-byes to far ends, then its process. */
const stopLimitMs = 4000
/** One that lived shorter died of its settings or of the machine: the next start waits, longer each time. */
const healthyLifeMs = 5000
const backoff = { baseMs: 250, capMs: 5000 }
/** So many deaths at once, without a word why, and the start of control is given up. */
const maxSilentDeaths = 3

export type SupervisorParts = {
  engineId: string
  /** Which process it is, for the log; absent: the engine. */
  what?: string
  runDir: string
  logFile: string
  settings: EngineSettings
  host: EngineHost
  clock: Clock
  log: Logger
  onLinked(link: EngineLink): void
  onMessage(message: Exclude<FromEngine, EngineHello>): void
  /** The engine is gone. `reason` is one sentence; null when it was ended on purpose. */
  onLost(reason: string | null): void
  /** It reports nothing any more, though its process is there: nobody knows what its channels do. */
  onSilent(silentMs: number): void
  /** It reports again. */
  onRecovered(): void
}

/**
 * Keeps one engine process there: takes over one that runs already, starts one when none does, starts it again when it dies or hangs.
 * Media never waits for it: an engine that works is only ever ended while it carries nothing, or by `stop`.
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
  #starting = new StartMonitor(0)
  #watch: { link: EngineLink; judge: EngineMonitor; timer: Timer } | null = null
  #isSilent = false
  #killedFor: string | null = null

  constructor(parts: SupervisorParts) {
    this.#parts = parts
    this.#linked.promise.catch(() => {})
  }

  get #what(): string {
    return this.#parts.what ?? 'the engine'
  }
  get engineId(): string {
    return this.#parts.engineId
  }
  get link(): EngineLink | null {
    return this.#link
  }
  /** Whether the running engine was started with other settings than these. */
  get isStale(): boolean {
    if (this.#link === null) return false
    return !this.#link.speaksOurVersion || this.#link.hello.settingsDigest !== this.#parts.settings.digest
  }

  /** It was linked and reports nothing now. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  /** The engine was welcomed: from now on it reports each second, and is watched. */
  watch(): void {
    const { clock } = this.#parts
    const link = this.#link
    if (link === null || this.#watch?.link === link) return
    const judge = new EngineMonitor(clock.nowMs())
    this.#watch = { link, judge, timer: clock.after(watchTickMs, () => this.#tick()) }
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
    this.#parts.log.info({ engine: this.engineId }, `replacing ${this.#what}, which is idle and was started with other settings`)
    if (this.#link?.speaksOurVersion) this.#link.send({ type: 'shutdown' })
    else if (this.#pid !== null) this.#parts.host.kill(this.#pid, 'SIGTERM')
  }

  /** Ends the engine in good order, by force after a while. Resolves when its process is gone: its ports are free then. */
  async stop(): Promise<void> {
    this.#state = 'stopping'
    const pid = this.#pid
    if (pid === null) return
    if (this.#link === null) this.#parts.host.kill(pid, 'SIGTERM')
    else this.#link.send({ type: 'shutdown' })
    await this.#untilGone(pid)
  }

  /** Control could not start: ends the engine that it started, leaves one that it found. */
  async giveUp(): Promise<void> {
    if (this.#child === null) this.leave()
    else await this.stop()
  }

  /** Ends the engine without a word. */
  killNow(): void {
    if (this.#pid !== null) this.#parts.host.kill(this.#pid, 'SIGKILL')
  }

  /** Control goes, the engine stays on the air. */
  leave(): void {
    this.#state = 'left'
    this.#unwatch()
    this.#link?.close()
  }

  async #run(): Promise<void> {
    while (this.#state === 'running') {
      try {
        await this.#turn()
      } catch (error) {
        // No process, no descriptor, no memory to be had: that passes, and until then there is nobody else to try.
        this.#parts.log.error({ engine: this.engineId, error: String(error) }, `${this.#what} could not be started`)
        await this.#sleep(backoff.baseMs)
      }
    }
  }

  async #turn(): Promise<void> {
    const link = await this.#open()
    if (this.#state !== 'running') {
      if (link instanceof EngineLink) link.close()
    } else if (link instanceof EngineLink) await this.#serve(link)
    // A second engine beside one that is there would only fight for its ports.
    else if (link === 'silent') await this.#sleep(backoff.capMs)
    else if (link === 'starved') return
    else if (!this.#childEnded && !this.#isStartOver()) await this.#sleep(pollMs)
    else await this.#restart()
  }

  /**
   * The engine's link; `nobody` listens there, or what listens is `silent`: it does not speak as an engine does. `starved`: it is an
   * engine that gets no CPU to speak with.
   */
  async #open(): Promise<EngineLink | 'nobody' | 'silent' | 'starved'> {
    const { runDir, engineId, log, clock, host, onMessage } = this.#parts
    this.#linkClosed = Promise.withResolvers()
    const onClose = (): void => this.#linkClosed.resolve()
    const pid = this.#knownPid()
    const before = pid === null ? null : host.look(pid)
    const opening = EngineLink.open(join(runDir, `${engineId}.sock`), log, {
      onMessage: (message) => {
        this.#heard(message)
        onMessage(message)
      },
      onClose,
    })
    const late = Promise.withResolvers<'late'>()
    const limit = clock.after(helloLimitMs, () => late.resolve('late'))
    try {
      const link = await Promise.race([opening, late.promise])
      if (link !== 'late') return link ?? 'nobody'
      opening.then(
        (lateLink) => lateLink?.close(),
        () => {},
      )
      if (pid !== null && before !== null) return await this.#judgeUngreeted(pid, hangsAtHello(before, host.look(pid)))
      return this.#refuseSilent(`did not say hello within ${helloLimitMs / 1000} s`)
    } catch (error) {
      return this.#refuseSilent(messageOf(error))
    } finally {
      limit.cancel()
    }
  }

  /** Ours beyond doubt: one that hangs is ended, so that the next takes its place; one that gets no CPU has time. */
  async #judgeUngreeted(pid: number, hangs: boolean): Promise<'nobody' | 'starved'> {
    const { engineId, log, host } = this.#parts
    if (!hangs) {
      log.warn({ engine: engineId, pid }, `${this.#what} gets no CPU time: this machine is overloaded`)
      return 'starved'
    }
    log.error(
      { engine: engineId, pid },
      `${this.#what} hung: it accepted the link but sent no hello within ${helloLimitMs / 1000} s; it is killed`,
    )
    host.kill(pid, 'SIGKILL')
    await this.#untilGone(pid)
    return 'nobody'
  }

  /** Our own process is ended, so that the next takes its place; one that was found is the operator's to end. */
  #refuseSilent(why: string): 'nobody' | 'silent' {
    const { engineId, log, host } = this.#parts
    const message = `${engineId} listens but ${why}; end its process`
    log.error({ engine: engineId }, message)
    if (!this.#childEnded && this.#child !== null) {
      host.kill(this.#child.pid, 'SIGKILL')
      return 'nobody'
    }
    this.#linked.reject(new SluiceError('ENGINE_SILENT', 'operator', message))
    return 'silent'
  }

  async #serve(link: EngineLink): Promise<void> {
    const { host, onLinked, onLost } = this.#parts
    const { pid, liveChannels } = link.hello
    this.#link = link
    this.#isReplacing = false
    if (this.isStale && liveChannels === 0) this.replace()
    else if (link.speaksOurVersion) {
      if (this.isStale)
        this.#parts.log.warn({ engine: this.engineId }, `${this.#what} carries media with older settings: replaced once idle`)
      onLinked(link)
      this.#linked.resolve()
    } else this.#refuseVersion(link)
    await this.#linkClosed.promise
    this.#link = null
    this.#unwatch()
    if (this.#state !== 'running') return
    if (!this.#isReplacing && host.isRunning(pid)) {
      let again = await this.#open()
      while (again === 'starved' && this.#state === 'running') again = await this.#open()
      if (again instanceof EngineLink) return this.#serve(again)
    }
    // It listens no more: if it is still there, it is ending, and holds its ports until it has.
    await this.#untilGone(pid)
    const reason = this.#killedFor ?? this.#lastWords ?? 'its process ended'
    this.#killedFor = null
    onLost(this.#isReplacing ? null : reason)
  }

  /** An engine of another Sluice that is on the air: nothing can be told to it, and nobody but the operator may end it. */
  #refuseVersion({ hello: { pid, linkVersion: theirs } }: EngineLink): void {
    const message = `${this.engineId} (pid ${pid}) carries media and is another version of Sluice (link ${theirs}, not ${linkVersion}); end it once its channels are idle`
    this.#parts.log.error({ engine: this.engineId, pid }, message)
    this.#linked.reject(new SluiceError('ENGINE_VERSION', 'operator', message))
  }

  /** Starts a process. Called only when none is there that listens or that may still come to it. */
  async #restart(): Promise<void> {
    if (!this.#childEnded && this.#child !== null) this.#parts.host.kill(this.#child.pid, 'SIGKILL')
    if (this.#startedAtMs > 0 && this.#ageMs() < healthyLifeMs) await this.#afterQuickDeath()
    else this.#quickDeaths = 0
    if (this.#state !== 'running') return
    const child = this.#parts.host.spawn({ env: this.#parts.settings.env, logFile: this.#parts.logFile })
    this.#child = child
    this.#childEnded = false
    this.#lastWords = null
    this.#startedAtMs = this.#parts.clock.nowMs()
    this.#starting = new StartMonitor(this.#startedAtMs)
    notePid(this.#pidFile, child.pid, this.#parts.host.look(child.pid))
    void child.exited.then((words) => {
      if (this.#child !== child) return
      this.#childEnded = true
      this.#lastWords = words
    })
  }

  /** It cannot start, or not stay. At the start of control that is told; later it is tried for ever, ever more slowly. */
  async #afterQuickDeath(): Promise<void> {
    const { log, logFile, engineId } = this.#parts
    const silent = `${engineId} ended ${this.#quickDeaths + 1} times at once without a reason; its log is ${logFile}`
    const reason = this.#lastWords ?? (this.#quickDeaths + 1 >= maxSilentDeaths ? silent : null)
    if (reason !== null) {
      this.#linked.reject(new SluiceError('ENGINE_START', 'operator', reason))
      log.error({ engine: engineId }, `${this.#what} cannot start: ${reason}`)
    }
    await this.#sleep(backoffMs(backoff, this.#quickDeaths++))
  }

  #heard(message: Exclude<FromEngine, EngineHello>): void {
    this.#watch?.judge.heard(message.type === 'stats')
    if (!this.#isSilent || message.type !== 'stats') return
    this.#isSilent = false
    this.#parts.onRecovered()
  }

  #tick(): void {
    const { clock, host, log, onSilent, engineId } = this.#parts
    const watch = this.#watch
    if (watch === null) return
    watch.timer = clock.after(watchTickMs, () => this.#tick())
    const { pid } = watch.link.hello
    const verdict = watch.judge.tick(clock.nowMs(), () => host.look(pid))
    if (verdict.state === 'up') return
    // Whatever keeps its figures away: a loop that turns answers.
    watch.link.mark()
    if (verdict.state === 'silent') {
      if (this.#isSilent) return
      this.#isSilent = true
      onSilent(verdict.silentMs)
      return
    }
    this.#unwatch()
    this.#killedFor = `${verdict.reason}, so Sluice killed it`
    log.error({ engine: engineId, pid, reason: verdict.reason }, `${this.#what} hung and is killed`)
    host.kill(pid, 'SIGKILL')
  }

  #unwatch(): void {
    this.#watch?.timer.cancel()
    this.#watch = null
    this.#isSilent = false
  }

  #isStartOver(): boolean {
    const { clock, host } = this.#parts
    return this.#starting.isOver(clock.nowMs(), this.#child === null ? null : host.look(this.#child.pid))
  }

  get #pidFile(): string {
    return join(this.#parts.runDir, `${this.engineId}.pid`)
  }

  /** The process that listens, or will, where we know that it is an engine of ours. */
  #knownPid(): number | null {
    if (!this.#childEnded && this.#child !== null) return this.#child.pid
    return readNotedPid(this.#pidFile, (pid) => this.#parts.host.look(pid))
  }

  #ageMs(): number {
    return this.#parts.clock.nowMs() - this.#startedAtMs
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.clock.after(ms, resolve))
  }

  /** The process that is the engine, or that may become it. */
  get #pid(): number | null {
    return this.#link?.hello.pid ?? (this.#childEnded ? null : (this.#child?.pid ?? null))
  }

  /** Waits for a process that ends, and ends it by force after a while. */
  async #untilGone(pid: number): Promise<void> {
    const deadlineMs = this.#parts.clock.nowMs() + stopLimitMs
    while (this.#parts.host.isRunning(pid)) {
      if (this.#parts.clock.nowMs() > deadlineMs) {
        this.#parts.log.warn({ engine: this.engineId, pid }, `${this.#what} did not exit by itself`)
        this.#parts.host.kill(pid, 'SIGKILL')
        return
      }
      await this.#sleep(pollMs)
    }
  }
}
