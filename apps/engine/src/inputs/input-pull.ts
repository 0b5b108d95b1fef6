import type { Clock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { Redial, type RetryLimits } from '@sluice/base/redial'
import type { PullActual } from '@sluice/contract/link'
import type { ChannelInput } from './channel-input.ts'

/** `onReady` at most once, when media may come; `onClose` at most once, last, and not after `close()`. A null failure: it ended in good order. */
export type PullEvents = { onReady(): void; onClose(failure: Failure | null): void }

/** Calls `url` and joins what answers to `input`. Never calls back before it returned. */
export type OpenPull = (input: ChannelInput, url: string, events: PullEvents) => { close(): void }

/** `isNews`: of a row of failures the first, second, fourth, eighth and so on, so that a source that is away all night fills no timeline. */
export type PullNews =
  | { readonly type: 'moved' }
  | { readonly type: 'failed'; readonly failure: Failure; readonly retryInMs: number; readonly isNews: boolean }

type Parts = {
  readonly clock: Clock
  readonly random: () => number
  readonly open: OpenPull
  readonly onNews: (news: PullNews) => void
}

/** A source that is away is called for as long as somebody wants it. */
const forEver = { maxAttempts: null, windowMs: 0, autoDisable: null }
const backoff: RetryLimits = { baseMs: 500, capMs: 10_000, ...forEver }
/** A wrong passphrase or an unknown stream id is not mended by asking often. */
const refusedBackoff: RetryLimits = { baseMs: 10_000, capMs: 60_000, ...forEver }
const refusals: readonly Failure['kind'][] = ['auth', 'publish-rejected', 'codec']
/** Connected for so long, the next failure is a new one. */
const settledMs = 10_000

/** An input that fetches its media itself: calls an address for as long as it has one, again and again. */
export class InputPull {
  readonly #input: ChannelInput
  readonly #parts: Parts
  #url: string | null = null
  #call: { close(): void } | null = null
  #state: PullActual['state'] = 'calling'
  #connectedMs: number | null = null
  readonly #redial: Redial

  constructor(input: ChannelInput, parts: Parts) {
    this.#input = input
    this.#parts = parts
    this.#redial = new Redial({
      ...parts,
      settledMs,
      onDue: () => {
        if (this.#url !== null) this.#dial(this.#url)
      },
      onFault: () => this.#retry({ kind: 'tcp', code: 'PULL_INTERNAL', message: 'a fault in Sluice ended the attempt' }),
    })
  }

  /** The address to call from now on, null for none. The same address changes nothing. */
  setUrl(url: string | null): void {
    if (url === this.#url) return
    this.close()
    this.#url = url
    if (url !== null) this.#dial(url)
  }

  /** As `InputActual` has it: nothing while there is no address. */
  actual(): { pull?: PullActual } {
    if (this.#url === null) return {}
    const { clock } = this.#parts
    const { attempts, nextMs } = this.#redial
    const nextTryAt = nextMs === null ? null : new Date(clock.wallMs() + nextMs - clock.nowMs()).toISOString()
    return { pull: { state: this.#state, attempts, nextTryAt } }
  }

  close(): void {
    this.#url = null
    this.#redial.reset()
    this.#call?.close()
    this.#call = null
    this.#connectedMs = null
  }

  #dial(url: string): void {
    if (this.#input.isTaken) {
      this.#retry({ kind: 'duplicate-publisher', code: 'INPUT_TAKEN', message: 'an encoder publishes to this input' })
      return
    }
    this.#state = 'calling'
    this.#redial.begin()
    const call = this.#parts.open(this.#input, url, {
      onReady: () => {
        if (this.#call !== call) return
        this.#state = 'connected'
        this.#connectedMs = this.#parts.clock.nowMs()
        this.#parts.onNews({ type: 'moved' })
      },
      onClose: (failure) => {
        if (this.#call === call) this.#retry(failure ?? { kind: 'remote-close', code: 'PULL_ENDED', message: 'the session ended' })
      },
    })
    this.#call = call
    this.#parts.onNews({ type: 'moved' })
  }

  #retry(failure: Failure): void {
    const { clock, onNews } = this.#parts
    const nowMs = clock.nowMs()
    if (this.#connectedMs !== null) this.#redial.goodFor(nowMs - this.#connectedMs)
    this.#call = null
    this.#connectedMs = null
    this.#state = 'backoff'
    this.#redial.fail(refusals.includes(failure.kind) ? refusedBackoff : backoff)
    const retryInMs = Math.round((this.#redial.nextMs ?? nowMs) - nowMs)
    const count = this.#redial.failuresInARow
    if (!this.#input.isTaken) this.#input.noteProblem(failure.message)
    onNews({ type: 'failed', failure, retryInMs, isNews: (count & (count - 1)) === 0 })
  }
}
