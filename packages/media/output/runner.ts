// long because: all moves of one output are made here and nowhere else.

import type { Clock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { Redial } from '@sluice/base/redial'
import type { OutputState } from '@sluice/base/words'
import type { SrtStats } from '@sluice/protocols/srt'
import { adviceFor } from './advice.ts'
import type { AttemptBudget } from './attempt-budget.ts'
import { Dial } from './dial.ts'
import type { FanOut } from './fan-out.ts'
import type { FanOutSet } from './fan-out-set.ts'
import { Handover, type HandoverChange } from './handover.ts'
import type { Watched } from './health-tick.ts'
import { OutputSession, type SessionRules } from './output-session.ts'
import type { OutputReason, OutputTarget } from './output-target.ts'
import { canOverlap, isSamePlace } from './place.ts'
import { RungCut } from './rung-cut.ts'
import { nextOutputState, type OutputEvent } from './state.ts'
import type { OpenTransport, OutputConnection } from './transport.ts'

/** Told on every move, after it was made. */
export type OutputChange = {
  readonly from: OutputState
  readonly to: OutputState
  readonly reason: OutputReason | null
  readonly nextRetryMs: number | null
  /** For how long before this moment the far end had confirmed nothing: a stall is known only when it has lasted. 0 for other moves. */
  readonly unconfirmedMs: number
}

export type OutputFigures = {
  readonly bytesTotal: number
  readonly ackedBytesTotal: number | null
  /** How long the newest acknowledged byte of this session was on its way; null before the first acknowledgement. */
  readonly ackAgeMs: number | null
  /** How long ago the far end last confirmed anything of this session; null before the first acknowledgement. */
  readonly lastAckAgoMs: number | null
  readonly queueBytes: number
  readonly framesDroppedTotal: number
  readonly framesSentTotal: number
  /** Sessions that came to be live after another one was lost; tries that fail are `attempts`. */
  readonly reconnectsTotal: number
  readonly sessionMs: number
  readonly srt: SrtStats | null
}

/** Live for so long, the next failure is a new one. */
const settledMs = 30_000
/** A stalled connection that does not recover is given up and opened anew. */
const stalledForMs = 10_000
/** A queue bound in bytes needs a rate; until one is known, this. */
const assumedBytesPerSecond = 1_000_000
const minQueuedBytes = 512 * 1024

const internalFault: Failure = { kind: 'remote-close', code: 'OUTPUT_INTERNAL', message: 'a fault in Sluice ended the attempt' }

type Parts = {
  readonly clock: Clock
  readonly random: () => number
  readonly budget: AttemptBudget
  readonly fanOuts: FanOutSet
  readonly open: OpenTransport<OutputTarget>
  readonly onChange: (change: OutputChange) => void
  /** The move of a live output to another place, step by step. */
  readonly onHandover?: (change: HandoverChange) => void
}

const nothingLeftOut: readonly string[] = []

/** What another target led to: nothing, another place from now on, or another place beside the old one until the cut. */
export type TargetEffect = 'none' | 'reconnected' | 'beside'

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
  /** Of the programme; 0 while it is not known. */
  #bytesPerSecond = 0
  #dial: Dial<OutputTarget> | null = null
  #session: OutputSession | null = null
  #handover: Handover | null = null
  /** The rung that it is fed from, or on its way to. */
  #fanOuts: FanOutSet
  /** Its way to another rung. */
  #cut: RungCut | null = null
  #liveSinceMs: number | null = null
  #stalledSinceMs: number | null = null
  #reconnects = 0
  /** A session was live since the operator last armed it. */
  #wasLive = false
  #droppedBefore = 0
  #sentBefore = 0
  #bytesBefore = 0
  /** Where our own refusal of a codec was judged: it falls with the codec. */
  #refusedAt: FanOut | null = null
  readonly #redial: Redial
  readonly #watched: Watched = { look: (nowMs) => this.#checkHealth(nowMs), onFault: () => this.#fail(internalFault) }

  constructor(target: OutputTarget, parts: Parts) {
    this.#target = target
    this.#parts = parts
    this.#fanOuts = parts.fanOuts
    this.#redial = new Redial({
      ...parts,
      settledMs,
      permit: (nowMs) => parts.budget.spend(nowMs),
      onDue: () => {
        if (this.#move('retryDue', this.#reason)) this.#connect()
      },
      onFault: () => this.#fail(internalFault),
    })
  }

  get state(): OutputState {
    return this.#state
  }
  get reason(): OutputReason | null {
    return this.#reason
  }
  /** Connection attempts since the operator last armed it. */
  get attempts(): number {
    return this.#redial.attempts
  }
  /** Monotonic time of the next attempt, or null. */
  get nextRetryMs(): number | null {
    return this.#redial.nextMs
  }
  /** What it lacks of the source before anything can go out; null when nothing. */
  get waitsFor(): 'media' | 'key-frame' | null {
    return this.#session?.waitsFor ?? (this.#state === 'idle' ? 'media' : null)
  }
  /** What of the programme its wire leaves out, in words; empty without a session. */
  get leavesOut(): readonly string[] {
    return this.#session?.fanOut.leavesOut() ?? nothingLeftOut
  }
  get liveSinceMs(): number | null {
    return this.#liveSinceMs
  }

  /** The move to another place that is under way or has failed; null for none. */
  get handover(): Handover | null {
    return this.#handover
  }
  /** Where the server sent the present session on to: scheme, host and port. Null: it stayed, or there is none. */
  get sentTo(): string | null {
    return this.#session?.connection.sentTo ?? null
  }
  /** The number of the place where media goes to right now; null without a session. */
  get placeNo(): number | null {
    return this.#session === null ? null : (this.#dial?.target.placeNo ?? null)
  }

  figures(nowMs: number): OutputFigures {
    const connection = this.#session?.connection
    return {
      bytesTotal: this.#bytesBefore + (connection?.bytesSent ?? 0),
      ackedBytesTotal: connection?.ackedBytes ?? null,
      ackAgeMs: this.#session?.ackAgeMs ?? null,
      lastAckAgoMs: connection?.lastAckMs == null ? null : Math.max(0, nowMs - connection.lastAckMs),
      queueBytes: connection?.sink.queuedBytes ?? 0,
      framesDroppedTotal: this.#droppedBefore + (this.#session?.framesDropped ?? 0),
      framesSentTotal: this.#sentBefore + (this.#session?.framesSent ?? 0),
      reconnectsTotal: this.#reconnects,
      sessionMs: this.#liveSinceMs === null ? 0 : nowMs - this.#liveSinceMs,
      srt: connection?.srtStats ?? null,
    }
  }

  /** Wanted or not. Stopping ends the connection in good order; running waits for the source. */
  setRunning(isRunning: boolean): void {
    if (!isRunning) {
      this.#endInOrder('stop')
    } else if (this.#state === 'stopped') this.rearm()
  }

  /** A clean sheet for an output that was stopped, disabled or failed; one that runs is left alone. */
  rearm(): void {
    if (!this.#move('rearm', null)) return
    this.#redial.reset()
    this.#wasLive = false
    this.#kick()
  }

  /** The operator's "now": ends what is open or waiting and connects afresh, from any state but stopped. */
  restart(): void {
    if (this.#state === 'stopped') return
    this.#disconnect()
    this.#redial.reset()
    this.#wasLive = false
    this.#move('restart', null)
    this.#kick()
  }

  /** It goes to another rung, and is fed from the old one until the cut. */
  get isChangingRung(): boolean {
    return this.#cut !== null
  }
  /** Its delay was raised: it is sent nothing until that has passed. */
  get isHolding(): boolean {
    return this.#cut?.isHolding === true
  }

  /**
   * New rules, another place or another rung (`fanOuts`): a session goes over to that one on its connection. A live output moves to it make-before-break where both can be open at once; any other reconnects.
   * Asked back to where it is, it stays.
   */
  setTarget(target: OutputTarget, fanOuts = this.#fanOuts): TargetEffect {
    const before = this.#target
    const isOtherRung = fanOuts !== this.#fanOuts
    this.#target = target
    this.#fanOuts = fanOuts
    if (isSamePlace(before, target)) {
      if (isOtherRung) return this.#changeRung()
      if (this.#dial !== null && isSamePlace(this.#dial.target, target)) this.#dial.target = target
      this.#handover?.setRules(target)
      this.#applyRules()
      return 'none'
    }
    this.#endHandover()
    if (this.#state === 'live' && this.#dial !== null && this.#session !== null) {
      if (isSamePlace(this.#dial.target, target)) {
        this.#dial.target = target
        this.#beginCut(this.#session)
        return 'beside'
      }
      if (canOverlap(this.#dial.target, target)) {
        this.#beginHandover(this.#session)
        return 'beside'
      }
    }
    this.restart()
    return 'reconnected'
  }

  /**
   * Whether the channel has media to send; to be told again from time to time. `bytesPerSecond` (0: unknown) turns the queue's bound in
   * time into bytes. An output that refused the source's codec comes back when the codec has changed.
   */
  setSource(hasSource: boolean, bytesPerSecond: number): void {
    if (bytesPerSecond > 0) {
      this.#bytesPerSecond = bytesPerSecond
      this.#applyRules()
    }
    if (this.#state === 'failed' && this.#refusedAt?.refuses() === null) this.rearm()
    if (hasSource === this.#hasSource) return
    this.#hasSource = hasSource
    if (hasSource) this.#kick()
    else this.#endInOrder('sourceGone')
  }

  close(): void {
    this.#move('stop', null)
    this.#disconnect()
  }

  #kick(): void {
    if (this.#hasSource && this.#move('sourceReady', null)) this.#connect()
  }

  #connect(): void {
    this.#redial.begin()
    this.#dial = new Dial(this.#parts.open, this.#target, {
      onReady: (connection) => this.#attach(connection),
      onClose: (failure) => this.#fail(failure),
    })
  }

  #attach(connection: OutputConnection): void {
    const session = new OutputSession(connection, this.#fanOuts)
    this.#session = session
    if (this.#hasRefused(session.fanOut)) return
    session.join(this.#rules(), this.#parts.clock.nowMs())
    session.fanOuts.health.add(this.#watched)
  }

  #changeRung(): TargetEffect {
    const session = this.#session
    const isMoving = this.#handover !== null
    this.#endHandover()
    if (session === null) {
      // A connection under way finds the new rung when it is ready.
      if (this.#state === 'connecting') return 'none'
      this.restart()
      return 'reconnected'
    }
    this.#applyRules()
    if (isMoving) this.#beginHandover(session)
    else this.#beginCut(session)
    return 'none'
  }

  #beginCut(session: OutputSession): void {
    this.#cut?.cancel()
    this.#cut = null
    const to = this.#fanOuts
    if (to === session.fanOuts) return
    this.#cut = new RungCut({
      clock: this.#parts.clock,
      session,
      to,
      onMove: (soundDts) => {
        this.#cut = null
        session.fanOuts.health.delete(this.#watched)
        session.moveTo(to, 'gop', this.#rules(), soundDts)
        to.health.add(this.#watched)
      },
      onBack: () => session.moveTo(session.fanOuts, 'key', this.#rules()),
    })
    this.#cut.start()
  }

  #beginHandover(old: OutputSession): void {
    const { clock, random, budget, open } = this.#parts
    this.#handover = new Handover(this.#target, {
      clock,
      random,
      budget,
      fanOuts: this.#fanOuts,
      open,
      old,
      rules: () => this.#rules(),
      onChange: (change) => {
        if (change.to === 'done') this.#handover = null
        this.#parts.onHandover?.(change)
      },
      onDone: (dial, session) => this.#adopt(dial, session),
    })
    this.#handover.start()
  }

  #endHandover(): void {
    this.#cut?.cancel()
    this.#cut = null
    this.#handover?.close()
    this.#handover = null
  }

  /** The new session carries the media: the old one ends in good order, and the output was live all along. */
  #adopt(dial: Dial<OutputTarget>, session: OutputSession): void {
    const old = this.#dial
    this.#leaveSession()
    this.#dial = dial
    this.#session = session
    dial.listener = { onReady: () => {}, onClose: (failure) => this.#fail(failure) }
    this.#stalledSinceMs = null
    session.fanOuts.health.add(this.#watched)
    old?.close()
  }

  /** True when the wire can't carry the source's codecs: sending on would look live and show nothing. */
  #hasRefused(fanOut: FanOut): boolean {
    const refused = fanOut.refuses()
    if (refused === null) return false
    const message = `the source's ${refused.kind} codec is ${refused.codec}, which this destination does not accept`
    this.#fail({ kind: 'codec', code: 'OUTPUT_CODEC', message })
    if (this.#state === 'failed') this.#refusedAt = fanOut
    return true
  }

  #checkHealth(nowMs: number): void {
    const session = this.#session
    if (session === null || this.#hasRefused(session.fanOut)) return
    // Its rung is gone, and what was to take it elsewhere did not.
    if (session.fanOut.isClosed && this.#cut === null) this.#beginCut(session)
    if (session.isBroken) {
      const message = 'a fault in Sluice kept the media from this output; it reconnects'
      this.#fail({ kind: 'remote-close', code: 'OUTPUT_INTERNAL', message })
      return
    }
    const health = session.look(nowMs, this.#stalledSinceMs !== null)
    if (health === null) return
    if (health.isStalled) this.#noteStall(health.evidence, health.forMs, nowMs)
    else this.#confirm(session, nowMs)
    if (this.#stalledSinceMs !== null) {
      const message = this.#reason?.message ?? 'the far end does not read'
      if (nowMs - this.#stalledSinceMs >= stalledForMs) this.#fail({ kind: 'stall', code: 'OUTPUT_STALLED', message })
    } else if (this.#liveSinceMs !== null) this.#redial.goodFor(nowMs - this.#liveSinceMs)
  }

  #noteStall(evidence: string, forMs: number, nowMs: number): void {
    this.#stalledSinceMs ??= nowMs
    const message = `the far end accepts the connection but does not read: ${evidence}`
    this.#move('stalled', { kind: 'stall', code: 'OUTPUT_STALLED', message, hint: adviceFor('stall') }, forMs)
  }

  /** Live means that the far end has confirmed media, not that it said yes; after a stall, that it has taken something since. */
  #confirm(session: OutputSession, nowMs: number): void {
    if (this.#stalledSinceMs !== null && !session.hasTakenSince(this.#stalledSinceMs)) return
    if (!session.isConfirmed) return
    this.#stalledSinceMs = null
    if (this.#state === 'live') return
    if (this.#wasLive && this.#liveSinceMs === null) this.#reconnects++
    this.#wasLive = true
    this.#liveSinceMs ??= nowMs
    this.#move(this.#state === 'stalled' ? 'recovered' : 'accepted', null)
  }

  #fail(failure: Failure): void {
    if (this.#handover?.takeOver() === true) return
    const reason: OutputReason = {
      kind: failure.kind,
      code: failure.code,
      message: failure.message,
      hint: failure.hint ?? adviceFor(failure.kind),
    }
    this.#disconnect()
    if (failure.kind === 'auth' || failure.kind === 'codec') {
      this.#move('refusedForGood', reason)
      return
    }
    const gaveUp = this.#redial.fail(this.#target.retry)
    this.#move('lost', reason)
    if (gaveUp === null) return
    this.#move('gaveUp', { ...reason, code: 'OUTPUT_DISABLED', message: `disabled after ${gaveUp}; last: ${failure.message}` })
  }

  /** Nothing is wrong: the far end gets what was gathered for it, then the end of the stream. */
  #endInOrder(event: 'stop' | 'sourceGone'): void {
    if (!this.#move(event, null)) return
    this.#session?.flush()
    this.#wasLive = false // the next session is one more, and no reconnect
    this.#disconnect()
  }

  /** Ends connection, place at the fan-out and timers; keeps the totals. */
  #disconnect(): void {
    this.#endHandover()
    this.#redial.cancel()
    this.#stalledSinceMs = null
    this.#liveSinceMs = null
    this.#leaveSession()
    this.#dial?.close()
    this.#dial = null
  }

  #leaveSession(): void {
    const session = this.#session
    if (session === null) return
    this.#droppedBefore += session.framesDropped
    this.#sentBefore += session.framesSent
    this.#bytesBefore += session.connection.bytesSent
    this.#session = null
    session.fanOuts.health.delete(this.#watched)
    session.leave()
    // Also where it never joined: a fan-out that was made for a refused codec must not go on encoding for nobody.
    session.fanOuts.sweep()
  }

  #move(event: OutputEvent, reason: OutputReason | null, unconfirmedMs = 0): boolean {
    const to = nextOutputState(this.#state, event)
    if (to === null) return false
    const from = this.#state
    this.#state = to
    this.#refusedAt = null
    this.#reason = reason
    this.#parts.onChange({ from, to, reason, nextRetryMs: this.#redial.nextMs, unconfirmedMs })
    return true
  }

  #rules(): SessionRules {
    const bytesPerSecond = this.#bytesPerSecond
    const queueBytes = ((bytesPerSecond > 0 ? bytesPerSecond : assumedBytesPerSecond) * this.#target.queueMs) / 1000
    return { maxQueuedBytes: Math.max(minQueuedBytes, queueBytes), bytesPerSecond, mayGather: this.#target.mayGather === true }
  }

  #applyRules(): void {
    this.#session?.setRules(this.#rules(), this.#parts.clock.nowMs())
  }
}
