import type { Clock } from '@sluice/base/clock'
import type { OpenTransport, OutputTarget } from '@sluice/media/output'

/** A connection's first step takes up to 5 ms of the event loop (TLS), and its first GOP about one: frames pass between two of them. */
const gapMs = 5

/**
 * Opens connections one after the other, at least 5 ms apart: 50 outputs that start at once would hold up all that are live. One alone
 * opens at once, 500 within 2.5 s. What waits and is closed is never opened.
 */
export function pacedOpen(open: OpenTransport<OutputTarget>, clock: Clock): OpenTransport<OutputTarget> {
  const waiting = new Set<() => void>()
  let openedAtMs = Number.NEGATIVE_INFINITY
  let isArmed = false
  const arm = (): void => {
    if (isArmed) return
    isArmed = true
    clock.after(Math.max(0, openedAtMs + gapMs - clock.nowMs()), () => {
      isArmed = false
      const [first] = waiting
      if (first === undefined) return
      waiting.delete(first)
      openedAtMs = clock.nowMs()
      first()
      if (waiting.size > 0) arm()
    })
  }
  return (target, events) => {
    const nowMs = clock.nowMs()
    if (waiting.size === 0 && nowMs - openedAtMs >= gapMs) {
      openedAtMs = nowMs
      return open(target, events)
    }
    const state: { opened: { close(): void } | null } = { opened: null }
    const run = (): void => {
      state.opened = open(target, events)
    }
    waiting.add(run)
    arm()
    return {
      close() {
        waiting.delete(run)
        state.opened?.close()
      },
    }
  }
}
