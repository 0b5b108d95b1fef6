import type { Clock, Timer } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import type { SrtStats } from '@sluice/protocols/srt'
import { AckAge } from './ack-age.ts'
import { adviceFor } from './advice.ts'
import type { AttemptBudget } from './attempt-budget.ts'
import type { FanOut, FanOutMember } from './fan-out.ts'
import type { FanOutSet } from './fan-out-set.ts'
import { judgeHealth, type Progress } from './health.ts'
import { backoffMs, RetryLedger, type RetryLimits } from './retry.ts'
import { nextOutputState, type OutputEvent, type OutputState } from './state.ts'
import type { OpenTransport, OutputConnection } from './transport.ts'

/** Where an output goes and under which rules. A change of url, key or TLS is another target: the runner reconnects. */
export type OutputTarget = {
  readonly url: string
  readonly streamKey: string
  readonly tlsVerify: boolean
  readonly retry: RetryLimits
  readonly queueMs: number
}

/** Why an output is not live: for the operator, in plain words. */
export type OutputReason = { readonly kind: Failure['kind'] | null; readonly code: string; readonly message: string; readonly hint: string }

/** Told on every move, after it was made. */
export type OutputChange = {
  readonly from: OutputState
  readonly to: OutputState
  readonly reason: OutputReason | null
  readonly nextRetryMs: number | null
}

export type OutputFigures = {
  readonly bytesTotal: number
  readonly ackedBytesTotal: number | null
  /** How long the newest acknowledged byte of this session was on its way; null before the first acknowledgement. */
  readonly ackAgeMs: number | null
  readonly queueBytes: number
  readonly framesDroppedTotal: number
  readonly framesSentTotal: number
  readonly reconnectsTotal: number
  readonly sessionMs: number
  readonly srt: SrtStats | null
}

const healthTickMs = 250
/** Live for so long, the next failure is a new one and not the same again. */
const settledMs = 30_000
/** A stalled connection that does not recover is given up and opened anew. */
const stalledForMs = 10_000
/** A queue bound in bytes needs a rate; until one is known, this. */
const assumedBytesPerSecond = 1_000_000
const minQueuedBytes = 512 * 1024

type Parts = {
  readonly clock: Clock
  readonly random: () => number
  readonly budget: AttemptBudget
  readonly fanOuts: FanOutSet
  readonly open: OpenTransport<OutputTarget>
  readonly onChange: (change: OutputChange) => void
}

/**
 * Owns one output: its state, its connection, its place at a fan-out, its retries. It is driven by four inputs alone: `setTarget`,
 * `setRunning`, `setSource` and `rearm`; everything else happens by the clock and the connection.
 */
export class OutputRunner {
  readonly #parts: Parts
  #target: OutputTarget
  #state: OutputState = 'stopped'
  #reason: OutputReason | null = null
  #hasSource = false
  #bytesPerSecond = assumedBytesPerSecond
  /** Counts openings, so that a word from an earlier one is not taken for the present one's. */
  #session = 0
  #opening: { close(): void } | null = null
  #connection: OutputConnection | null = null
  #fanOut: FanOut | null = null
  #member: FanOutMember | null = null
  #timer: Timer | null = null
  #nextRetryMs: number | null = null
  #liveSinceMs: number | null = null
  #stalledSinceMs: number | null = null
  #attempts = 0
  #reconnects = 0
  #droppedBefore = 0
  #sentBefore = 0
  #bytesBefore = 0
  #lastFramesSent = 0
  #lastWriteMs = 0
  #lastAckedBytes = 0
  #ackStepBytes = 0
  /** Of the present session. */
  #marks: AckAge | null = null
  #markedAckMs: number | null = null
  #ackAgeMs: number | null = null
  #joinedMs = 0
  /** Where our own refusal of a codec was judged: it falls with the codec. */
  #refusedAt: FanOut | null = null
  readonly #ledger = new RetryLedger()

  constructor(target: OutputTarget, parts: Parts) {
    this.#target = target
    this.#parts = parts
  }

  get state(): OutputState {
    return this.#state
  }
  get reason(): OutputReason | null {
    return this.#reason
  }
  /** Connection attempts since the operator last armed it. */
  get attempts(): number {
    return this.#attempts
  }
  /** Monotonic time of the next attempt, or null. */
  get nextRetryMs(): number | null {
    return this.#nextRetryMs
  }
  get liveSinceMs(): number | null {
    return this.#liveSinceMs
  }

  figures(nowMs: number): OutputFigures {
    const connection = this.#connection
    return {
      bytesTotal: this.#bytesBefore + (connection?.bytesSent ?? 0),
      ackedBytesTotal: connection?.ackedBytes ?? null,
      ackAgeMs: this.#ackAgeMs,
      queueBytes: connection?.queuedBytes ?? 0,
      framesDroppedTotal: this.#droppedBefore + (this.#member?.framesDropped ?? 0),
      framesSentTotal: this.#sentBefore + (this.#member?.framesSent ?? 0),
      reconnectsTotal: this.#reconnects,
      sessionMs: this.#liveSinceMs === null ? 0 : nowMs - this.#liveSinceMs,
      srt: connection?.srtStats ?? null,
    }
  }

  /** Wanted or not. Stopping ends the connection in good order; running waits for the source. */
  setRunning(isRunning: boolean): void {
    if (!isRunning) {
      if (this.#move('stop', null)) this.#disconnect()
    } else if (this.#state === 'stopped') this.rearm()
  }

  /** A clean sheet for an output that was stopped, disabled or failed; one that runs is left alone. */
  rearm(): void {
    if (!this.#move('rearm', null)) return
    this.#ledger.reset()
    this.#attempts = 0
    this.#kick()
  }

  /** The operator's "now": ends what is open or waiting and connects afresh, from any state but stopped. */
  restart(): void {
    if (this.#state === 'stopped') return
    this.#disconnect()
    this.#ledger.reset()
    this.#attempts = 0
    this.#move('restart', null)
    this.#kick()
  }

  /** New rules or another place. Only another place reconnects, which is the answer. */
  setTarget(target: OutputTarget): boolean {
    const before = this.#target
    this.#target = target
    const isSamePlace = before.url === target.url && before.streamKey === target.streamKey && before.tlsVerify === target.tlsVerify
    if (!isSamePlace) this.restart()
    else this.#boundQueue()
    return !isSamePlace
  }

  /**
   * Whether the channel has media to send; to be told again from time to time. `bytesPerSecond` (0: unknown) turns the queue's bound in
   * time into bytes. An output that refused the source's codec comes back when the codec has changed.
   */
  setSource(hasSource: boolean, bytesPerSecond: number): void {
    if (bytesPerSecond > 0) {
      this.#bytesPerSecond = bytesPerSecond
      this.#boundQueue()
    }
    if (this.#state === 'failed' && this.#refusedAt?.refuses() === null) this.rearm()
    if (hasSource === this.#hasSource) return
    this.#hasSource = hasSource
    if (hasSource) this.#kick()
    else if (this.#move('sourceGone', null)) this.#disconnect()
  }

  close(): void {
    this.#move('stop', null)
    this.#disconnect()
  }

  #kick(): void {
    if (this.#hasSource && this.#move('sourceReady', null)) this.#connect()
  }

  #connect(): void {
    this.#attempts++
    const session = ++this.#session
    this.#opening = this.#parts.open(this.#target, {
      onReady: (connection) => {
        if (this.#session === session) this.#attach(connection)
      },
      onClose: (failure) => {
        if (this.#session === session) this.#fail(failure)
      },
    })
  }

  #attach(connection: OutputConnection): void {
    const { clock, fanOuts } = this.#parts
    const fanOut = fanOuts.get(connection.wireKey, () => connection.makeFormat())
    this.#connection = connection
    this.#fanOut = fanOut
    if (this.#hasRefused(fanOut)) return
    this.#joinedMs = clock.nowMs()
    this.#member = fanOut.join(connection, this.#maxQueuedBytes())
    this.#lastFramesSent = 0
    this.#lastWriteMs = this.#joinedMs
    this.#lastAckedBytes = 0
    this.#ackStepBytes = 0
    this.#timer = clock.after(healthTickMs, () => this.#checkHealth())
  }

  /** True when the wire can't carry the source's codecs: sending on would look live and show nothing. */
  #hasRefused(fanOut: FanOut): boolean {
    const refused = fanOut.refuses()
    if (refused === null) return false
    const message = `the source's ${refused.kind} codec is ${refused.codec}, which this destination does not accept`
    this.#fail({ kind: 'codec', code: 'OUTPUT_CODEC', message })
    this.#refusedAt = fanOut
    return true
  }

  #checkHealth(): void {
    const connection = this.#connection
    if (connection === null || this.#fanOut === null || this.#hasRefused(this.#fanOut)) return
    const nowMs = this.#parts.clock.nowMs()
    this.#timer = this.#parts.clock.after(healthTickMs, () => this.#checkHealth())
    const health = judgeHealth(this.#progress(connection, nowMs), nowMs)
    if (!health.isStalled) {
      this.#stalledSinceMs = null
      this.#prove(connection, nowMs)
      if (this.#liveSinceMs !== null && nowMs - this.#liveSinceMs > settledMs) this.#ledger.settle()
      return
    }
    this.#stalledSinceMs ??= nowMs
    const message = `the far end accepts the connection but does not read: ${health.evidence}`
    this.#move('stalled', { kind: 'stall', code: 'OUTPUT_STALLED', message, hint: adviceFor('stall') })
    if (nowMs - this.#stalledSinceMs >= stalledForMs) this.#fail({ kind: 'stall', code: 'OUTPUT_STALLED', message })
  }

  #progress(connection: OutputConnection, nowMs: number): Progress {
    const framesSent = this.#member?.framesSent ?? 0
    if (framesSent !== this.#lastFramesSent) {
      this.#lastFramesSent = framesSent
      this.#lastWriteMs = nowMs
    }
    const acked = connection.ackedBytes
    this.#markAck(connection, acked, nowMs)
    // What piled up during a stall is no rhythm.
    if (acked !== null && this.#stalledSinceMs === null) {
      this.#ackStepBytes = Math.max(this.#ackStepBytes, acked - this.#lastAckedBytes)
      this.#lastAckedBytes = acked
    }
    return {
      queuedBytes: connection.queuedBytes,
      lastProgressMs: connection.lastProgressMs,
      unackedBytes: acked === null ? null : connection.bytesSent - acked,
      lastAckMs: connection.lastAckMs,
      ackStepBytes: this.#ackStepBytes,
      lastWriteMs: this.#lastWriteMs,
    }
  }

  #markAck({ bytesSent, lastAckMs }: OutputConnection, ackedBytes: number | null, nowMs: number): void {
    this.#marks ??= new AckAge()
    this.#marks.mark(bytesSent, nowMs)
    if (ackedBytes === null || lastAckMs === null || lastAckMs === this.#markedAckMs) return
    this.#markedAckMs = lastAckMs
    this.#ackAgeMs = this.#marks.acked(ackedBytes, lastAckMs)
  }

  /** Live means that media has left for the far end, not that it said yes. */
  #prove(connection: OutputConnection, nowMs: number): void {
    if (this.#state === 'live' || connection.lastProgressMs <= this.#joinedMs) return
    this.#liveSinceMs ??= nowMs
    this.#move(this.#state === 'stalled' ? 'recovered' : 'accepted', null)
  }

  #fail(failure: Failure): void {
    const { clock, random } = this.#parts
    const reason: OutputReason = { kind: failure.kind, code: failure.code, message: failure.message, hint: adviceFor(failure.kind) }
    this.#disconnect()
    if (failure.kind === 'auth' || failure.kind === 'codec') {
      this.#move('refusedForGood', reason)
      return
    }
    const nowMs = clock.nowMs()
    const gaveUp = this.#ledger.fail(this.#target.retry, nowMs)
    if (gaveUp === null) {
      const delayMs = backoffMs(this.#target.retry, this.#ledger.consecutive - 1, random())
      this.#nextRetryMs = nowMs + delayMs
      this.#timer = clock.after(delayMs, () => this.#retry())
      this.#move('lost', reason)
      return
    }
    this.#move('lost', reason)
    this.#move('gaveUp', { ...reason, code: 'OUTPUT_DISABLED', message: `switched off after ${gaveUp}; last: ${failure.message}` })
  }

  #retry(): void {
    const { budget, clock, random } = this.#parts
    const nowMs = clock.nowMs()
    const waitMs = budget.take(nowMs)
    if (waitMs > 0) {
      const delayMs = waitMs * (1 + random())
      this.#nextRetryMs = nowMs + delayMs
      this.#timer = clock.after(delayMs, () => this.#retry())
      return
    }
    this.#timer = null
    this.#nextRetryMs = null
    this.#reconnects++
    if (this.#move('retryDue', this.#reason)) this.#connect()
  }

  /** Ends connection, place at the fan-out and timers; keeps the totals. */
  #disconnect(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#nextRetryMs = null
    this.#stalledSinceMs = null
    this.#liveSinceMs = null
    if (this.#member !== null) {
      this.#droppedBefore += this.#member.framesDropped
      this.#sentBefore += this.#member.framesSent
      this.#fanOut?.leave(this.#member)
    }
    // Also without a member: a fan-out that was made for a refused codec must not go on encoding for nobody.
    if (this.#fanOut !== null) this.#parts.fanOuts.sweep()
    this.#bytesBefore += this.#connection?.bytesSent ?? 0
    this.#marks = null
    this.#markedAckMs = null
    this.#ackAgeMs = null
    this.#member = null
    this.#fanOut = null
    this.#connection = null
    this.#session++
    this.#opening?.close()
    this.#opening = null
  }

  #move(event: OutputEvent, reason: OutputReason | null): boolean {
    const to = nextOutputState(this.#state, event)
    if (to === null) return false
    const from = this.#state
    this.#state = to
    this.#refusedAt = null
    this.#reason = reason
    this.#parts.onChange({ from, to, reason, nextRetryMs: this.#nextRetryMs })
    return true
  }

  #maxQueuedBytes(): number {
    return Math.max(minQueuedBytes, (this.#bytesPerSecond * this.#target.queueMs) / 1000)
  }

  #boundQueue(): void {
    if (this.#member !== null) this.#member.maxQueuedBytes = this.#maxQueuedBytes()
  }
}
