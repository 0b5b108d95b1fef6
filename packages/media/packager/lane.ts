import { BoundedQueue } from '@sluice/base/bounded'
import { concatBytes } from '@sluice/base/bytes'
import type { Clock, Timer } from '@sluice/base/clock'
import { type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { id3Scheme, type Mp4Sample, writeEventMessage, writeFragment, writeInitSegment } from '@sluice/containers/fmp4'
import { type Boundary, partTargetOf, type Rendition, type TimedEvent } from '../store/index.ts'

/**
 * What an open part may hold, whatever its timestamps say: a second of 120 fps and of 64 Mbit/s. Timestamps that stand still or go back never
 * reach a part's end, and frames are kept until then.
 */
const openBounds = { maxCount: 300, maxBytes: 8 * 1024 * 1024, bytesOf: (frame: Frame) => frame.bytes.length }
/** Parts follow each other without a gap: the rounding of an encoder's clock is none. */
const toleratedTicks = 10 * ticksPerMs
/** A part that ends at the frame nearest to its end may be so much longer or shorter. */
const roomTicks = 12 * ticksPerMs
/** Spec: draft-pantos-hls-rfc8216bis §4.4.4.9 */
const shortestPart = 0.85
const usualStep = { video: 3000, audio: 1920 } as const
const mp4TrackIds = { video: 1, audio: 2 } as const

/** The MP4 track id that a kind of track has in every init segment and fragment: a file that holds both can be made of their parts. */
export const mp4TrackId = ({ kind }: Pick<Track, 'kind'>): number => mp4TrackIds[kind]

type LaneParts = {
  readonly rendition: Rendition
  readonly clock: Clock
  /** What a part should last. */
  readonly partTicks: number
  /** What a segment that begins now will last, as far as is known. */
  readonly expectedTicks: () => number
  /** What happens in the programme; its ID3 goes into the parts. Absent: this track carries none. */
  readonly timed?: () => readonly TimedEvent[]
  /** A part was added, or a segment ended. */
  readonly onNew: () => void
  /** A part was added without a frame that asked for it: the next one is late. */
  readonly onLatePart: () => void
  readonly onFault: (error: unknown) => void
}

/**
 * Cuts one track into parts of at most the part target, each a moof and an mdat. Where segments end is decided by its owner. Parts are cut by
 * dts, so that they share a segment evenly, and before key frames; frames are held by reference until the cut.
 */
export class Lane {
  readonly rendition: Rendition
  readonly #clock: Clock
  readonly #partTicks: number
  /** No part lasts longer. */
  readonly #maxTicks: number
  readonly #expectedTicks: () => number
  readonly #timed: () => readonly TimedEvent[]
  readonly #onNew: () => void
  readonly #onLatePart: () => void
  readonly #onFault: (error: unknown) => void
  readonly #open = new BoundedQueue<Frame>(openBounds)
  #boundary: Boundary | null = null
  #lastNumber = 0
  /** Where the last part ended, or the segment begins. */
  #nextDts = 0
  #startDts = 0
  #shownEnd = 0
  #step: number
  /** Of the open segment: parts of about that length end with it. */
  #evenTicks: number
  #sequence = 1
  /** The newest event that is in a part. */
  #lastEvent = 0
  #frames = 0
  #bytes = 0
  #timer: Timer | null = null

  constructor({ rendition, clock, partTicks, expectedTicks, timed = () => [], onNew, onLatePart, onFault }: LaneParts) {
    this.rendition = rendition
    this.#clock = clock
    this.#partTicks = partTicks
    this.#maxTicks = partTargetOf(partTicks)
    this.#expectedTicks = expectedTicks
    this.#evenTicks = partTicks
    this.#timed = timed
    this.#onNew = onNew
    this.#onLatePart = onLatePart
    this.#onFault = onFault
    this.#step = usualStep[rendition.kind]
  }

  /** Of the open segment; null: none is open. */
  get number(): number | null {
    return this.#boundary?.number ?? null
  }
  /** Of the newest segment; 0: there was none. */
  get lastNumber(): number {
    return this.#lastNumber
  }
  get startDts(): number {
    return this.#startDts
  }
  /** Where the next frame is expected. */
  get endDts(): number {
    return this.#open.last === undefined ? this.#nextDts : this.#open.last.dts + this.#step
  }
  /** When the last picture that was cut is gone from the screen. */
  get shownEnd(): number {
    return this.#shownEnd
  }
  get step(): number {
    return this.#step
  }
  /** Of the open segment. */
  get frames(): number {
    return this.#frames
  }
  get bytes(): number {
    return this.#bytes
  }

  setTrack(track: Track): void {
    this.rendition.setInit(track, writeInitSegment([{ trackId: mp4TrackId(track), track }]))
    this.#step = usualStep[track.kind]
  }

  begin(boundary: Boundary, startDts: number, startWallMs: number): void {
    this.rendition.begin(boundary, startDts, startWallMs)
    this.#boundary = boundary
    this.#lastNumber = boundary.number
    this.#startDts = startDts
    this.#nextDts = startDts
    this.#shownEnd = startDts
    this.#evenTicks = evenPart(this.#expectedTicks(), this.#partTicks)
    this.#frames = 0
    this.#bytes = 0
  }

  /** Takes a frame of the open segment. */
  put(frame: Frame): void {
    const before = this.#open.last
    if (before !== undefined) {
      if (frame.dts > before.dts) this.#step = Math.min(frame.dts - before.dts, this.#maxTicks)
      if (this.#endsPart(frame)) this.#cut(frame.dts)
    }
    if (this.#open.length === 0) {
      if (frame.dts + this.#step - this.#nextDts > this.#maxTicks) this.gapTo(frame.dts)
      this.#await()
    }
    this.#open.offer(frame)
    this.#frames++
    this.#bytes += frame.bytes.length
  }

  /** There is no media up to `dts`: nothing to fetch, and the list goes on. */
  gapTo(dts: number): void {
    this.#cut(this.endDts)
    while (dts - this.#nextDts > toleratedTicks) {
      const duration90k = Math.min(this.#maxTicks, dts - this.#nextDts)
      const isTaken = this.rendition.addGap(this.#nextDts, duration90k)
      if (!isTaken) return
      this.#nextDts += duration90k
      this.#onNew()
    }
  }

  /** The open segment ends at `endDts`, where the next one begins; null: nothing continues it. */
  end(endDts: number | null): void {
    if (this.#boundary === null) return
    const ownEnd = this.endDts
    this.#cut(endDts ?? ownEnd, endDts === null)
    if (endDts !== null) this.gapTo(endDts)
    this.rendition.end()
    this.#boundary = null
    this.#onNew()
  }

  /** Gives up what no part holds yet. */
  forget(): void {
    this.#open.clear()
    this.#rest()
    this.rendition.end()
    this.#boundary = null
  }

  /** A key frame ends the part before it, so that a player can change rungs there. Where all frames are key frames every part begins with one. */
  #endsPart(frame: Frame): boolean {
    const first = this.#open.first!
    if (!this.#open.hasRoom(frame)) return true
    const ticks = frame.dts - this.#nextDts
    if (ticks + this.#step > this.#maxTicks) return true
    if (frame.dts + this.#step / 2 >= this.#nextCut() && ticks >= shortestPart * this.#maxTicks) return true
    if (frame.track.kind === 'audio' || !frame.isKey) return false
    return !first.isKey || 2 * (frame.dts - this.#nextDts) >= this.#partTicks
  }

  /** Parts end at the frame nearest to a whole number of even parts from the segment's start: a short rest at its end is no use to players. */
  #nextCut(): number {
    const count = Math.round((this.#nextDts - this.#startDts) / this.#evenTicks) + 1
    return this.#startDts + count * this.#evenTicks
  }

  /** Makes a part of the open frames. The last one lasts until `endDts`, which the part itself may not pass. `isLast`: nothing continues it. */
  #cut(endDts: number, isLast = false): void {
    this.#rest()
    const taken = this.#open.takeAll()
    const frames = isLast ? shownBefore(taken, endDts, this.#step) : taken
    const first = frames[0]
    if (first === undefined) return
    const samples = frames.map((frame, i): Mp4Sample => ({ frame, duration90k: Math.max(0, (frames[i + 1]?.dts ?? endDts) - frame.dts) }))
    const bytes = concatBytes([...this.#events(endDts), writeFragment(this.#sequence++, [{ trackId: mp4TrackId(first.track), samples }])])
    const payload = frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
    const duration90k = Math.max(0, Math.min(endDts - this.#nextDts, this.#maxTicks))
    this.rendition.add({
      startDts: this.#nextDts,
      duration90k,
      isIndependent: first.isKey,
      isGap: false,
      bytes,
      frames: frames.length,
      firstSampleEnd: bytes.length - payload + first.bytes.length,
    })
    this.#nextDts += duration90k
    for (const { pts } of frames) this.#shownEnd = Math.max(this.#shownEnd, pts + this.#step)
    this.#onNew()
  }

  /** Events of before `endDts` that are in no part yet. A player places each by its own time. */
  #events(endDts: number): Uint8Array[] {
    const due = this.#timed().filter(({ kind, id, pts }) => kind === 'id3' && id > this.#lastEvent && pts < endDts)
    this.#lastEvent = due.at(-1)?.id ?? this.#lastEvent
    return due.map(({ id, pts, bytes }) => writeEventMessage({ schemeId: id3Scheme, id, pts, message: bytes }))
  }

  /** The next frame tells how long the last one lasts. When it does not come in time, the part goes out without. */
  #await(): void {
    this.#rest()
    this.#timer = this.#clock.after((this.#maxTicks + this.#step) / ticksPerMs, () => this.#flushLate())
  }

  #flushLate(): void {
    this.#timer = null
    try {
      this.#cut(this.endDts)
      this.#onLatePart()
    } catch (error) {
      this.#onFault(error)
    }
  }

  #rest(): void {
    this.#timer?.cancel()
    this.#timer = null
  }
}

/**
 * The last pictures of a source that died: those that were to be shown between them never came. They move up, else the picture ends later than
 * its decoding, and players begin what follows behind a hole in the sound.
 */
function shownBefore(frames: readonly Frame[], endDts: number, step: number): readonly Frame[] {
  let latest = endDts - step
  const moved = new Map<Frame, Frame>()
  for (const frame of frames.toSorted((a, b) => b.pts - a.pts)) {
    if (frame.pts <= latest) break
    moved.set(frame, { ...frame, pts: latest })
    latest -= step
  }
  return moved.size === 0 ? frames : frames.map((frame) => moved.get(frame) ?? frame)
}

/** The part length that shares a segment of `expectedTicks` evenly, or the usual one where the parts would be too short for the target. */
function evenPart(expectedTicks: number, partTicks: number): number {
  const maxTicks = partTargetOf(partTicks)
  const even = expectedTicks / Math.max(1, Math.ceil(expectedTicks / (maxTicks - roomTicks)))
  return even >= shortestPart * maxTicks + roomTicks ? even : partTicks
}
