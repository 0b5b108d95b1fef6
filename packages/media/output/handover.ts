import type { Clock, Timer } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { Redial } from '@sluice/base/redial'
import { adviceFor } from './advice.ts'
import type { AttemptBudget } from './attempt-budget.ts'
import { Dial } from './dial.ts'
import type { FanOutSet } from './fan-out-set.ts'
import { type HandoverEvent, type HandoverState, nextHandoverState } from './handover-state.ts'
import { OutputSession, type SessionRules } from './output-session.ts'
import type { OutputReason, OutputTarget } from './output-target.ts'
import type { OpenTransport, OutputConnection } from './transport.ts'

/** Told on every move. `from` null: it has begun. */
export type HandoverChange = {
  readonly from: HandoverState | null
  readonly to: HandoverState
  readonly reason: OutputReason | null
  readonly nextRetryMs: number | null
}

/** A far end that is not ready by then is given up. Above what DNS, TCP, TLS and a slow publish take together. */
const readyWithinMs = 10_000
/** GOPs beyond this are out of every policy. */
const keyWithinMs = 15_000
const keepsOn = 'The old session stays live meanwhile; re-arm the output to end it and switch at once.'

type Parts = {
  readonly clock: Clock
  readonly random: () => number
  readonly budget: AttemptBudget
  readonly fanOuts: FanOutSet
  readonly open: OpenTransport<OutputTarget>
  readonly rules: () => SessionRules
  /** The session that carries the media until the cut. */
  readonly old: OutputSession
  readonly onChange: (change: HandoverChange) => void
  /** The new session has begun: it is the owner's now, and the old one gets nothing any more. */
  readonly onDone: (dial: Dial<OutputTarget>, session: OutputSession) => void
}

/**
 * Make before break: opens the new place beside the old session and cuts from one to the other at a key frame. The old one gets every
 * frame before it, the new one that frame and all after. While anything goes wrong the old session stays as it is.
 */
export class Handover {
  readonly #parts: Parts
  readonly #redial: Redial
  #target: OutputTarget
  #state: HandoverState = 'opening'
  #reason: OutputReason | null = null
  #dial: Dial<OutputTarget> | null = null
  #session: OutputSession | null = null
  #hasBegun = false
  /** The end of patience with the attempt under way. */
  #timer: Timer | null = null

  constructor(target: OutputTarget, parts: Parts) {
    this.#target = target
    this.#parts = parts
    this.#redial = new Redial({
      ...parts,
      settledMs: Number.POSITIVE_INFINITY,
      permit: (nowMs) => parts.budget.spend(nowMs),
      onDue: () => {
        this.#move('retryDue', this.#reason)
        this.#open()
      },
      onFault: () => this.#fail({ kind: 'remote-close', code: 'OUTPUT_INTERNAL', message: 'a fault in Sluice ended the attempt' }),
    })
  }

  get state(): HandoverState {
    return this.#state
  }
  get reason(): OutputReason | null {
    return this.#reason
  }
  get attempts(): number {
    return this.#redial.attempts
  }
  /** Monotonic time of the next attempt, or null. */
  get nextRetryMs(): number | null {
    return this.#redial.nextMs
  }

  start(): void {
    this.#parts.onChange({ from: null, to: 'opening', reason: null, nextRetryMs: null })
    this.#open()
  }

  /** Other rules for the same place. */
  setRules(target: OutputTarget): void {
    this.#target = target
    if (this.#dial !== null) this.#dial.target = target
    this.#session?.setRules(this.#parts.rules(), this.#parts.clock.nowMs())
  }

  /** The old session has ended by itself: where the new one is ready it takes over at once, with head and last GOP. False: it is not. */
  takeOver(): boolean {
    const session = this.#session
    if (this.#state !== 'cutting' || session === null) return false
    if (!this.#hasBegun) {
      session.leave()
      session.join(this.#parts.rules(), this.#parts.clock.nowMs())
    }
    this.#finish()
    return true
  }

  /** Gives the new place up; the old session goes on. After a cut that stands already it is the new one that goes on. */
  close(): void {
    if (this.#hasBegun) this.#finish()
    else if (this.#state !== 'done') this.#drop()
  }

  #open(): void {
    const { clock, open } = this.#parts
    this.#redial.begin()
    this.#timer = clock.after(readyWithinMs, () => {
      const message = `the new destination was not ready within ${readyWithinMs / 1000} s`
      this.#fail({ kind: 'handshake', code: 'OUTPUT_HANDOVER_LATE', message })
    })
    this.#dial = new Dial(open, this.#target, {
      onReady: (connection) => this.#cut(connection),
      onClose: (failure) => this.#lost(failure),
    })
  }

  #cut(connection: OutputConnection): void {
    const { clock, fanOuts, old, rules } = this.#parts
    const session = new OutputSession(connection, fanOuts)
    this.#session = session
    const refused = session.fanOut.refuses()
    if (refused !== null) {
      const message = `the source's ${refused.kind} codec is ${refused.codec}, which the new destination does not accept`
      this.#fail({ kind: 'codec', code: 'OUTPUT_CODEC', message })
      return
    }
    this.#move('ready', null)
    this.#timer?.cancel()
    this.#timer = clock.after(keyWithinMs, () => {
      const message = `no key frame arrived within ${keyWithinMs / 1000} s, so there was no point to switch at`
      this.#fail({ kind: 'stall', code: 'OUTPUT_HANDOVER_NO_KEY', message })
    })
    // Both in one go: no frame comes between, so that they mean the same key frame.
    old.leaveAtKey()
    session.joinAtKey(rules(), clock.nowMs(), () => {
      this.#hasBegun = true
      this.#timer?.cancel()
      // Not in the flush: all fan-outs shall have had the key frame before the old session ends.
      this.#timer = clock.after(0, () => this.#finish())
    })
  }

  #lost(failure: Failure): void {
    if (!this.#hasBegun) {
      this.#fail(failure)
      return
    }
    // It began and ended in the same breath: that is the owner's to judge.
    const dial = this.#dial
    this.#finish()
    dial?.listener?.onClose(failure)
  }

  #finish(): void {
    const [dial, session] = [this.#dial, this.#session]
    this.#timer?.cancel()
    this.#timer = null
    this.#hasBegun = false
    if (dial === null || session === null) return
    this.#dial = null
    this.#session = null
    this.#parts.onDone(dial, session)
    this.#move('cut', null)
  }

  #fail(failure: Failure): void {
    this.#drop()
    const hint = `${adviceFor(failure.kind)} ${keepsOn}`
    const reason: OutputReason = { kind: failure.kind, code: failure.code, message: failure.message, hint }
    if (failure.kind === 'auth' || failure.kind === 'codec') {
      this.#move('refusedForGood', reason)
      return
    }
    const gaveUp = this.#redial.fail(this.#target.retry)
    this.#move('lost', reason)
    if (gaveUp !== null) this.#move('gaveUp', { ...reason, message: `gave up after ${gaveUp}; last: ${failure.message}` })
  }

  /** Ends what is open or waiting on the new side; the old session stays at its fan-out. */
  #drop(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#redial.cancel()
    this.#parts.old.stay()
    this.#session?.leave()
    // A fan-out that was made for the new place must not go on encoding for nobody.
    if (this.#session !== null) this.#parts.fanOuts.sweep()
    this.#session = null
    this.#dial?.close()
    this.#dial = null
  }

  #move(event: HandoverEvent, reason: OutputReason | null): void {
    const to = nextHandoverState(this.#state, event)
    if (to === null) return
    const from = this.#state
    this.#state = to
    this.#reason = reason
    this.#parts.onChange({ from, to, reason, nextRetryMs: this.#redial.nextMs })
  }
}
