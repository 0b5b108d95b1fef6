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

/** A token bucket for each kind of message that is no media. Filled when one is taken: reads of media alone cost nothing here. */
export class ControlBudget {
  readonly #tokens: Record<ControlKind, number> = {
    asking: budgets.asking.burst,
    telling: budgets.telling.burst,
    acknowledging: budgets.acknowledging.burst,
  }
  readonly #filledAtMs: Record<ControlKind, number> = { asking: 0, telling: 0, acknowledging: 0 }
  #nowMs = 0

  /** Time has come to `nowMs`. */
  noteTime(nowMs: number): void {
    this.#nowMs = nowMs
  }

  /** Null when the message may be taken, else the sentence that says what is too much. */
  excess(kind: ControlKind): string | null {
    const { perSecond, burst, what } = budgets[kind]
    const seconds = Math.max(0, this.#nowMs - this.#filledAtMs[kind]) / 1000
    this.#filledAtMs[kind] = this.#nowMs
    const tokens = Math.min(burst, this.#tokens[kind] + seconds * perSecond)
    this.#tokens[kind] = tokens < 1 ? tokens : tokens - 1
    return tokens < 1 ? `more than ${perSecond} ${what} a second` : null
  }
}
