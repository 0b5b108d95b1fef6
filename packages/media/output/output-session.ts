import { publisherAckWindowBytes } from '@sluice/protocols/rtmp'
import { AckAge } from './ack-age.ts'
import { nextAckWindow } from './ack-window.ts'
import type { FanOut } from './fan-out.ts'
import type { FanOutMember } from './fan-out-member.ts'
import type { FanOutSet } from './fan-out-set.ts'
import { dueBytes, type Health, judgeHealth, type Progress } from './health.ts'
import { IntakeMonitor } from './intake-monitor.ts'
import type { OutputConnection } from './transport.ts'

/**
 * Without an acknowledgement for so long the kernel is asked what it holds. RTMP outputs are asked for one a second, so a steady far end is
 * not in doubt; what is in doubt at a constant rate is known within 5 s: 1.75 s, 2.5 s without a byte taken, and the time between two looks.
 */
const doubtAfterMs = 1750
/** A healthy session is judged so often; all are marked and looked over at each tick. */
const judgeEveryMs = 1000
/** The rate of a programme swings: a window is not asked for anew before so long. */
const askAgainMs = 10_000
/** Where neither the kernel nor the far end tells anything for so long, bytes that have left are all that can be known. */
const blindAfterMs = 5000

/** What a session goes by. `bytesPerSecond`: of the programme, 0 while it is not known. */
export type SessionRules = { readonly maxQueuedBytes: number; readonly bytesPerSecond: number; readonly mayGather: boolean }

/** A connection with its place at a fan-out. It does not own the connection: who dialled it closes it. */
export class OutputSession {
  readonly connection: OutputConnection
  #fanOut: FanOut
  /** The rung whose fan-out it is at. */
  #fanOuts: FanOutSet
  /** At fan-outs before this one. */
  #sentBefore = 0
  #droppedBefore = 0
  #member: FanOutMember | null = null
  #joinedMs = 0
  /** Bytes that the connection had sent when it joined: the handshake, and no media. */
  #joinedBytes = 0
  /** When the first key frame was first seen to have gone out. */
  #startedMs: number | null = null
  #isConfirmed = false
  /** When the far end was last seen to take anything. */
  #confirmedMs: number | null = null
  #hasLooked = false
  #lastFramesSent = 0
  #lastWriteMs = 0
  #lastAckedBytes = 0
  #ackStepBytes = 0
  #ackWindowBytes = publisherAckWindowBytes
  #askedMs = Number.NEGATIVE_INFINITY
  /** Acknowledgements until a step is all of the window that was asked for last. */
  #oldSteps = 0
  #judgeDueMs = 0
  #queuedSinceMs: number | null = null
  #drainedMs: number | null = null
  #lastLookMs = 0
  readonly #taken = new IntakeMonitor()
  /** Made with the first look: most sessions of a burst of failures never get there. */
  #marks: AckAge | null = null
  #markedAckMs: number | null = null
  #ackAgeMs: number | null = null

  constructor(connection: OutputConnection, fanOuts: FanOutSet) {
    this.connection = connection
    this.#fanOuts = fanOuts
    this.#fanOut = fanOuts.get(connection.wireKey, () => connection.makeFormat())
  }

  get fanOut(): FanOut {
    return this.#fanOut
  }
  get fanOuts(): FanOutSet {
    return this.#fanOuts
  }
  get framesSent(): number {
    return this.#sentBefore + (this.#member?.framesSent ?? 0)
  }
  /** What it lacks of the source; null when nothing. */
  get waitsFor(): 'media' | 'key-frame' | null {
    return this.#member === null ? null : this.fanOut.waitsFor(this.#member)
  }
  get framesDropped(): number {
    return this.#droppedBefore + (this.#member?.framesDropped ?? 0)
  }

  /** A fault of our own keeps media from it: it would look live and get nothing. */
  get isBroken(): boolean {
    return this.fanOut.isBroken || this.#member?.isBroken === true
  }

  /** How long the newest byte that the far end has acknowledged was on its way; null while it never did. */
  get ackAgeMs(): number | null {
    return this.#ackAgeMs
  }

  /** Takes head and last GOP at once, and all that follows. */
  join(rules: SessionRules, nowMs: number): void {
    const sentBefore = this.connection.bytesSent
    this.#begin(this.fanOut.join(this.connection.sink, rules.maxQueuedBytes, rules.mayGather), sentBefore, nowMs)
    this.setRules(rules, nowMs)
  }

  /** Takes head and next key frame, and all that follows. `onStart`: in the flush that began it, where the fan-out must be left alone. */
  joinAtKey(rules: SessionRules, nowMs: number, onStart: () => void): void {
    this.#begin(
      this.fanOut.joinAtKey(this.connection.sink, rules.maxQueuedBytes, onStart, rules.mayGather),
      this.connection.bytesSent,
      nowMs,
    )
    this.setRules(rules, nowMs)
  }

  /** Gets all before the first picture at `dts` or later of its rung, and then nothing more. */
  leaveBefore(dts: number, onLeft: () => void, isAtKey = false): void {
    if (this.#member !== null) this.fanOut.leaveBefore(this.#member, dts, onLeft, isAtKey)
  }

  /**
   * Goes on at a rung, another or the same, on the connection that it has, head first: with the last GOP, less the sound up to
   * `soundDts`, which it has had, or with the next key frame.
   */
  moveTo(fanOuts: FanOutSet, from: 'gop' | 'key', rules: SessionRules, soundDts: number | null = null): void {
    const before = this.#member
    this.leave()
    this.#sentBefore += before?.framesSent ?? 0
    this.#droppedBefore += before?.framesDropped ?? 0
    this.#fanOuts.sweep()
    const { connection } = this
    this.#fanOuts = fanOuts
    this.#fanOut = fanOuts.get(connection.wireKey, () => connection.makeFormat())
    this.#member =
      from === 'gop'
        ? this.#fanOut.join(connection.sink, rules.maxQueuedBytes, rules.mayGather, soundDts)
        : this.#fanOut.joinAtKey(connection.sink, rules.maxQueuedBytes, () => {}, rules.mayGather)
    if (before?.startBytes != null) this.#member.startBytes = before.startBytes
  }

  /** Gets all before the next key frame and nothing more. */
  leaveAtKey(): void {
    if (this.#member !== null) this.fanOut.leaveAtKey(this.#member)
  }

  /** Takes `leaveAtKey` back. */
  stay(): void {
    if (this.#member !== null) this.fanOut.stay(this.#member)
  }

  /** Before it is ended in good order: what is gathered for it goes out. */
  flush(): void {
    if (this.#member !== null) this.fanOut.flushFor(this.#member)
  }

  leave(): void {
    if (this.#member !== null) this.fanOut.leave(this.#member)
  }

  setRules({ maxQueuedBytes, bytesPerSecond, mayGather }: SessionRules, nowMs: number): void {
    if (this.#member !== null) {
      this.#member.maxQueuedBytes = maxQueuedBytes
      this.fanOut.setGathered(this.#member, mayGather)
    }
    this.#askAcks(bytesPerSecond, nowMs)
  }

  /**
   * The far end has confirmed media of this session: by an acknowledgement of its protocol, or by its machine's acknowledgement of all
   * bytes up to the end of the first key frame. As of the last time that it was judged.
   */
  get isConfirmed(): boolean {
    return this.#isConfirmed
  }

  /** The far end was seen to take something since `sinceMs`. */
  hasTakenSince(sinceMs: number): boolean {
    return this.#confirmedMs !== null && this.#confirmedMs > sinceMs
  }

  /**
   * To be called four times a second: what it does not see, it can't judge. Null: nothing gives reason to judge again yet. A session
   * that is stalled, not confirmed, in doubt, or with bytes that wait is judged at each call.
   */
  look(nowMs: number, isStalled: boolean): Health | null {
    this.#see(nowMs, isStalled)
    const isQuiet = this.#isConfirmed && !isStalled && this.#queuedSinceMs === null && this.connection.sink.queuedBytes === 0
    if (isQuiet && nowMs < this.#judgeDueMs) return null
    const progress = this.#progress(nowMs, isStalled)
    this.#confirm(nowMs)
    return judgeHealth({ ...progress, unconfirmedSinceMs: this.#unconfirmedSinceMs() }, nowMs)
  }

  #askAcks(bytesPerSecond: number, nowMs: number): void {
    const { connection } = this
    const windowBytes = nextAckWindow(this.#ackWindowBytes, bytesPerSecond)
    if (connection.askAcks === undefined || windowBytes === this.#ackWindowBytes || nowMs - this.#askedMs < askAgainMs) return
    this.#askedMs = nowMs
    // The step under way may still be the old one; the one after it is the new, and the far end's rhythm from then on.
    if (windowBytes < this.#ackWindowBytes) this.#oldSteps = 2
    this.#ackWindowBytes = windowBytes
    connection.askAcks(windowBytes)
  }

  #begin(member: FanOutMember, sentBefore: number, nowMs: number): void {
    this.#member = member
    this.#joinedMs = nowMs
    this.#joinedBytes = sentBefore
    this.#lastWriteMs = nowMs
    this.#lastLookMs = nowMs
  }

  /** What every tick takes down of each session, and no more: there may be many. */
  #see(nowMs: number, isStalled: boolean): void {
    const { connection, framesSent } = this
    if (framesSent !== this.#lastFramesSent) {
      this.#lastFramesSent = framesSent
      this.#lastWriteMs = nowMs
    }
    this.#marks ??= new AckAge()
    this.#marks.mark(connection.bytesSent, nowMs)
    const { lastAckMs } = connection
    if (lastAckMs === null || lastAckMs === this.#markedAckMs) return
    this.#markedAckMs = lastAckMs
    const acked = connection.ackedBytes
    if (acked === null) return
    this.#ackAgeMs = this.#marks.acked(acked, lastAckMs)
    if (acked > this.#lastAckedBytes && acked > this.#joinedBytes) this.#confirmedMs = lastAckMs
    // What piled up during a stall is no rhythm.
    if (!isStalled) this.#learnStep(acked)
  }

  #learnStep(acked: number): void {
    const stepBytes = acked - this.#lastAckedBytes
    this.#lastAckedBytes = acked
    if (this.#oldSteps > 0 && --this.#oldSteps === 0) this.#ackStepBytes = stepBytes
    else this.#ackStepBytes = Math.max(this.#ackStepBytes, stepBytes)
  }

  #progress(nowMs: number, isStalled: boolean): Omit<Progress, 'unconfirmedSinceMs'> {
    const { connection } = this
    const { lastAckMs } = connection
    this.#watchQueue(nowMs)
    const doubtMs = (lastAckMs ?? this.#joinedMs) + doubtAfterMs
    const isInDoubt = !this.#isConfirmed || isStalled || nowMs >= doubtMs
    this.#judgeDueMs = isInDoubt ? nowMs : Math.min(nowMs + judgeEveryMs, doubtMs)
    const look = isInDoubt ? (connection.lookTaken?.() ?? null) : null
    if (look !== null) this.#hasLooked = true
    this.#taken.add(look)
    const acked = connection.ackedBytes
    return {
      queueStandsSinceMs: this.#queuedSinceMs === null ? null : Math.max(this.#queuedSinceMs, connection.lastProgressMs),
      heldForMs: Math.min(this.#taken.heldForMs, this.#drainedMs === null ? Number.POSITIVE_INFINITY : nowMs - this.#drainedMs),
      isShut: this.#taken.isShut,
      unackedBytes: acked === null ? null : connection.bytesSent - acked,
      lastAckMs,
      dueAgeMs: acked === null ? null : (this.#marks?.age(acked + dueBytes(this.#ackStepBytes, this.#ackWindowBytes), nowMs) ?? null),
      ackAgeMs: this.#ackAgeMs ?? 0,
      lastWriteMs: this.#lastWriteMs,
    }
  }

  /** A queue that stood at the look before and has moved since: the kernel had no room, so the far end's machine has made some. */
  #watchQueue(nowMs: number): void {
    const { sink, lastProgressMs } = this.connection
    if (this.#queuedSinceMs !== null && lastProgressMs > this.#lastLookMs) {
      this.#drainedMs = nowMs
      this.#confirmedMs = nowMs
    }
    this.#queuedSinceMs = sink.queuedBytes === 0 ? null : (this.#queuedSinceMs ?? nowMs)
    this.#lastLookMs = nowMs
  }

  #confirm(nowMs: number): void {
    const { movedMs, takenBytes } = this.#taken
    const hasMoved = movedMs !== null && takenBytes > this.#joinedBytes
    if (hasMoved && movedMs > (this.#confirmedMs ?? Number.NEGATIVE_INFINITY)) this.#confirmedMs = movedMs
    const startBytes = this.#member?.startBytes ?? null
    if (this.#isConfirmed || startBytes === null) return
    this.#startedMs ??= nowMs
    const { ackedBytes, lastAckMs, lastProgressMs } = this.connection
    const isAcked = ackedBytes !== null && ackedBytes > this.#joinedBytes && lastAckMs !== null && lastAckMs >= this.#joinedMs
    const isTaken = takenBytes >= this.#joinedBytes + startBytes
    const saysNothing = !this.#hasLooked && (ackedBytes === null || ackedBytes <= this.#joinedBytes)
    const isBlind = saysNothing && nowMs - this.#startedMs >= blindAfterMs
    this.#isConfirmed = isAcked || isTaken || (isBlind && this.#queuedSinceMs === null && lastProgressMs > this.#joinedMs)
  }

  /** What moves is on its way to be confirmed: a long first GOP over a thin line. Without a look at the kernel nothing is held against it. */
  #unconfirmedSinceMs(): number | null {
    if (this.#isConfirmed || this.#startedMs === null || !this.#hasLooked) return null
    return Math.max(this.#startedMs, this.#confirmedMs ?? 0)
  }
}
