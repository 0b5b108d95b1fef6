import { AckAge } from './ack-age.ts'
import type { FanOut, FanOutMember } from './fan-out.ts'
import { type Health, judgeHealth, type Progress } from './health.ts'
import { TakenWatch } from './taken-watch.ts'
import type { OutputConnection } from './transport.ts'

/** Without an acknowledgement for so long the kernel is asked what it holds. At 2 Mbit/s and more most far ends say so oftener. */
const doubtAfterMs = 1200

/** A connection with its place at a fan-out. It does not own the connection: who dialled it closes it. */
export class OutputSession {
  readonly connection: OutputConnection
  readonly fanOut: FanOut
  #member: FanOutMember | null = null
  #joinedMs = 0
  #lastFramesSent = 0
  #lastWriteMs = 0
  #lastAckedBytes = 0
  #ackStepBytes = 0
  readonly #taken = new TakenWatch()
  /** Made with the first look: most sessions of a burst of failures never get there. */
  #marks: AckAge | null = null
  #markedAckMs: number | null = null
  #ackAgeMs: number | null = null

  constructor(connection: OutputConnection, fanOut: FanOut) {
    this.connection = connection
    this.fanOut = fanOut
  }

  get framesSent(): number {
    return this.#member?.framesSent ?? 0
  }
  /** What it lacks of the source; null when nothing. */
  get waitsFor(): 'media' | 'key-frame' | null {
    return this.#member === null ? null : this.fanOut.waitsFor(this.#member)
  }
  get framesDropped(): number {
    return this.#member?.framesDropped ?? 0
  }

  /** How long the newest byte that the far end has acknowledged was on its way; null while it never did. */
  get ackAgeMs(): number | null {
    return this.#ackAgeMs
  }

  /** Takes head and last GOP at once, and all that follows. */
  join(maxQueuedBytes: number, nowMs: number): void {
    this.#begin(this.fanOut.join(this.connection, maxQueuedBytes), nowMs)
  }

  /** Takes head and next key frame, and all that follows. `onStart`: in the flush that began it, where the fan-out must be left alone. */
  joinAtKey(maxQueuedBytes: number, nowMs: number, onStart: () => void): void {
    this.#begin(this.fanOut.joinAtKey(this.connection, maxQueuedBytes, onStart), nowMs)
  }

  /** Gets all before the next key frame and nothing more. */
  leaveAtKey(): void {
    if (this.#member !== null) this.fanOut.leaveAtKey(this.#member)
  }

  /** Takes `leaveAtKey` back. */
  stay(): void {
    if (this.#member !== null) this.fanOut.stay(this.#member)
  }

  leave(): void {
    if (this.#member !== null) this.fanOut.leave(this.#member)
  }

  boundQueue(maxQueuedBytes: number): void {
    if (this.#member !== null) this.#member.maxQueuedBytes = maxQueuedBytes
  }

  /** Media has left for the far end since it joined. */
  get isProven(): boolean {
    return this.connection.lastProgressMs > this.#joinedMs
  }

  health(nowMs: number, isStalled: boolean): Health {
    return judgeHealth(this.#progress(nowMs, isStalled), nowMs)
  }

  #begin(member: FanOutMember, nowMs: number): void {
    this.#member = member
    this.#joinedMs = nowMs
    this.#lastWriteMs = nowMs
  }

  #progress(nowMs: number, isStalled: boolean): Progress {
    const { connection, framesSent } = this
    if (framesSent !== this.#lastFramesSent) {
      this.#lastFramesSent = framesSent
      this.#lastWriteMs = nowMs
    }
    const acked = connection.ackedBytes
    this.#markAck(acked, nowMs)
    // What piled up during a stall is no rhythm.
    if (acked !== null && !isStalled) {
      this.#ackStepBytes = Math.max(this.#ackStepBytes, acked - this.#lastAckedBytes)
      this.#lastAckedBytes = acked
    }
    const isInDoubt = nowMs - (connection.lastAckMs ?? this.#joinedMs) >= doubtAfterMs
    this.#taken.add(isInDoubt ? (connection.lookTaken?.() ?? null) : null)
    return {
      queuedBytes: connection.queuedBytes,
      heldForMs: this.#taken.heldForMs,
      isShut: this.#taken.isShut,
      lastProgressMs: connection.lastProgressMs,
      unackedBytes: acked === null ? null : connection.bytesSent - acked,
      lastAckMs: connection.lastAckMs,
      ackStepBytes: this.#ackStepBytes,
      lastWriteMs: this.#lastWriteMs,
    }
  }

  #markAck(ackedBytes: number | null, nowMs: number): void {
    const { bytesSent, lastAckMs } = this.connection
    this.#marks ??= new AckAge()
    this.#marks.mark(bytesSent, nowMs)
    if (ackedBytes === null || lastAckMs === null || lastAckMs === this.#markedAckMs) return
    this.#markedAckMs = lastAckMs
    this.#ackAgeMs = this.#marks.acked(ackedBytes, lastAckMs)
  }
}
