/** What is known of a connection's progress. Times are monotonic milliseconds. */
export type Progress = {
  /** Since when bytes have waited in the process and the kernel has taken none; null while none wait. */
  readonly queueStandsSinceMs: number | null
  /** Bytes handed over since the far end's last acknowledgement; null when it never sent one. */
  readonly unackedBytes: number | null
  readonly lastAckMs: number | null
  /**
   * Age of the byte that was to bring the next acknowledgement at the latest, by the far end's own rhythm (`dueBytes` behind the last
   * one); null while it has not been sent.
   */
  readonly dueAgeMs: number | null
  /** How long the newest acknowledged byte was on its way. */
  readonly ackAgeMs: number
  /** For how long our kernel has held bytes of which the far end's machine took none; 0 when none, or not known. */
  readonly heldForMs: number
  /** The kernel says that the far end's window is shut: the program there does not read. */
  readonly isShut: boolean
  /** When media was last written to the connection. */
  readonly lastWriteMs: number
  /** Since when media is on its way to a far end that has confirmed none of this session's; null once it has, or while none was sent. */
  readonly unconfirmedSinceMs: number | null
}

export type Health = { readonly isStalled: false } | { readonly isStalled: true; readonly forMs: number; readonly evidence: string }

/** Bytes waiting and none taken for so long: the far end does not read. */
const noProgressMs = 2500
/**
 * The same seen from the kernel: what is held goes out at once unless the far end's window is shut, or its network gone. A shut window
 * has taken its 64 to 200 KB before it was shut, which is some seconds at low bitrates already; a network may be slow to heal.
 */
const noTakeMs = { shut: 1000, open: 2500 } as const
/**
 * A far end that acknowledged and then stops, while more is on its way than its rhythm explains, does not read either. Kernels
 * take megabytes on its behalf, so at 1 Mbit/s and more this is known long before the queue grows. What counts is the age of the byte whose
 * acknowledgement is due: an encoder that hung and then sends all at once has given the far end nothing to acknowledge meanwhile.
 */
const noAckMs = 4000
/** Overdue by so much beyond what the last acknowledgement took. */
const overdueMs = 1000
const ackSteps = 2
/** Nothing of a new session confirmed for so long after the first key frame went out: it is deaf from the start. */
const noConfirmMs = 4500
/** Without media to send there is nothing to judge. */
const quietMs = 1500

/**
 * So many bytes behind an acknowledgement the next one is due. `ackStepBytes`: the most that lay between two so far; `ackWindowBytes`: what was
 * asked for, since a first acknowledgement may come early and teach too small a step.
 */
export const dueBytes = (ackStepBytes: number, ackWindowBytes: number): number => ackSteps * Math.max(ackWindowBytes, ackStepBytes)

/** Live means received: judges a connection from what left and what was acknowledged. Pure. */
export function judgeHealth(progress: Progress, nowMs: number): Health {
  const { queueStandsSinceMs, heldForMs, isShut, lastAckMs, unackedBytes, dueAgeMs, ackAgeMs, unconfirmedSinceMs } = progress
  const standsForMs = queueStandsSinceMs === null ? 0 : nowMs - queueStandsSinceMs
  if (standsForMs >= noProgressMs) return stalled(standsForMs, `nothing was sent for ${seconds(standsForMs)}`)
  if (heldForMs >= (isShut ? noTakeMs.shut : noTakeMs.open))
    return stalled(heldForMs, `its machine has accepted no data for ${seconds(heldForMs)}`)
  const isSending = nowMs - progress.lastWriteMs < quietMs
  if (!isSending) return { isStalled: false }
  if (lastAckMs !== null && dueAgeMs !== null && dueAgeMs >= overdueMs + ackAgeMs && nowMs - lastAckMs >= noAckMs) {
    const sinceAckMs = nowMs - lastAckMs
    return stalled(sinceAckMs, `no acknowledgement for ${seconds(sinceAckMs)}, ${Math.round((unackedBytes ?? 0) / 1000)} kB sent meanwhile`)
  }
  const unconfirmedForMs = unconfirmedSinceMs === null ? 0 : nowMs - unconfirmedSinceMs
  if (unconfirmedForMs >= noConfirmMs)
    return stalled(unconfirmedForMs, `it has confirmed none of the media sent in ${seconds(unconfirmedForMs)}`)
  return { isStalled: false }
}

const stalled = (forMs: number, evidence: string): Health => ({ isStalled: true, forMs, evidence })
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
