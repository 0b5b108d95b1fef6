/** What is known of a connection's progress. Times are monotonic milliseconds. */
export type Progress = {
  /** Bytes waiting in the process for the kernel to take them. */
  readonly queuedBytes: number
  /** When the kernel last took bytes. */
  readonly lastProgressMs: number
  /** Bytes handed over since the far end's last acknowledgement; null when it never sent one. */
  readonly unackedBytes: number | null
  readonly lastAckMs: number | null
  /** The most bytes that lay between two acknowledgements so far: the far end's own rhythm. */
  readonly ackStepBytes: number
  /** For how long our kernel has held bytes of which the far end's machine took none; 0 when none, or not known. */
  readonly heldForMs: number
  /** The kernel says that the far end's window is shut: the program there does not read. */
  readonly isShut: boolean
  /** When media was last written to the connection. */
  readonly lastWriteMs: number
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
 * take megabytes on its behalf, so at 1 Mbit/s and more this is known long before the queue grows. The least is twice the window that RTMP
 * outputs ask for: a first acknowledgement may come early and teach too small a step.
 */
const noAckMs = 4000
const ackSteps = 2
const minUnackedBytes = 512 * 1024
/** Without media to send there is nothing to judge. */
const quietMs = 1500

/** Live means received: judges a connection from what left and what was acknowledged. Pure. */
export function judgeHealth(progress: Progress, nowMs: number): Health {
  const sinceProgressMs = nowMs - progress.lastProgressMs
  if (progress.queuedBytes > 0 && sinceProgressMs >= noProgressMs) {
    return { isStalled: true, forMs: sinceProgressMs, evidence: `no byte has left for ${seconds(sinceProgressMs)}` }
  }
  const { heldForMs, isShut } = progress
  if (heldForMs >= (isShut ? noTakeMs.shut : noTakeMs.open)) {
    return { isStalled: true, forMs: heldForMs, evidence: `its machine has taken nothing for ${seconds(heldForMs)}` }
  }
  const isSending = nowMs - progress.lastWriteMs < quietMs
  const expectedBytes = Math.max(minUnackedBytes, ackSteps * progress.ackStepBytes)
  if (isSending && progress.unackedBytes !== null && progress.lastAckMs !== null && progress.unackedBytes > expectedBytes) {
    const sinceAckMs = nowMs - progress.lastAckMs
    if (sinceAckMs >= noAckMs) {
      return {
        isStalled: true,
        forMs: sinceAckMs,
        evidence: `no acknowledgement for ${seconds(sinceAckMs)}, ${progress.unackedBytes} bytes sent meanwhile`,
      }
    }
  }
  return { isStalled: false }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
