import type { Clock } from '@sluice/base/clock'
import { type DataCodec, dataName } from '@sluice/base/words'
import type { Frame, Track } from '@sluice/codecs/frame'
import type { BusReader, ProgrammeBus, ProgrammeData } from '../bus/index.ts'
import { FanOutGroup, type Gather, type KindTimes } from './fan-out-group.ts'
import { FanOutMember, type WireSink } from './fan-out-member.ts'
import type { ProcessingMeter } from './processing-meter.ts'
import type { WireFormat } from './wire/wire-format.ts'

/** A frame on the wire: its bytes in one piece or more. */
type WirePieces = readonly Uint8Array[]
const nothing: WirePieces = []
const lengthOf = (pieces: WirePieces): number => {
  let bytes = 0
  for (const piece of pieces) bytes += piece.length
  return bytes
}

/** A member that goes over to another rung: it gets nothing from the first picture at `dts` on, or the first key frame after it. */
type Leaver = { readonly member: FanOutMember; readonly dts: number; readonly isAtKey: boolean; readonly onLeft: () => void }

type Judgement = {
  readonly tracks: readonly Track[]
  readonly leftOutData: number
  readonly leftOut: readonly string[]
  readonly refused: Track | null
}

/**
 * Turns each frame into wire bytes once and hands the same buffer to every member, one write a flush and member. What joiners need is
 * kept here, as pieces of which the frames' own bytes are a part; who is written to and when is the group's.
 */
export class FanOut implements BusReader {
  readonly #bus: ProgrammeBus
  readonly #format: WireFormat
  readonly #prompt: FanOutGroup
  /** Members that may wait a little for company; null where the wire or the settings let none. */
  readonly #gathered: FanOutGroup | null
  readonly #groups: readonly FanOutGroup[]
  /** Called before anything of a turn is written: bytes that wait then are none that were just given to the connection. Does not throw. */
  readonly #beforeTurn: (() => void) | null
  /** Kinds of timed data that this wire has no place for. */
  // bound: one a codec of data
  readonly #leftOutData = new Set<DataCodec>()
  // bound: one a kind and id of the programme’s tracks
  #tracks: readonly Track[] = []
  #hasVideo = false
  /** What the wire makes of the programme's tracks: asked for every output several times a second, so it is kept until they change. */
  #judged: Judgement | null = null
  /** Tracks have changed: the next frame has the new head before it, stamped with its time. */
  #needsHead = false
  /** Programme time of the newest frame of each kind. Heads must not step back behind it. */
  readonly #lastDts: KindTimes = { video: null, audio: null }
  /** The bus's last GOP as it went on the wire, pending frames included: a format may keep counters, so nothing is encoded twice. */
  // bound: one a frame of the GOP cache, with its bounds
  #gopWire: WirePieces[] = []
  // bound: one GOP of the GOP cache, with its bounds
  #joinBytes: Uint8Array | null = null
  /** How much of `#joinBytes` is the head and the GOP's first frame. */
  #joinStartBytes = 0
  #isBroken = false
  #isClosed = false
  // bound: one a member
  #leavers: readonly Leaver[] = []

  constructor(
    bus: ProgrammeBus,
    format: WireFormat,
    clock: Clock,
    processing: ProcessingMeter | null = null,
    gather: Gather | null = null,
    beforeTurn: (() => void) | null = null,
  ) {
    this.#bus = bus
    this.#format = format
    this.#beforeTurn = beforeTurn
    const head = (dts: number, dtsBefore: Readonly<KindTimes>): Uint8Array =>
      this.#format.head(this.#tracks, dts, (track) => dtsBefore[track.kind] ?? dts)
    this.#prompt = new FanOutGroup({ clock, processing, head, gather: null })
    this.#gathered = gather === null || format.keepsPace === true ? null : new FanOutGroup({ clock, processing, head, gather })
    this.#groups = this.#gathered === null ? [this.#prompt] : [this.#prompt, this.#gathered]
    bus.join(this)
    for (const frame of bus.gop) {
      this.#keepForJoiners(this.#encode(frame))
      this.#lastDts[frame.track.kind] = frame.dts
    }
  }

  get memberCount(): number {
    return this.#prompt.memberCount + (this.#gathered?.memberCount ?? 0)
  }

  /** What of the programme this wire leaves out, in words for the operator; empty when it carries all. */
  leavesOut(): readonly string[] {
    return this.#judge().leftOut
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

  /** The first track of the programme that this wire can't carry, or null. */
  refuses(): Track | null {
    return this.#judge().refused
  }

  /**
   * Adds a sink. It gets head and last GOP at once, in one buffer that joiners of the same moment share. `mayGather`: what follows may wait a
   * little for company where there are many such. `soundAfterDts`: it has had the sound up to there, from another rung.
   */
  join(sink: WireSink, maxQueuedBytes: number, mayGather = false, soundAfterDts: number | null = null): FanOutMember {
    const member = this.#newMember(sink, maxQueuedBytes, mayGather)
    const group = this.#groupOf(member)
    group.flush()
    const { gop } = this.#bus
    if (gop.length === 0 || this.#isBroken) {
      group.join(member, 0)
      return member
    }
    const kept = soundAfterDts === null ? gop : gop.filter(({ track, dts }) => track.kind === 'video' || dts > soundAfterDts)
    if (this.#joinBytes === null || kept !== gop) {
      const head = this.#headBefore(kept)
      const wire = kept === gop ? this.#gopWire : this.#gopWire.filter((_, i) => kept.includes(gop[i]!))
      const bytes = Buffer.concat([head, ...wire.flat()])
      member.startBytes = head.length + lengthOf(wire[0] ?? nothing)
      sink.write(bytes)
      if (kept === gop) {
        this.#joinBytes = bytes
        this.#joinStartBytes = member.startBytes
      }
    } else {
      sink.write(this.#joinBytes)
      member.startBytes = this.#joinStartBytes
    }
    member.needsKey = false
    group.join(member, kept.length)
    return member
  }

  /**
   * Adds a sink at the next key frame: it gets head, that frame and all that follows, and nothing before. `onStart` is called in the
   * flush that began it, so it must leave the fan-out alone.
   */
  joinAtKey(sink: WireSink, maxQueuedBytes: number, onStart: () => void, mayGather = false): FanOutMember {
    const member = this.#newMember(sink, maxQueuedBytes, mayGather)
    this.#groupOf(member).flush()
    this.#groupOf(member).joinAtKey(member, onStart)
    return member
  }

  /** Other rules for a member that is there; one that comes or goes with a key frame takes them up when it is told again. */
  setGathered(member: FanOutMember, mayGather: boolean): void {
    const isGathered = mayGather && this.#gathered !== null
    if (isGathered === member.isGathered) return
    // Both have put the same frames in: what is pending goes out to each before somebody changes sides.
    for (const group of this.#groups) group.flush()
    if (!this.#groupOf(member).giveUp(member)) return
    member.isGathered = isGathered
    this.#groupOf(member).join(member, 0)
  }

  /** The member gets all before the next key frame, and then leaves. Armed in one go with `joinAtKey` elsewhere, both mean the same frame. */
  leaveAtKey(member: FanOutMember): void {
    this.#groupOf(member).flush()
    this.#groupOf(member).leaveAtKey(member)
  }

  /**
   * The member gets all before the first picture at `dts` or later, and then leaves: at the same programme time it begins at the fan-out of
   * another rung. `isAtKey`: not before a picture that decoding can begin at. `onLeft` may use any other fan-out, and this one not.
   */
  leaveBefore(member: FanOutMember, dts: number, onLeft: () => void, isAtKey = false): void {
    this.#leavers = [...this.#leavers, { member, dts, isAtKey, onLeft }]
  }

  /** Programme time of the newest picture, or sound where there are none; null before the first. */
  get newestDts(): number | null {
    return this.#hasVideo ? this.#lastDts.video : this.#lastDts.audio
  }

  /** Programme time of the newest sound; null before the first. */
  get newestSoundDts(): number | null {
    return this.#lastDts.audio
  }

  /** It reads nothing any more. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Takes `leaveAtKey` back. One who has gone already comes back at the next key frame. */
  stay(member: FanOutMember): void {
    this.#leavers = this.#leavers.filter((leaver) => leaver.member !== member)
    this.#groupOf(member).stay(member)
  }

  /** What is gathered for this member goes out now: it ends in good order. Not from within a flush. */
  flushFor(member: FanOutMember): void {
    this.#groupOf(member).flush()
  }

  leave(member: FanOutMember): void {
    this.#leavers = this.#leavers.filter((leaver) => leaver.member !== member)
    this.#groupOf(member).leave(member)
  }

  #headBefore(frames: readonly Frame[]): Uint8Array {
    const firstDts = frames[0]?.dts ?? 0
    return this.#format.head(this.#tracks, firstDts, (track) => frames.find((frame) => frame.track.kind === track.kind)?.dts ?? firstDts)
  }

  #newMember(sink: WireSink, maxQueuedBytes: number, mayGather: boolean): FanOutMember {
    const member = new FanOutMember(sink, maxQueuedBytes)
    member.isGathered = mayGather && this.#gathered !== null
    return member
  }

  #groupOf(member: FanOutMember): FanOutGroup {
    return member.isGathered ? (this.#gathered ?? this.#prompt) : this.#prompt
  }

  /** Stops reading the bus. Members are left as they are. */
  close(): void {
    this.#isClosed = true
    this.#bus.leave(this)
    for (const group of this.#groups) group.stopTimer()
  }

  onTracks(tracks: readonly Track[]): void {
    for (const group of this.#groups) group.flush()
    this.#tracks = tracks
    this.#hasVideo = tracks.some((track) => track.kind === 'video')
    this.#joinBytes = null
    this.#needsHead = true
  }

  onSplice(): void {
    for (const group of this.#groups) group.flush()
  }

  /** What was gathered is not to be trusted: all members begin again at the next key frame. */
  onFault(): void {
    this.#isBroken = true
    for (const group of this.#groups) group.dropPending()
    this.#joinBytes = null
    this.#gopWire = []
    this.#needsHead = true
  }

  onFrame(frame: Frame): void {
    if (this.#leavers.length > 0) this.#letGo(frame)
    const isStart = !this.#hasVideo || isMainKey(frame)
    if (isStart) for (const group of this.#groups) group.beforeStart()
    if (this.#needsHead) this.#putHead(frame)
    const wire = this.#encode(frame)
    if (isStart) this.#isBroken = false
    this.#keepForJoiners(wire)
    if (wire !== null) this.#putFrame(wire, frame, isStart)
    this.#lastDts[frame.track.kind] = frame.dts
  }

  onData(data: ProgrammeData): void {
    const wire = this.#format.data?.(data)
    if (wire === undefined) {
      this.#leftOutData.add(data.track.codec)
      return
    }
    // Behind the head, which goes with the next frame.
    if (this.#needsHead) return
    for (const group of this.#groups) if (!group.isEmpty) group.putData(wire)
  }

  onFlush(): void {
    this.#beforeTurn?.()
    for (const group of this.#groups) group.onTurn(this.#hasVideo)
  }

  #letGo(frame: Frame): void {
    const { track, dts } = frame
    if (this.#hasVideo && (track.kind !== 'video' || track.id !== 0)) return
    const isStart = !this.#hasVideo || isMainKey(frame)
    for (const leaver of this.#leavers.filter((one) => dts >= one.dts && (isStart || !one.isAtKey))) {
      this.#groupOf(leaver.member).flush()
      this.leave(leaver.member)
      leaver.onLeft()
    }
  }

  #judge(): Judgement {
    const { tracks } = this.#bus
    if (this.#judged?.tracks === tracks && this.#judged.leftOutData === this.#leftOutData.size) return this.#judged
    const leftOut = this.#format.leavesOut?.(tracks) ?? []
    this.#judged = {
      tracks,
      leftOutData: this.#leftOutData.size,
      leftOut: [
        ...leftOut,
        ...[...this.#leftOutData].map((codec) => `${dataName(codec)}: this protocol can't carry ${codec === 'amf0' ? 'them' : 'it'}`),
      ],
      refused: this.#format.refuses(tracks),
    }
    return this.#judged
  }

  #putHead({ dts, track: { kind } }: Frame): void {
    this.#needsHead = false
    const head = this.#format.head(this.#tracks, dts, (track) => (track.kind === kind ? dts : (this.#lastDts[track.kind] ?? dts)))
    for (const group of this.#groups) if (!group.isEmpty) group.putHead(head)
  }

  #encode(frame: Frame): WirePieces | null {
    if (this.#format.pieces !== undefined) return this.#format.pieces(frame)
    const wire = this.#format.frame(frame)
    return wire === null ? null : [wire]
  }

  #putFrame(wire: WirePieces, { dts, track, readMs = null }: Frame, isStart: boolean): void {
    const facts = { dts, isVideo: track.kind === 'video', isStart, readMs, lastDts: this.#lastDts }
    for (const group of this.#groups) if (!group.isEmpty) group.putFrame(wire, facts)
  }

  /** The bus has put the frame into its GOP already: what it has dropped from the front goes here too. */
  #keepForJoiners(wire: WirePieces | null): void {
    this.#joinBytes = null
    this.#gopWire.push(wire ?? nothing)
    const extra = this.#gopWire.length - this.#bus.gop.length
    if (extra > 0) this.#gopWire.splice(0, extra)
  }
}

/** Only the first video track's: where decoding can begin. Further tracks have key frames at times of their own. */
const isMainKey = ({ track, isKey }: Frame): boolean => isKey && track.kind === 'video' && track.id === 0
