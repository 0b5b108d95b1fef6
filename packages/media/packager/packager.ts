import { equalBytes } from '@sluice/base/bytes'
import type { Clock } from '@sluice/base/clock'
import { type Frame, type Track, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import type { BusReader, ProgrammeBus, ProgrammeData } from '../bus/index.ts'
import { type MediaStore, renditionId } from '../store/index.ts'
import { CaptionMeter } from './caption-meter.ts'
import { Lane } from './lane.ts'
import { onShownTime } from './on-shown-time.ts'
import { noLimits, type PlaybackLimits, planPackage } from './plan-package.ts'
import { type OpenSegment, SegmentEnds } from './segment-ends.ts'
import { Strand } from './strand.ts'
import { noteTimed } from './timed-data.ts'

export type PackagerOptions = {
  readonly bus: ProgrammeBus
  readonly store: MediaStore
  readonly clock: Clock
  /** What a segment should last; the next key frame ends it. */
  readonly segmentMs: number
  /** No part lasts longer. */
  readonly partMs: number
  /** A fault in a timer of ours, where no caller can hear of it. */
  readonly onFault?: (error: unknown) => void
}

/** Pictures that give no frame for so long, while sound goes on, are away: sound leads until their next key frame. */
const awayTicks = 2 * ticksPerSecond
/** Sound that is so much later than its picture does not come: silence takes its place. */
const lateTicks = ticksPerSecond
/** A hole that long is a break in time: what follows does not continue what was. */
const holeTicks = ticksPerSecond
/** Splice points that are announced and not reached. */
const maxCues = 16
const lateCueTicks = ticksPerSecond / 10

/**
 * Cuts the programme into parts and segments and puts them into a store. Pictures say where segments end, or the first sound where there are
 * none; every other track follows at its nearest frame, so that one segment number is one moment.
 */
export class Packager implements BusReader {
  readonly #bus: ProgrammeBus
  readonly #store: MediaStore
  readonly #options: PackagerOptions
  readonly #ends: SegmentEnds
  // bound: `maxPacked` of the plan
  readonly #strands = new Map<string, Strand>()
  // bound: `maxPacked` of the plan
  #packed: readonly Track[] = []
  /** Of the renditions of the tracks that are packed: looked up for each frame. */
  // bound: those that are packed
  #ids: ReadonlyMap<Track, string> = new Map()
  #leader: string | null = null
  #limits: PlaybackLimits = noLimits
  readonly #captions = new CaptionMeter()
  /** Splice points that are due. */
  // bound: at most `maxCues` of them
  #cues: readonly number[] = []
  #isNew = false
  /** Of this run of the track that leads, see `onShownTime`. */
  #shift = 0
  /** Ticks from the decoding of a segment's first picture to its showing, beyond the shift. */
  #shownLater = 0

  constructor(options: PackagerOptions) {
    this.#options = options
    this.#bus = options.bus
    this.#store = options.store
    this.#ends = new SegmentEnds(options.segmentMs, options.store.targetDurationS)
    this.#bus.join(this)
  }

  /** What of the programme is not in the package, and what of it only some browsers play. */
  get limits(): PlaybackLimits {
    return this.#limits
  }

  /** Key frames are this far apart, more than a segment may last: segments are cut between them. Null: they are not. */
  get longGopMs(): number | null {
    return this.#ends.longGopMs
  }

  /** The programme is over: its last moments stay for a minute. */
  clear(): void {
    this.finishSegment()
    for (const [id, strand] of this.#strands) {
      strand.forget()
      // Silence in place of a sound that is gone is for those who play: they end now.
      if (!this.#packed.some((track) => idOf(track) === id)) this.#strands.delete(id)
    }
    this.#captions.forget()
    this.#cues = []
    this.#store.end()
  }

  /** The source is gone for now: viewers get its last moments at once, not when it returns. */
  finishSegment(): void {
    try {
      this.#finish()
      this.#publish()
    } catch {
      this.onFault() // called by a switch too, which must go on
    }
  }

  /** Gives up what is open. What is in the store stays there. */
  close(): void {
    this.#bus.leave(this)
    for (const strand of this.#strands.values()) strand.forget()
    this.#strands.clear()
  }

  onTracks(tracks: readonly Track[]): void {
    const { packed, leftOut, limited } = planPackage(tracks)
    this.#limits = { leftOut, limited }
    if (isSame(this.#packed, packed)) return
    this.#finish()
    this.#packed = packed
    this.#ids = new Map(packed.map((track) => [track, idOf(track)]))
    for (const track of packed) this.#setTrack(track)
    const [first] = packed
    this.#leader = first === undefined ? null : idOf(first)
    this.#publish()
  }

  onData(data: ProgrammeData): void {
    if (this.#leader === null) return
    const cue = noteTimed(this.#store, data)
    if (cue !== null) this.#cues = [...this.#cues.slice(1 - maxCues), cue]
  }

  onSplice(): void {
    this.finishSegment()
  }

  onFrame(frame: Frame): void {
    const { kind, id: trackId } = frame.track
    const packed = this.#packed.find((track) => track.kind === kind && track.id === trackId)
    const id = packed === undefined ? undefined : this.#ids.get(packed)
    const strand = id === undefined ? undefined : this.#strands.get(id)
    if (id === undefined || strand === undefined) return
    if (kind === 'video') this.#noteCaptions(frame)
    if (id === this.#leader) this.#lead(strand, frame)
    else if (frame.track.kind === 'video') this.#returnToPictures(id, strand, frame)
    else this.#follow(strand, frame)
    this.#publish()
  }

  onFlush(): void {}

  /** Viewers get what is whole; what could not be cut is left out. */
  onFault(): void {
    for (const strand of this.#strands.values()) strand.forget()
    this.#store.retract()
    this.#store.splice()
  }

  #faultInTimer(error: unknown): void {
    this.onFault()
    this.#options.onFault?.(error)
  }

  #noteCaptions(frame: Frame): void {
    const services = this.#captions.note(frame)
    if (services !== null) this.#store.setCaptions(services)
  }

  #setTrack(track: Track): void {
    const id = idOf(track)
    let strand = this.#strands.get(id)
    if (strand === undefined) {
      const { clock, partMs } = this.#options
      const onFault = (error: unknown): void => this.#faultInTimer(error)
      const rendition = this.#store.open({ id, kind: track.kind, rung: 'source' })
      const onNew = (): void => {
        this.#isNew = true
      }
      const onLatePart = (): void => this.#publish()
      const lane = new Lane({
        rendition,
        clock,
        partTicks: partMs * ticksPerMs,
        expectedTicks: () => this.#ends.expectedTicks,
        ...(id === idOf(this.#packed[0]!) ? { timed: () => this.#store.timed } : {}),
        onNew,
        onLatePart,
        onFault,
      })
      strand = new Strand(lane, this.#store)
      this.#strands.set(id, strand)
    }
    if (strand.track === null || !isSame([strand.track], [track])) strand.setTrack(track)
  }

  #lead(strand: Strand, given: Frame): void {
    const { lane } = strand
    let frame = onShownTime(given, this.#shift)
    if (lane.number !== null && frame.dts - lane.endDts > holeTicks) this.#finish()
    if (lane.number === null) {
      if (frame.track.kind === 'video' && !frame.isKey) return
      this.#shift = given.pts - given.dts
      frame = onShownTime(given, this.#shift)
      this.#begin(lane, frame)
    } else if (this.#ends.endsBefore(frame, this.#openOf(lane)) || this.#isCue(frame, lane)) {
      lane.end(frame.dts)
      this.#begin(lane, frame)
    }
    this.#ends.note(frame)
    // A key frame that is a frame or two late is the one that was announced.
    const overAt = lane.startDts === frame.dts ? frame.pts + lane.step / 2 : frame.pts - lateCueTicks
    if (this.#cues.length > 0) this.#cues = this.#cues.filter((pts) => pts > overAt)
    lane.put(frame)
    // Segments begin where their first picture is shown, which is later than it is decoded.
    const known = frame.dts + this.#shownLater
    this.#store.reach(known)
    for (const follower of this.#strands.values()) {
      if (follower === strand) continue
      follower.drain(known)
      const isLate = follower.newest === undefined && known - follower.lane.endDts > lateTicks
      if (isLate) follower.fill(known - lateTicks)
    }
  }

  /** A break begins or ends with this picture: whoever splices something in does it between segments. */
  #isCue(frame: Frame, { startDts, step }: Lane): boolean {
    const isDue = this.#cues.some((pts) => pts <= frame.pts + step / 2)
    return isDue && (frame.track.kind === 'audio' || frame.isKey) && frame.dts - startDts >= ticksPerSecond / 2
  }

  /** The open segment of all tracks: together they have room for so much. */
  #openOf({ startDts, step }: Lane): OpenSegment {
    let frames = 0
    let bytes = 0
    for (const { lane } of this.#strands.values()) {
      frames += lane.frames
      bytes += lane.bytes
    }
    return { startDts, step, frames, bytes }
  }

  /** A segment between key frames may begin with a picture that others are shown before. */
  #begin(lane: Lane, { dts, pts, isKey }: Frame): void {
    const startPts = isKey ? pts : dts
    const boundary = this.#store.begin(dts, startPts)
    this.#shownLater = startPts - dts
    lane.begin(boundary, dts, boundary.startWallMs)
  }

  #follow(strand: Strand, frame: Frame): void {
    strand.offer(frame)
    const leader = this.#leader === null ? undefined : this.#strands.get(this.#leader)
    if (leader === undefined) return
    if (leader.lane.number === null || frame.dts - leader.lane.endDts <= Math.max(awayTicks, 3 * leader.lane.step)) return
    // Its picture is away: the sound that waited leads from where it stands.
    for (const { lane } of this.#strands.values()) lane.end(null)
    this.#store.splice()
    this.#leader = idOf(frame.track)
    for (let held = strand.take(); held !== undefined; held = strand.take()) this.#lead(strand, held)
  }

  /** Pictures are back, and lead from their key frame on. */
  #returnToPictures(id: string, strand: Strand, frame: Frame): void {
    if (!frame.isKey) return
    this.#finish()
    this.#leader = id
    this.#lead(strand, frame)
  }

  /** Ends the open segment of every track at the end of the one that leads. What follows is spliced. */
  #finish(): void {
    const leader = this.#leader === null ? undefined : this.#strands.get(this.#leader)
    if (leader !== undefined && leader.lane.number !== null) {
      const { endDts } = leader.lane
      leader.lane.end(null)
      const shownEnd = Math.max(endDts + this.#shownLater, leader.lane.shownEnd)
      for (const strand of this.#strands.values()) {
        if (strand !== leader) strand.finish(shownEnd)
      }
    }
    this.#ends.forget()
    this.#store.splice()
  }

  #publish(): void {
    if (!this.#isNew) return
    this.#isNew = false
    this.#store.publish()
  }
}

const idOf = (track: Track): string => renditionId('source', track.kind, track.id)

const isSame = (a: readonly Track[], b: readonly Track[]): boolean =>
  a.length === b.length &&
  a.every((track, i) => track.id === b[i]!.id && track.codec === b[i]!.codec && equalBytes(track.config, b[i]!.config))
