import { backoffMs } from '@sluice/base/backoff'
import type { Clock, Timer } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
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

const backoff = { baseMs: 500, capMs: 10_000 }
/** A wrong passphrase or an unknown stream id is not mended by asking often. */
const refusedBackoff = { baseMs: 10_000, capMs: 60_000 }
const refusals: readonly Failure['kind'][] = ['auth', 'publish-rejected', 'codec']
/** Connected for so long, the next failure is a new one and not the same again. */
const settledMs = 10_000

/** An input that fetches its media itself: calls an address for as long as it has one, again and again. */
export class InputPull {
  readonly #input: ChannelInput
  readonly #parts: Parts
  #url: string | null = null
  #call: { close(): void } | null = null
  #timer: Timer | null = null
  #state: PullActual['state'] = 'calling'
  #attempts = 0
  #alike = 0
  #connectedMs: number | null = null
  #nextTryMs: number | null = null

  constructor(input: ChannelInput, parts: Parts) {
    this.#input = input
    this.#parts = parts
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
    const nextTryAt = this.#nextTryMs === null ? null : new Date(clock.wallMs() + this.#nextTryMs - clock.nowMs()).toISOString()
    return { pull: { state: this.#state, attempts: this.#attempts, nextTryAt } }
  }

  close(): void {
    this.#url = null
    this.#timer?.cancel()
    this.#timer = null
    this.#call?.close()
    this.#call = null
    this.#attempts = 0
    this.#alike = 0
    this.#connectedMs = null
    this.#nextTryMs = null
  }

  #dial(url: string): void {
    this.#timer = null
    this.#nextTryMs = null
    if (this.#input.isTaken) {
      this.#retry({ kind: 'duplicate-publisher', code: 'INPUT_TAKEN', message: 'an encoder publishes to this input' })
      return
    }
    this.#state = 'calling'
    this.#attempts++
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
    const { clock, random, onNews } = this.#parts
    const nowMs = clock.nowMs()
    if (this.#connectedMs !== null && nowMs - this.#connectedMs >= settledMs) this.#alike = 0
    this.#call = null
    this.#connectedMs = null
    this.#state = 'backoff'
    const limits = refusals.includes(failure.kind) ? refusedBackoff : backoff
    const retryInMs = Math.round(backoffMs(limits, this.#alike, random()))
    this.#alike++
    this.#nextTryMs = nowMs + retryInMs
    this.#timer = clock.after(retryInMs, () => {
      if (this.#url === null) return
      try {
        this.#dial(this.#url)
      } catch (error) {
        this.#retry({ kind: 'tcp', code: 'PULL_INTERNAL', message: 'a fault in Sluice ended the attempt' })
        throw error // into the log, by whoever owns the clock
      }
    })
    if (!this.#input.isTaken) this.#input.noteProblem(failure.message)
    onNews({ type: 'failed', failure, retryInMs, isNews: (this.#alike & (this.#alike - 1)) === 0 })
  }
}
