import type { Clock, Timer } from '@sluice/base/clock'
import { DirectWrites } from '@sluice/protocols/socket'
import type { FanOutMember, FlushTally } from './fan-out-member.ts'
import { joinPieces, keepPieces } from './joined-pieces.ts'
import type { ProcessingMeter } from './processing-meter.ts'

/** A member that comes at the next key frame, and whom to tell once it has. */
type Starter = { readonly member: FanOutMember; readonly onStart: () => void }

/** 90 kHz ticks of programme time by kind of track; null before the first frame. */
export type KindTimes = { video: number | null; audio: number | null }

/** The frame that is put in, as far as a flush needs to know it. `lastDts`: of each kind, before this frame. */
export type FrameFacts = {
  readonly dts: number
  readonly isVideo: boolean
  /** Decoding can begin here. */
  readonly isStart: boolean
  /** When it had come in; null for one that was made here. */
  readonly readMs: number | null
  readonly lastDts: Readonly<KindTimes>
}

/** Once so many members are there, what is pending waits up to `ms` for more: fewer writes, each of several frames. */
export type Gather = { readonly ms: number; readonly minMembers: number }

export type GroupParts = {
  readonly clock: Clock
  readonly processing: ProcessingMeter | null
  /** Codec configuration for those who come back at a key frame, stamped with times that no track steps back from. */
  readonly head: (dts: number, dtsBefore: Readonly<KindTimes>) => Uint8Array
  /** Null: each turn is flushed. */
  readonly gather: Gather | null
}

/** Audio alone waits for company: written when so much has gathered, or after the timer. Beside video the next frame takes it along. */
const loneAudioBytes = 4096
const loneAudioMs = { withVideo: 60, alone: 20 } as const
/** Above this share of the time between frames, flushing each of them costs too much: gather for longer. Measured in bench/fanout. */
const busyShare = 0.4
const busyGatherMs = 40
/** How far one turn moves the smoothed figures. */
const costStep = 1 / 16
const intervalStep = 1 / 8
/** Timed data that waits for a frame to go with; what is more than that while none comes is left out. */
const maxLoneDataBytes = 64 * 1024
/** Frames are gathered up to the end of one read; whoever says no end to it must not fill the memory. */
const maxPendingBytes = 4 * 1024 * 1024
const maxPendingFrames = 1000

/**
 * The members of a fan-out that are written to at the same moments, and what waits for them. Hot path (members x frames a second):
 * never throws, awaits, logs or copies per member. A slow member drops to its next key frame at its own bound and is never waited for.
 */
export class FanOutGroup {
  readonly #parts: GroupParts
  readonly #tally: FlushTally = { frames: 0 }
  // bound: one an output or player of the wire; the spec and the listener bound them
  readonly #members = new Set<FanOutMember>()
  /** Who comes and who goes with the next key frame: the two ends of a cut, which may be at two fan-outs. */
  // bound: one an output or player of the wire, until the next key frame
  readonly #starters: Starter[] = []
  // bound: one an output or player of the wire, until the next key frame
  readonly #leavers: FanOutMember[] = []
  /** Who has gone so, and was not let go by `leave` yet: a cut that fails at its other end takes them back. */
  // bound: one an output or player of the wire, until it is let go
  readonly #gone = new Set<FanOutMember>()
  /** Of one flush: who is written to by descriptor, and who by its sink. */
  // bound: one a member, empty between flushes
  readonly #direct: FanOutMember[] = []
  // bound: one a member, empty between flushes
  readonly #others: FanOutMember[] = []
  readonly #fds = new DirectWrites()
  // bound: `maxPendingBytes` and `maxPendingFrames`, flushed when full
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #pendingFrames = 0
  #dataPendingBytes = 0
  #hasVideoPending = false
  /** Where the first key frame begins in what is pending, and how many frames stand before it; -1 while there is none. */
  #keyAt = -1
  #framesBeforeKey = 0
  #keyDts = 0
  readonly #dtsBeforeKey: KindTimes = { video: null, audio: null }
  /** When the oldest pending frame had come in; null for one that was made here. */
  #batchReadMs: number | null = null
  /** The first turn with pending frames; null while none are. */
  #batchTurnMs: number | null = null
  #timer: Timer | null = null
  #timerDueMs = 0
  #lastFlushMs = Number.NEGATIVE_INFINITY
  #flushCostMs = 0
  #lastTurnMs: number | null = null
  /** Smoothed time between turns that have something to write; 0 before the second. */
  #turnIntervalMs = 0

  constructor(parts: GroupParts) {
    this.#parts = parts
  }

  get memberCount(): number {
    return this.#members.size + this.#starters.length + this.#gone.size
  }

  /** Smoothed milliseconds that one flush to all members takes. */
  get flushCostMs(): number {
    return this.#flushCostMs
  }

  /** Nobody here takes anything, now or at the next key frame: nothing needs to be put in. */
  get isEmpty(): boolean {
    return this.#members.size + this.#starters.length === 0
  }

  /** Adds a member that has had `framesBefore` frames already, or waits for a key frame. */
  join(member: FanOutMember, framesBefore: number): void {
    member.enter(this.#tally, framesBefore)
    this.#members.add(member)
  }

  joinAtKey(member: FanOutMember, onStart: () => void): void {
    this.#starters.push({ member, onStart })
  }

  leaveAtKey(member: FanOutMember): void {
    this.#leavers.push(member)
  }

  /** Takes `leaveAtKey` back. One who has gone already comes back at the next key frame. */
  stay(member: FanOutMember): void {
    this.#forget(member)
    if (!this.#gone.delete(member)) return
    member.needsKey = true
    this.join(member, 0)
  }

  leave(member: FanOutMember): void {
    this.#remove(member)
    this.#gone.delete(member)
    this.#forget(member)
    const at = this.#starters.findIndex((starter) => starter.member === member)
    if (at >= 0) this.#starters.splice(at, 1)
  }

  /** Takes out a member that comes and goes with no cut, for another group; false for any other. */
  giveUp(member: FanOutMember): boolean {
    return !this.#leavers.includes(member) && this.#remove(member)
  }

  /** Bytes that all get before the next frame and that are no frame: the head of new tracks. */
  putHead(wire: Uint8Array): void {
    this.#push(wire)
  }

  putData(wire: Uint8Array): void {
    if (this.#dataPendingBytes + wire.length > maxLoneDataBytes) return
    this.#dataPendingBytes += wire.length
    this.#push(wire)
  }

  putFrame(wire: readonly Uint8Array[], frame: FrameFacts): void {
    if (this.#pendingFrames === 0) this.#batchReadMs = frame.readMs
    if (frame.isStart && this.#keyAt < 0) {
      this.#keyAt = this.#pendingBytes
      this.#framesBeforeKey = this.#pendingFrames
      this.#keyDts = frame.dts
      this.#dtsBeforeKey.video = frame.lastDts.video
      this.#dtsBeforeKey.audio = frame.lastDts.audio
    }
    if (frame.isVideo) this.#hasVideoPending = true
    this.#pendingFrames++
    for (const piece of wire) this.#push(piece)
    if (this.#pendingBytes >= maxPendingBytes || this.#pendingFrames >= maxPendingFrames) this.flush()
  }

  /** Before a frame at which decoding can begin: with a cut to come, what is before it goes out by itself, since not all get it. */
  beforeStart(): void {
    if (this.#pendingFrames > 0 && this.#starters.length + this.#leavers.length > 0) this.flush()
  }

  /** The source has given all that it had for now. `hasVideo`: of the programme, pending or not. */
  onTurn(hasVideo: boolean): void {
    if (this.#pendingFrames === 0 && this.#dataPendingBytes === 0) return
    const nowMs = this.#parts.clock.nowMs()
    if (!this.#hasVideoPending && this.#pendingBytes < loneAudioBytes) {
      this.#flushIn(hasVideo ? loneAudioMs.withVideo : loneAudioMs.alone, nowMs)
      return
    }
    this.#countTurn(nowMs)
    const waitMs = this.#isCutDue ? 0 : this.#waitMs(nowMs)
    if (waitMs > 0) this.#flushIn(waitMs, nowMs)
    else this.flush()
  }

  flush(): void {
    this.stopTimer()
    if (this.#pending.length === 0) return
    const { clock, processing } = this.#parts
    const startMs = clock.nowMs()
    const batch = joinPieces(this.#pending, this.#pendingBytes)
    const frames = this.#pendingFrames
    const keyAt = this.#keyAt
    const framesBeforeKey = keyAt < 0 ? frames : this.#framesBeforeKey
    this.#clearPending()
    this.#tally.frames += framesBeforeKey
    if (keyAt >= 0 && this.#starters.length + this.#leavers.length > 0) this.#cut()
    this.#writeAll(batch, keyAt, frames, framesBeforeKey)
    this.#tally.frames += frames - framesBeforeKey
    const endMs = clock.nowMs()
    this.#flushCostMs += (endMs - startMs - this.#flushCostMs) * costStep
    if (this.#batchReadMs !== null && this.#members.size > 0) processing?.add(endMs - this.#batchReadMs, endMs)
    this.#lastFlushMs = startMs
  }

  /** What was gathered is not to be trusted: all members begin again at the next key frame. */
  dropPending(): void {
    this.stopTimer()
    this.#clearPending()
    for (const member of this.#members) member.needsKey = true
  }

  stopTimer(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  /** A key frame is pending at which somebody comes or goes. */
  get #isCutDue(): boolean {
    return this.#keyAt >= 0 && this.#starters.length + this.#leavers.length > 0
  }

  /**
   * How long what is pending may wait for more. The smoothed interval is what counts and not the time since the last flush: audio that went
   * out by itself a moment ago must not hold back the key frame behind it.
   */
  #waitMs(nowMs: number): number {
    const { gather } = this.#parts
    this.#batchTurnMs ??= nowMs
    if (gather !== null && this.#members.size >= gather.minMembers) {
      const leftMs = gather.ms - (nowMs - this.#batchTurnMs)
      // The frame behind this one would come too late: waiting for the time to be up would bring nothing but delay.
      return this.#turnIntervalMs <= leftMs ? leftMs : 0
    }
    const isBusy = this.#turnIntervalMs > 0 && this.#flushCostMs > busyShare * this.#turnIntervalMs
    return isBusy ? busyGatherMs - (nowMs - this.#lastFlushMs) : 0
  }

  #countTurn(nowMs: number): void {
    const intervalMs = this.#lastTurnMs === null ? null : Math.min(1000, nowMs - this.#lastTurnMs)
    this.#lastTurnMs = nowMs
    if (intervalMs === null) return
    this.#turnIntervalMs =
      this.#turnIntervalMs === 0 ? intervalMs : this.#turnIntervalMs + (intervalMs - this.#turnIntervalMs) * intervalStep
  }

  /** The soonest that was asked for counts: audio may have waited for company already. */
  #flushIn(delayMs: number, nowMs: number): void {
    const dueMs = nowMs + delayMs
    if (this.#timer !== null && this.#timerDueMs <= dueMs) return
    this.#timer?.cancel()
    this.#timerDueMs = dueMs
    this.#timer = this.#parts.clock.after(delayMs, () => this.flush())
  }

  /**
   * First whoever needs nothing but this batch on an open descriptor. What is kept of a member is in no cache by the time of its write: read for all
   * of them in one go, and with nothing between, the processor waits for many at a time.
   */
  #writeAll(joined: Uint8Array, keyAt: number, frames: number, framesBeforeKey: number): void {
    this.#fds.clear()
    for (const member of this.#members) {
      const fd = member.needsKey ? -1 : (member.sink.directFd ?? -1)
      if (fd >= 0) this.#fds.add(fd)
      ;(fd >= 0 ? this.#direct : this.#others).push(member)
    }
    this.#fds.write(joined)
    // Before any of them is called: what they call may flush another group.
    const batch = this.#others.length === 0 && this.#fds.hasTakenAll(joined.length) ? joined : keepPieces(joined)
    for (let i = 0; i < this.#direct.length; i++) {
      const member = this.#direct[i]!
      try {
        member.sink.afterDirect!(batch, this.#fds.takenBytes(i))
      } catch {
        this.#break(member)
      }
    }
    this.#direct.length = 0
    if (this.#others.length === 0) return
    this.#writeOthers(batch, keyAt < 0 ? null : keyAt === 0 ? batch : batch.subarray(keyAt), frames, framesBeforeKey)
  }

  #writeOthers(batch: Uint8Array, fromKey: Uint8Array | null, frames: number, framesBeforeKey: number): void {
    let returnHead: Uint8Array | null = null
    for (const member of this.#others.splice(0)) {
      try {
        const { sink } = member
        if (!member.needsKey) {
          if (sink.queuedBytes <= member.maxQueuedBytes) {
            sink.write(batch)
            continue
          }
          member.needsKey = true
          member.framesDropped += frames
          continue
        }
        // Half the bound before it comes back: else it would drop again within the same GOP.
        if (fromKey === null || sink.queuedBytes > member.maxQueuedBytes / 2) {
          member.framesDropped += frames
          continue
        }
        member.needsKey = false
        member.framesDropped += framesBeforeKey
        returnHead ??= this.#parts.head(this.#keyDts, this.#dtsBeforeKey)
        member.startBytes ??= returnHead.length + fromKey.length
        sink.write(returnHead)
        sink.write(fromKey)
      } catch {
        this.#break(member)
      }
    }
  }

  /** Its owner sees it at the next look, and ends it alone. */
  #break(member: FanOutMember): void {
    member.isBroken = true
    this.#remove(member)
  }

  /** Before a batch that starts with a key frame goes out: who leaves has had everything before it, who comes gets it first. */
  #cut(): void {
    for (const member of this.#leavers.splice(0)) if (this.#remove(member)) this.#gone.add(member)
    for (const { member, onStart } of this.#starters.splice(0)) {
      this.join(member, 0)
      onStart()
    }
  }

  #remove(member: FanOutMember): boolean {
    if (!this.#members.delete(member)) return false
    member.leave()
    return true
  }

  #forget(member: FanOutMember): void {
    const at = this.#leavers.indexOf(member)
    if (at >= 0) this.#leavers.splice(at, 1)
  }

  #push(wire: Uint8Array): void {
    this.#pending.push(wire)
    this.#pendingBytes += wire.length
  }

  #clearPending(): void {
    this.#pending = []
    this.#pendingBytes = 0
    this.#pendingFrames = 0
    this.#dataPendingBytes = 0
    this.#hasVideoPending = false
    this.#keyAt = -1
    this.#batchTurnMs = null
  }
}
