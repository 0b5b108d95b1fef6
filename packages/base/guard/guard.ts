import type { EventEmitter } from 'node:events'
import type { Clock } from '../clock/index.ts'
import type { Logger } from '../log/index.ts'

/** What emits events: a socket, a server, a child, a stream. */
export type Emitter = Pick<EventEmitter, 'on' | 'once'>

/**
 * Where callbacks of sockets, timers and children end that throw. Without it one throw ends the process and all its channels; with it,
 * it ends `what`: the one session, input, output or feature that the callbacks belong to.
 */
export class Guard {
  readonly #what: string
  readonly #log: Logger
  readonly #end: (error: unknown) => void

  /** `what`: a few fixed words for the log. `end`: ends what the callbacks belong to; absent where the next call may do better. */
  constructor(what: string, log: Logger, end: (error: unknown) => void = () => {}) {
    this.#what = what
    this.#log = log
    this.#end = end
  }

  /** Runs `work`; undefined when it threw. */
  run<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      this.fault(error)
      return undefined
    }
  }

  wrap<Args extends unknown[]>(work: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      try {
        work(...args)
      } catch (error) {
        this.fault(error)
      }
    }
  }

  on<Args extends unknown[]>(emitter: Emitter, event: string, run: (...args: Args) => void): void {
    emitter.on(event, this.wrap(run))
  }

  once<Args extends unknown[]>(emitter: Emitter, event: string, run: (...args: Args) => void): void {
    emitter.once(event, this.wrap(run))
  }

  /** For promises that nobody awaits. */
  watch(promise: Promise<unknown>): void {
    promise.catch((error: unknown) => this.fault(error))
  }

  /** What happens with a throw: a line in the log, and the end of what it belongs to. Never throws itself. */
  fault(error: unknown): void {
    try {
      this.#log.error({ err: error }, `a fault in Sluice, in ${this.#what}: nothing else is affected`)
      this.#end(error)
    } catch (second) {
      try {
        this.#log.error({ err: second }, `ending ${this.#what} after a fault failed, too`)
      } catch {
        // Not even the log can be written: there is nobody left to tell.
      }
    }
  }
}

/** A clock whose timers can't end the process: the last net under timers whose owners have no guard of their own. */
export function guardedClock(clock: Clock, log: Logger): Clock {
  const guard = new Guard('a timer', log)
  return {
    nowMs: () => clock.nowMs(),
    wallMs: () => clock.wallMs(),
    after: (delayMs, run) => clock.after(delayMs, guard.wrap(run)),
  }
}
