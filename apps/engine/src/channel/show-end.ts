import type { Clock } from '@sluice/base/clock'
import type { InputProtocol } from '@sluice/base/words'
import type { ChannelSpec } from '@sluice/contract/link'

/**
 * An encoder whose connection was cut calls again by itself, for minutes: only after so long is it somebody's will that it is there. It is
 * the longest wait between two calls that encoders do by default, with room.
 */
const cutCountsForMs = 5 * 60_000

/**
 * Whether the show was ended, and what ends that: an encoder that comes again after it was stopped by its own word, or one that was away
 * for five minutes. What only reconnects, or plays from a file of ours, keeps the show ended.
 */
export class ShowEnd {
  readonly #clock: Clock
  readonly #sinceMs: number
  #ended: ChannelSpec['ended']
  #resumedNo: number | null = null
  // bound: one an input of the spec, eight at most
  readonly #lost = new Map<string, { readonly atMs: number; readonly byItsWord: boolean }>()

  constructor(clock: Clock) {
    this.#clock = clock
    this.#sinceMs = clock.nowMs()
  }

  get isEnded(): boolean {
    return this.#ended !== undefined && this.#ended.no !== this.#resumedNo
  }

  /** Who ended it; null while it is not ended. */
  get by(): string | null {
    return this.isEnded ? (this.#ended?.by ?? null) : null
  }

  /** The end that was asked for and does not hold any more; null for none. */
  get resumedNo(): number | null {
    return this.#ended?.no === this.#resumedNo ? this.#resumedNo : null
  }

  set({ ended, inputs }: Pick<ChannelSpec, 'ended' | 'inputs'>): void {
    this.#ended = ended
    const kept = new Set(inputs.map(({ inputId }) => inputId))
    for (const inputId of this.#lost.keys()) if (!kept.has(inputId)) this.#lost.delete(inputId)
  }

  noteLost(inputId: string, byItsWord: boolean): void {
    this.#lost.set(inputId, { atMs: this.#clock.nowMs(), byItsWord })
  }

  /** True: with this session the show is ended no more. */
  noteConnected(inputId: string, protocol: InputProtocol): boolean {
    // An engine that was started anew knows of no stop: all that comes at first may be what was cut by its restart.
    const before = this.#lost.get(inputId) ?? { atMs: this.#sinceMs, byItsWord: false }
    this.#lost.delete(inputId)
    if (!this.isEnded || protocol === 'file') return false
    if (!before.byItsWord && this.#clock.nowMs() - before.atMs < cutCountsForMs) return false
    this.#resumedNo = this.#ended?.no ?? null
    return true
  }
}
