/**
 * Messages beside media that one peer may send: `asking` wants an answer (commands, pings), `telling` is the rest of the protocol's
 * housekeeping. A session of ffmpeg, OBS, librtmp or nginx-rtmp has under 20 of both in its first second and under 2 a second after;
 * acknowledgements come as often as their window says, for some servers with each packet.
 */
const budgets = {
  asking: { perSecond: 50, burst: 500, what: 'commands and pings' },
  telling: { perSecond: 500, burst: 2_000, what: 'control messages' },
  acknowledging: { perSecond: 10_000, burst: 20_000, what: 'acknowledgements' },
} as const

export type ControlKind = keyof typeof budgets

/** A token bucket for each kind of message that is no media. */
export class ControlBudget {
  readonly #tokens: Record<ControlKind, number> = {
    asking: budgets.asking.burst,
    telling: budgets.telling.burst,
    acknowledging: budgets.acknowledging.burst,
  }
  #atMs = 0

  /** Time has come to `nowMs`. */
  refill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#atMs) / 1000
    this.#atMs = nowMs
    for (const kind of ['asking', 'telling', 'acknowledging'] as const) {
      const { perSecond, burst } = budgets[kind]
      this.#tokens[kind] = Math.min(burst, this.#tokens[kind] + seconds * perSecond)
    }
  }

  /** Null when the message may be taken, else the sentence that says what is too much. */
  excess(kind: ControlKind): string | null {
    if (this.#tokens[kind] < 1) {
      const { perSecond, what } = budgets[kind]
      return `more than ${perSecond} ${what} a second`
    }
    this.#tokens[kind]--
    return null
  }
}
