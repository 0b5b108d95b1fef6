/** What is known of a connection's progress. Times are monotonic milliseconds. */
export type Progress = {
  /** Bytes waiting in the process for the kernel to take them. */
  readonly queuedBytes: number
  /** When the kernel last took bytes. */
  readonly lastProgressMs: number
  /** Bytes handed over since the far end's last acknowledgement; null when it never sent one. */
  readonly unackedBytes: number | null
  readonly lastAckMs: number | null
  /** When media was last written to the connection. */
  readonly lastWriteMs: number
}

export type Health = { readonly isStalled: false } | { readonly isStalled: true; readonly forMs: number; readonly evidence: string }

/** Bytes waiting and none taken for so long: the far end does not read. */
const noProgressMs = 2500
/** A far end that acknowledged and then stops, while so much is on its way, does not read either. */
const noAckMs = 4000
const noAckBytes = 1_500_000
/** Without media to send there is nothing to judge. */
const quietMs = 1500

/** Live means received: judges a connection from what left and what was acknowledged. Pure. */
export function judgeHealth(progress: Progress, nowMs: number): Health {
  const sinceProgressMs = nowMs - progress.lastProgressMs
  if (progress.queuedBytes > 0 && sinceProgressMs >= noProgressMs) {
    return { isStalled: true, forMs: sinceProgressMs, evidence: `no byte has left for ${seconds(sinceProgressMs)}` }
  }
  const isSending = nowMs - progress.lastWriteMs < quietMs
  if (isSending && progress.unackedBytes !== null && progress.lastAckMs !== null && progress.unackedBytes > noAckBytes) {
    const sinceAckMs = nowMs - progress.lastAckMs
    if (sinceAckMs >= noAckMs) {
      return { isStalled: true, forMs: sinceAckMs, evidence: `no acknowledgement for ${seconds(sinceAckMs)}` }
    }
  }
  return { isStalled: false }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
