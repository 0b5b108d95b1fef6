import type { ProcessLook } from './process-look.ts'

/** How often an engine is looked at. */
export const watchTickMs = 500
/** Engines report each second: after this time without figures nobody knows what one does. */
const doubtMs = 3000
/** A loop that did not turn for so long, though it had CPU, carries no media. */
const hungMs = 10_000
/** A process that sleeps for so long without a timer running waits for something that does not come. */
const blockedMs = 20_000
/** So much CPU without a turn of the loop: one turn takes milliseconds. */
const spinCpuMs = 2000
/** Less CPU than this between two looks is none. */
const noCpuMs = 5

/** A start: a process without a socket by then is looked at closely, and given up at the latest. */
const startMs = 15_000
const latestStartMs = 120_000
/** A healthy start takes one second of CPU. */
const startCpuMs = 10_000
const startAsleepMs = 3000

export type WatchVerdict =
  | { readonly state: 'up' }
  /** `silentMs`: without figures, as far as control itself was awake to hear any. */
  | { readonly state: 'silent'; readonly silentMs: number }
  | { readonly state: 'hung'; readonly reason: string }

/**
 * Judges one engine that is linked. Pure: time and looks are given. Only time in which control itself ran counts as silence, so that
 * neither a busy machine nor one that was suspended blames the engine; one that gets no CPU is in doubt and is never hung.
 */
export class EngineMonitor {
  #tickedMs: number
  #figurelessMs = 0
  #muteMs = 0
  #stoppedLooks = 0
  #asleepMs = 0
  #firstCpuMs: number | null = null
  #lastCpuMs = 0

  constructor(nowMs: number) {
    this.#tickedMs = nowMs
  }

  /** A message came: its loop turns. `hasFigures`: the report that is due each second. */
  heard(hasFigures: boolean): void {
    if (hasFigures) this.#figurelessMs = 0
    this.#muteMs = 0
    this.#stoppedLooks = 0
    this.#asleepMs = 0
    this.#firstCpuMs = null
  }

  /** To be called every `watchTickMs`. Looks at the process only when it is in doubt. */
  tick(nowMs: number, look: () => ProcessLook | null): WatchVerdict {
    // What lies beyond is time in which this process did not run, and what the engine said in it is still unread.
    const countedMs = Math.min(nowMs - this.#tickedMs, 2 * watchTickMs)
    this.#tickedMs = nowMs
    this.#figurelessMs += countedMs
    this.#muteMs += countedMs
    if (this.#figurelessMs < doubtMs) return { state: 'up' }
    const reason = this.#muteMs < doubtMs ? null : this.#judge(look(), countedMs)
    return reason === null ? { state: 'silent', silentMs: this.#figurelessMs } : { state: 'hung', reason }
  }

  #judge(look: ProcessLook | null, countedMs: number): string | null {
    if (look === null) return null
    this.#stoppedLooks = look.state === 'T' ? this.#stoppedLooks + 1 : 0
    if (this.#stoppedLooks >= 2) return 'its process was stopped'
    const isAsleep = look.state === 'S' && this.#firstCpuMs !== null && look.cpuMs - this.#lastCpuMs < noCpuMs
    this.#asleepMs = isAsleep ? this.#asleepMs + countedMs : 0
    this.#firstCpuMs ??= look.cpuMs
    this.#lastCpuMs = look.cpuMs
    const cpuMs = look.cpuMs - this.#firstCpuMs
    if (this.#muteMs >= hungMs && cpuMs >= spinCpuMs) {
      return `its event loop stood still for ${Math.round(this.#muteMs / 1000)} s while it used ${(cpuMs / 1000).toFixed(1)} s of CPU`
    }
    if (this.#asleepMs >= blockedMs - doubtMs) return `it slept for ${Math.round(this.#muteMs / 1000)} s without responding`
    return null
  }
}

/** Watches a process that was started and has not opened its link yet. Pure. */
export class StartMonitor {
  readonly #startedMs: number
  #asleepSinceMs: number | null = null
  #cpuMs = 0

  constructor(nowMs: number) {
    this.#startedMs = nowMs
  }

  /** True once it is not going to come: on a busy machine it has until it had its share of CPU. */
  isOver(nowMs: number, look: ProcessLook | null): boolean {
    const ageMs = nowMs - this.#startedMs
    if (look === null) return ageMs >= startMs
    const isAsleep = look.state === 'S' && look.cpuMs - this.#cpuMs < noCpuMs
    this.#cpuMs = look.cpuMs
    this.#asleepSinceMs = isAsleep ? (this.#asleepSinceMs ?? nowMs) : null
    if (ageMs < startMs) return false
    const sleepsMs = this.#asleepSinceMs === null ? 0 : nowMs - this.#asleepSinceMs
    return look.state === 'T' || look.cpuMs >= startCpuMs || sleepsMs >= startAsleepMs || ageMs >= latestStartMs
  }
}

/** Whether a process that listens and says no hello hangs, by a look before the wait and one after; false for one that gets no CPU. */
export function hangsAtHello(before: ProcessLook | null, after: ProcessLook | null): boolean {
  if (before === null || after === null || before.startTicks !== after.startTicks) return false
  const cpuMs = after.cpuMs - before.cpuMs
  return after.state === 'T' || cpuMs >= spinCpuMs || (after.state === 'S' && cpuMs < noCpuMs)
}
