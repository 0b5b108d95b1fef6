import type { Clock } from '@sluice/base/clock'
import type { Frame, Track } from '@sluice/codecs/frame'
import type { BusReader, ProgrammeBus, ProgrammeData } from '../bus/index.ts'
import { FanOutGroup, type KindTimes } from './fan-out-group.ts'
import { FanOutMember, type WireSink } from './fan-out-member.ts'
import type { ProcessingMeter } from './processing-meter.ts'
import type { WireFormat } from './wire/wire-format.ts'

const nothing = new Uint8Array(0)

/**
 * Turns each frame into wire bytes once and hands the same buffer to every member, one write a flush and member. What joiners need is
 * kept here; who is written to and when is the group's.
 */
export class FanOut implements BusReader {
  readonly #bus: ProgrammeBus
  readonly #format: WireFormat
  readonly #group: FanOutGroup
  /** Timed data came that this wire has no place for. */
  #hasLeftDataOut = false
  // bound: one a kind and id of the programme’s tracks
  #tracks: readonly Track[] = []
  #hasVideo = false
  /** The tracks that `#refused` was judged by. */
  // bound: one a kind and id of the programme’s tracks
  #judgedTracks: readonly Track[] | null = null
  #refused: Track | null = null
  /** Tracks have changed: the next frame has the new head before it, stamped with its time. */
  #needsHead = false
  /** Programme time of the newest frame of each kind. Heads must not step back behind it. */
  readonly #lastDts: KindTimes = { video: null, audio: null }
  /** The bus's last GOP as it went on the wire, pending frames included: a format may keep counters, so nothing is encoded twice. */
  // bound: one a frame of the GOP cache, with its bounds
  #gopWire: Uint8Array[] = []
  // bound: one GOP of the GOP cache, with its bounds
  #joinBytes: Uint8Array | null = null
  /** How much of `#joinBytes` is the head and the GOP's first frame. */
  #joinStartBytes = 0
  #isBroken = false

  constructor(bus: ProgrammeBus, format: WireFormat, clock: Clock, processing: ProcessingMeter | null = null) {
    this.#bus = bus
    this.#format = format
    this.#group = new FanOutGroup({
      clock,
      processing,
      head: (dts, dtsBefore) => this.#format.head(this.#tracks, dts, (track) => dtsBefore[track.kind] ?? dts),
    })
    bus.join(this)
    for (const frame of bus.gop) {
      this.#keepForJoiners(this.#format.frame(frame))
      this.#lastDts[frame.track.kind] = frame.dts
    }
  }

  get memberCount(): number {
    return this.#group.memberCount
  }

  /** Smoothed milliseconds that one flush to all members takes. */
  get flushCostMs(): number {
    return this.#group.flushCostMs
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

  /** The first track of the programme that this wire can't carry, or null. Asked for every output at every look, so it is kept. */
  refuses(): Track | null {
    const { tracks } = this.#bus
    if (tracks !== this.#judgedTracks) this.#refused = this.#format.refuses(tracks)
    this.#judgedTracks = tracks
    return this.#refused
  }

  /** Adds a sink. It gets head and last GOP at once, in one buffer that joiners of the same moment share. */
  join(sink: WireSink, maxQueuedBytes: number): FanOutMember {
    this.#group.flush()
    const member = new FanOutMember(sink, maxQueuedBytes)
    const { gop } = this.#bus
    const first = gop[0]
    if (first === undefined || this.#isBroken) {
      this.#group.join(member, 0)
      return member
    }
    const firstOf = (track: Track): number => gop.find((frame) => frame.track.kind === track.kind)?.dts ?? first.dts
    if (this.#joinBytes === null) {
      const head = this.#format.head(this.#tracks, first.dts, firstOf)
      this.#joinBytes = Buffer.concat([head, ...this.#gopWire])
      this.#joinStartBytes = head.length + (this.#gopWire[0]?.length ?? 0)
    }
    sink.write(this.#joinBytes)
    member.startBytes = this.#joinStartBytes
    member.needsKey = false
    this.#group.join(member, this.#gopWire.length)
    return member
  }

  /**
   * Adds a sink at the next key frame: it gets head, that frame and all that follows, and nothing before. `onStart` is called in the
   * flush that began it, so it must leave the fan-out alone.
   */
  joinAtKey(sink: WireSink, maxQueuedBytes: number, onStart: () => void): FanOutMember {
    this.#group.flush()
    const member = new FanOutMember(sink, maxQueuedBytes)
    this.#group.joinAtKey(member, onStart)
    return member
  }

  /** The member gets all before the next key frame, and then leaves. Armed in one go with `joinAtKey` elsewhere, both mean the same frame. */
  leaveAtKey(member: FanOutMember): void {
    this.#group.flush()
    this.#group.leaveAtKey(member)
  }

  /** Takes `leaveAtKey` back. One who has gone already comes back at the next key frame. */
  stay(member: FanOutMember): void {
    this.#group.stay(member)
  }

  leave(member: FanOutMember): void {
    this.#group.leave(member)
  }

  /** Stops reading the bus. Members are left as they are. */
  close(): void {
    this.#bus.leave(this)
    this.#group.stopTimer()
  }

  onTracks(tracks: readonly Track[]): void {
    this.#group.flush()
    this.#tracks = tracks
    this.#hasVideo = tracks.some((track) => track.kind === 'video')
    this.#joinBytes = null
    this.#needsHead = true
  }

  onSplice(): void {
    this.#group.flush()
  }

  /** What was gathered is not to be trusted: all members begin again at the next key frame. */
  onFault(): void {
    this.#isBroken = true
    this.#group.dropPending()
    this.#joinBytes = null
    this.#gopWire = []
    this.#needsHead = true
  }

  onFrame(frame: Frame): void {
    const isStart = !this.#hasVideo || isMainKey(frame)
    if (isStart) this.#group.beforeStart()
    if (this.#needsHead) this.#putHead(frame)
    const wire = this.#format.frame(frame)
    if (isStart) this.#isBroken = false
    this.#keepForJoiners(wire)
    if (wire !== null && !this.#group.isEmpty) {
      this.#group.putFrame(wire, {
        dts: frame.dts,
        isVideo: frame.track.kind === 'video',
        isStart,
        readMs: this.#bus.readMs,
        lastDts: this.#lastDts,
      })
    }
    this.#lastDts[frame.track.kind] = frame.dts
  }

  onData(data: ProgrammeData): void {
    const wire = this.#format.data?.(data)
    if (wire === undefined) {
      this.#hasLeftDataOut = true
      return
    }
    // Behind the head, which goes with the next frame.
    if (!this.#needsHead && !this.#group.isEmpty) this.#group.putData(wire)
  }

  onFlush(): void {
    this.#group.onTurn(this.#hasVideo)
  }

  #putHead({ dts, track: { kind } }: Frame): void {
    this.#needsHead = false
    const head = this.#format.head(this.#tracks, dts, (track) => (track.kind === kind ? dts : (this.#lastDts[track.kind] ?? dts)))
    if (!this.#group.isEmpty) this.#group.putHead(head)
  }

  /** The bus has put the frame into its GOP already: what it has dropped from the front goes here too. */
  #keepForJoiners(wire: Uint8Array | null): void {
    this.#joinBytes = null
    this.#gopWire.push(wire ?? nothing)
    const extra = this.#gopWire.length - this.#bus.gop.length
    if (extra > 0) this.#gopWire.splice(0, extra)
  }
}

/** Only the first video track's: where decoding can begin. Further tracks have key frames at times of their own. */
const isMainKey = ({ track, isKey }: Frame): boolean => isKey && track.kind === 'video' && track.id === 0
