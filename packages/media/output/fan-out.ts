import type { Clock, Timer } from '@sluice/base/clock'
import type { Frame, Track } from '@sluice/codecs/frame'
import type { BusReader, ProgrammeBus, ProgrammeData } from '../bus/index.ts'
import type { ProcessingMeter } from './processing-meter.ts'
import type { WireFormat } from './wire/wire-format.ts'

/** The end of the hot path for one output or player: a socket, seen as a place to write and a depth. */
export interface WireSink {
  write(bytes: Uint8Array): void
  /** Bytes that the process holds for this sink because the kernel would not take them yet. */
  readonly queuedBytes: number
}

/** One sink at a fan-out. Its counters are read by whoever joined it. */
export type FanOutMember = {
  readonly sink: WireSink
  /** Over this depth the member drops to its next key frame. */
  maxQueuedBytes: number
  /** It gets nothing until a batch that starts with a key frame. */
  needsKey: boolean
  framesDropped: number
  framesSent: number
  /** Bytes written up to the end of the first frame, where decoding begins; null before it. */
  startBytes: number | null
  /** Writing to the sink threw: it gets nothing more, and its owner ends it. */
  isBroken: boolean
}

/** A member that comes at the next key frame, and whom to tell once it has. */
type Starter = { readonly member: FanOutMember; readonly onStart: () => void }

/** 90 kHz ticks of programme time by kind of track; null before the first frame. */
type KindTimes = { video: number | null; audio: number | null }

/** Audio alone waits for company: written when so much has gathered, or after the timer. Beside video the next frame takes it along. */
const loneAudioBytes = 4096
const loneAudioMs = { withVideo: 60, alone: 20 } as const
/** Above this share of the time between flushes, flushing per frame costs too much: gather for longer. Measured in bench/fanout. */
const busyShare = 0.4
const gatherMs = 40
/** Timed data that waits for a frame to go with; what is more than that while none comes is left out. */
const maxLoneDataBytes = 64 * 1024
/** Frames are gathered up to the end of one read; whoever says no end to it must not fill the memory. */
const maxPendingBytes = 4 * 1024 * 1024
const maxPendingFrames = 1000
const nothing = new Uint8Array(0)

/**
 * Turns each frame into wire bytes once and writes the same buffer to every member, one write a flush and member.
 * Hot path (members x frames a second): never throws, awaits, logs or copies per member. A slow member drops to its next key frame
 * at its own bound and is never waited for.
 */
export class FanOut implements BusReader {
  readonly #bus: ProgrammeBus
  readonly #format: WireFormat
  readonly #clock: Clock
  readonly #processing: ProcessingMeter | null
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
  // bound: `maxPendingBytes` and `maxPendingFrames`, flushed when full
  #pending: Uint8Array[] = []
  #pendingBytes = 0
  #pendingFrames = 0
  #isKeyBatch = false
  #hasVideoPending = false
  #dataPendingBytes = 0
  /** Timed data came that this wire has no place for. */
  #hasLeftDataOut = false
  // bound: one a kind and id of the programme’s tracks
  #tracks: readonly Track[] = []
  #hasVideo = false
  /** Tracks have changed: the next frame has the new head before it, stamped with its time. */
  #needsHead = false
  /** Programme time of the newest frame of each kind: now, and when the pending batch began. Heads must not step back behind it. */
  readonly #lastDts: KindTimes = { video: null, audio: null }
  readonly #dtsBefore: KindTimes = { video: null, audio: null }
  #batchDts = 0
  /** When the oldest frame of the pending batch had come in; null for one that was made here. */
  #batchReadMs: number | null = null
  /** The head for those who come back at the batch that is being flushed. */
  // bound: one head of the wire format
  #returnHead: Uint8Array | null = null
  /** The bus's last GOP as it went on the wire, pending frames included: a format may keep counters, so nothing is encoded twice. */
  // bound: one a frame of the GOP cache, with its bounds
  #gopWire: Uint8Array[] = []
  // bound: one GOP of the GOP cache, with its bounds
  #joinBytes: Uint8Array | null = null
  /** How much of `#joinBytes` is the head and the GOP's first frame. */
  #joinStartBytes = 0
  #timer: Timer | null = null
  #lastFlushMs = 0
  #flushCostMs = 0
  #isBroken = false

  constructor(bus: ProgrammeBus, format: WireFormat, clock: Clock, processing: ProcessingMeter | null = null) {
    this.#processing = processing
    this.#bus = bus
    this.#format = format
    this.#clock = clock
    bus.join(this)
    for (const frame of bus.gop) {
      this.#keepForJoiners(this.#format.frame(frame))
      this.#lastDts[frame.track.kind] = frame.dts
      this.#dtsBefore[frame.track.kind] = frame.dts
    }
  }

  get memberCount(): number {
    return this.#members.size + this.#starters.length + this.#gone.size
  }

  /** Smoothed milliseconds that one flush to all members takes. */
  get flushCostMs(): number {
    return this.#flushCostMs
  }

  /** What of the programme this wire leaves out, in words for the operator; empty when it carries all. */
  leavesOut(): readonly string[] {
    const tracks = this.#format.leavesOut?.(this.#bus.tracks) ?? []
    return this.#hasLeftDataOut ? [...tracks, "cue points and text data: this protocol can't carry them"] : tracks
  }

  /** What the source has not given yet that a member needs before anything can go out to it; null when it lacks nothing. */
  waitsFor(member: FanOutMember): 'media' | 'key-frame' | null {
    if (this.#tracks.length === 0) return 'media'
    return member.needsKey ? (this.#hasVideo ? 'key-frame' : 'media') : null
  }

  /** The format threw, and no key frame was written since: members starve, and have to be told so. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  refuses(): Track | null {
    return this.#format.refuses(this.#bus.tracks)
  }

  /** Adds a sink. It gets head and last GOP at once, in one buffer that joiners of the same moment share. */
  join(sink: WireSink, maxQueuedBytes: number): FanOutMember {
    this.#flush()
    const member = newMember(sink, maxQueuedBytes)
    const { gop } = this.#bus
    const first = gop[0]
    if (first !== undefined && !this.#isBroken) {
      const firstOf = (track: Track): number => gop.find((frame) => frame.track.kind === track.kind)?.dts ?? first.dts
      if (this.#joinBytes === null) {
        const head = this.#format.head(this.#tracks, first.dts, firstOf)
        this.#joinBytes = Buffer.concat([head, ...this.#gopWire])
        this.#joinStartBytes = head.length + (this.#gopWire[0]?.length ?? 0)
      }
      sink.write(this.#joinBytes)
      member.startBytes = this.#joinStartBytes
      member.needsKey = false
      member.framesSent = this.#gopWire.length
    }
    this.#members.add(member)
    return member
  }

  /**
   * Adds a sink at the next key frame: it gets head, that frame and all that follows, and nothing before. `onStart` is called in the
   * flush that began it, so it must leave the fan-out alone.
   */
  joinAtKey(sink: WireSink, maxQueuedBytes: number, onStart: () => void): FanOutMember {
    this.#flush()
    const member = newMember(sink, maxQueuedBytes)
    this.#starters.push({ member, onStart })
    return member
  }

  /** The member gets all before the next key frame, and then leaves. Armed in one go with `joinAtKey` elsewhere, both mean the same frame. */
  leaveAtKey(member: FanOutMember): void {
    this.#flush()
    this.#leavers.push(member)
  }

  /** Takes `leaveAtKey` back. One who has gone already comes back at the next key frame. */
  stay(member: FanOutMember): void {
    this.#forget(member)
    if (!this.#gone.delete(member)) return
    member.needsKey = true
    this.#members.add(member)
  }

  leave(member: FanOutMember): void {
    this.#members.delete(member)
    this.#gone.delete(member)
    this.#forget(member)
    const at = this.#starters.findIndex((starter) => starter.member === member)
    if (at >= 0) this.#starters.splice(at, 1)
  }

  #forget(member: FanOutMember): void {
    const at = this.#leavers.indexOf(member)
    if (at >= 0) this.#leavers.splice(at, 1)
  }

  /** Stops reading the bus. Members are left as they are. */
  close(): void {
    this.#bus.leave(this)
    this.#timer?.cancel()
    this.#timer = null
  }

  onTracks(tracks: readonly Track[]): void {
    this.#flush()
    this.#tracks = tracks
    this.#hasVideo = tracks.some((track) => track.kind === 'video')
    this.#joinBytes = null
    this.#needsHead = true
  }

  onSplice(): void {
    this.#flush()
  }

  /** What was gathered is not to be trusted: all members begin again at the next key frame. */
  onFault(): void {
    this.#isBroken = true
    this.#timer?.cancel()
    this.#timer = null
    this.#pending = []
    this.#pendingBytes = 0
    this.#pendingFrames = 0
    this.#isKeyBatch = false
    this.#hasVideoPending = false
    this.#dataPendingBytes = 0
    this.#joinBytes = null
    this.#gopWire = []
    this.#needsHead = true
    for (const member of this.#members) member.needsKey = true
  }

  onFrame(frame: Frame): void {
    const isStart = this.#hasVideo ? isMainKey(frame) : this.#pendingFrames === 0
    // A key frame opens a batch, so that a member that waits for one can take the batch as it is. The head of new tracks stays before it.
    if (isStart && this.#pendingFrames > 0) this.#flush()
    if (this.#needsHead) this.#pushHead(frame)
    const wire = this.#format.frame(frame)
    if (isStart) this.#isBroken = false
    this.#keepForJoiners(wire)
    this.#lastDts[frame.track.kind] = frame.dts
    if (wire === null) return
    if (this.#pendingFrames === 0) {
      this.#batchDts = frame.dts
      this.#batchReadMs = this.#bus.readMs
    }
    if (isStart) this.#isKeyBatch = true
    if (frame.track.kind === 'video') this.#hasVideoPending = true
    this.#pendingFrames++
    this.#push(wire)
    if (this.#pendingBytes >= maxPendingBytes || this.#pendingFrames >= maxPendingFrames) this.#flush()
  }

  onData(data: ProgrammeData): void {
    const wire = this.#format.data?.(data)
    if (wire === undefined) {
      this.#hasLeftDataOut = true
      return
    }
    // Behind the head, which goes with the next frame; and never more than a little without one.
    if (this.#needsHead || this.#dataPendingBytes + wire.length > maxLoneDataBytes) return
    this.#dataPendingBytes += wire.length
    this.#push(wire)
  }

  onFlush(): void {
    if (this.#pendingFrames === 0 && this.#dataPendingBytes === 0) return
    const nowMs = this.#clock.nowMs()
    const sinceMs = nowMs - this.#lastFlushMs
    const isBusy = this.#flushCostMs > busyShare * Math.max(1, sinceMs) && sinceMs < gatherMs
    if (!isBusy && (this.#hasVideoPending || this.#pendingBytes >= loneAudioBytes)) this.#flush()
    else this.#timer ??= this.#clock.after(isBusy ? gatherMs - sinceMs : this.#loneAudioMs(), () => this.#flush())
  }

  #loneAudioMs(): number {
    return this.#hasVideo ? loneAudioMs.withVideo : loneAudioMs.alone
  }

  #pushHead({ dts, track: { kind } }: Frame): void {
    this.#needsHead = false
    this.#push(this.#format.head(this.#tracks, dts, (track) => (track.kind === kind ? dts : (this.#lastDts[track.kind] ?? dts))))
  }

  #push(wire: Uint8Array): void {
    this.#pending.push(wire)
    this.#pendingBytes += wire.length
  }

  #flush(): void {
    this.#timer?.cancel()
    this.#timer = null
    if (this.#pending.length === 0) return
    const startMs = this.#clock.nowMs()
    const batch = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending, this.#pendingBytes)
    const frames = this.#pendingFrames
    const isKeyBatch = this.#isKeyBatch
    this.#pending = []
    this.#pendingBytes = 0
    this.#pendingFrames = 0
    this.#isKeyBatch = false
    this.#hasVideoPending = false
    this.#dataPendingBytes = 0
    this.#joinBytes = null
    this.#returnHead = null
    if (isKeyBatch && this.#starters.length + this.#leavers.length > 0) this.#cut()
    for (const member of this.#members) {
      try {
        this.#offer(member, batch, frames, isKeyBatch)
      } catch {
        member.isBroken = true // its owner sees it at the next look, and ends it alone
        this.#members.delete(member)
      }
    }
    const endMs = this.#clock.nowMs()
    this.#flushCostMs += (endMs - startMs - this.#flushCostMs) / 16
    if (this.#batchReadMs !== null && this.#members.size > 0) this.#processing?.add(endMs - this.#batchReadMs, endMs)
    this.#lastFlushMs = startMs
    this.#dtsBefore.video = this.#lastDts.video
    this.#dtsBefore.audio = this.#lastDts.audio
  }

  /** Before a batch that starts with a key frame goes out: who leaves has had everything before it, who comes gets it first. */
  #cut(): void {
    for (const member of this.#leavers.splice(0)) if (this.#members.delete(member)) this.#gone.add(member)
    for (const { member, onStart } of this.#starters.splice(0)) {
      this.#members.add(member)
      onStart()
    }
  }

  #offer(member: FanOutMember, batch: Uint8Array, frames: number, isKeyBatch: boolean): void {
    const { sink } = member
    if (member.needsKey) {
      // Half the bound before it comes back: else it would drop again within the same GOP.
      if (!isKeyBatch || sink.queuedBytes > member.maxQueuedBytes / 2) {
        member.framesDropped += frames
        return
      }
      member.needsKey = false
      this.#returnHead ??= this.#format.head(this.#tracks, this.#batchDts, (track) => this.#dtsBefore[track.kind] ?? this.#batchDts)
      sink.write(this.#returnHead)
      member.startBytes ??= this.#returnHead.length + batch.length
    } else if (sink.queuedBytes > member.maxQueuedBytes) {
      member.needsKey = true
      member.framesDropped += frames
      return
    }
    member.framesSent += frames
    sink.write(batch)
  }

  /** The bus has put the frame into its GOP already: what it has dropped from the front goes here too. */
  #keepForJoiners(wire: Uint8Array | null): void {
    this.#gopWire.push(wire ?? nothing)
    const extra = this.#gopWire.length - this.#bus.gop.length
    if (extra > 0) this.#gopWire.splice(0, extra)
  }
}

const newMember = (sink: WireSink, maxQueuedBytes: number): FanOutMember => ({
  sink,
  maxQueuedBytes,
  needsKey: true,
  framesDropped: 0,
  framesSent: 0,
  startBytes: null,
  isBroken: false,
})

/** Only the first video track's: where decoding can begin. Further tracks have key frames at times of their own. */
const isMainKey = ({ track, isKey }: Frame): boolean => isKey && track.kind === 'video' && track.id === 0
