import type { Clock } from './clock.ts'

/** Node's global is a getter: read once, and not for each frame. */
const { performance: machine } = globalThis

/** The machine's own time. */
export const systemClock: Clock = {
  nowMs: () => machine.now(),
  wallMs: () => Date.now(),
  after(delayMs, run) {
    const handle = setTimeout(run, delayMs)
    handle.unref()
    return { cancel: () => clearTimeout(handle) }
  },
}
