import type { Frame, Track } from '@sluice/codecs/frame'
import { maxLinkFrameBytes, writeEnd, writeFrameHead, writeTrack } from '@sluice/containers/frame-link'
import { writeLadder } from '@sluice/contract/ladder'
import type { BusReader, ProgrammeBus } from '@sluice/media/bus'
import type { LadderProcess } from './ladder-process.ts'

/** So much of the programme may wait for a child that is slow; a pipe hides some 0.2 MB before that. */
const maxWaitingS = 1.5
const maxWaiting = { bytes: 4 * 1024 * 1024, leastBytes: 256 * 1024 }
/** Sound goes on where pictures are left out, up to this. */
const maxSoundBytes = 5 * 1024 * 1024
const maxFrameBytes = maxLinkFrameBytes - 64

type TapChild = Pick<LadderProcess, 'send' | 'queuedBytes'>

/** What the rungs take of the source: its pictures, and its audio tracks by number. */
export type TapWants = { readonly video: boolean; readonly audio: ReadonlySet<number> }

type Parts = {
  readonly bus: ProgrammeBus
  readonly newSlot: () => number
  /** Frames are about to begin; `dts`: of the first. */
  readonly onOpen: (dts: number) => void
  readonly onTracks: () => void
}

/** Feeds the source to the child that encodes. It never waits: what a slow child has no room for is left out up to the next key frame. */
export class LadderTap implements BusReader {
  readonly #parts: Parts
  #wants: TapWants = { video: false, audio: new Set() }
  #child: TapChild | null = null
  #slot: number | null = null
  #hasVideo = false
  /** Tracks whose configuration the child has. */
  // bound: one a track of the programme that a rung takes
  readonly #known = new Map<string, Track>()
  #isBehind = false
  #leftOutTotal = 0
  #newestDts: number | null = null
  #hasSent = false
  bytesPerSecond = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The child has no room: pictures are left out until the next key frame. */
  get isBehind(): boolean {
    return this.#isBehind
  }
  /** Pictures of the source that the child was not given. */
  get leftOutTotal(): number {
    return this.#leftOutTotal
  }
  /** Of the source, whether it was given or not. */
  get newestDts(): number | null {
    return this.#newestDts
  }
  /** The key frame of the GOP that the child is in; null: it has none. */
  get keyDts(): number | null {
    return this.#parts.bus.gop[0]?.dts ?? null
  }

  /** Whether anything went to the child since the call before. */
  takeHasSent(): boolean {
    const had = this.#hasSent
    this.#hasSent = false
    return had
  }

  setWants(wants: TapWants): void {
    this.#wants = wants
  }

  /**
   * A child is there, which knows nothing yet: it gets the last GOP to decode, so that it can go on with the next frame. `skipKeyDts`: not
   * that GOP, it ended the children before.
   */
  connect(child: TapChild, skipKeyDts: number | null): void {
    this.#forget()
    this.#child = child
    const { gop } = this.#parts.bus
    const first = gop[0]
    this.#newestDts ??= gop.at(-1)?.dts ?? null
    if (first === undefined || (skipKeyDts !== null && first.dts === skipKeyDts)) return
    const newestVideo = gop.findLast(({ track }) => track.kind === 'video' && track.id === 0)
    this.#open((newestVideo ?? gop.at(-1)!).dts + 1, first.dts)
    for (const frame of gop) this.#put(frame)
  }

  disconnect(): void {
    this.#child = null
    this.#forget()
  }

  /** Nothing is on the air. */
  endSource(): void {
    if (this.#slot !== null) this.#child?.send(writeEnd(this.#slot), null)
    this.#slot = null
    this.#known.clear()
  }

  onTracks(tracks: readonly Track[]): void {
    this.#hasVideo = tracks.some(({ kind }) => kind === 'video')
    this.#parts.onTracks()
  }

  onSplice(): void {
    this.endSource()
    this.#isBehind = false
  }

  onFrame(frame: Frame): void {
    if (this.#newestDts === null || frame.dts > this.#newestDts) this.#newestDts = frame.dts
    if (this.#child === null || !this.#takes(frame.track)) return
    if (this.#slot === null) {
      const isStart = frame.track.kind === 'video' ? frame.isKey : !this.#hasVideo || !this.#wants.video
      if (!isStart) return
      this.#open(frame.dts, frame.dts)
    }
    this.#put(frame)
  }

  onFlush(): void {}

  #takes({ kind, id }: Track): boolean {
    if (kind === 'video') return id === 0 && this.#wants.video
    const { audio } = this.#wants
    if (audio.has(id)) return true
    // The first stands in for those that the source does not have.
    return id === 0 && [...audio].some((wanted) => !this.#parts.bus.tracks.some((track) => track.kind === 'audio' && track.id === wanted))
  }

  #open(liveDts: number, firstDts: number): void {
    this.#parts.onOpen(firstDts)
    this.#slot = this.#parts.newSlot()
    this.#child?.send(writeLadder({ type: 'source', slot: this.#slot, liveDts }), null)
  }

  #put(frame: Frame): void {
    const { track, bytes } = frame
    if (this.#child === null || this.#slot === null || !this.#takes(track) || bytes.length === 0 || bytes.length > maxFrameBytes) return
    if (!this.#hasRoom(frame, this.#child.queuedBytes)) return
    const name = track.kind + track.id
    if (this.#known.get(name) !== track) {
      this.#known.set(name, track)
      this.#child.send(writeTrack(this.#slot, track), null)
    }
    this.#child.send(writeFrameHead(this.#slot, frame), bytes)
    this.#hasSent = true
  }

  #hasRoom({ track, isKey }: Frame, queuedBytes: number): boolean {
    if (track.kind === 'audio') return queuedBytes <= maxSoundBytes
    const mostBytes =
      this.bytesPerSecond > 0
        ? Math.min(maxWaiting.bytes, Math.max(maxWaiting.leastBytes, this.bytesPerSecond * maxWaitingS))
        : maxWaiting.bytes
    // Half of it before it begins again: else it would be behind again within the same GOP.
    if (this.#isBehind) this.#isBehind = !isKey || queuedBytes > mostBytes / 2
    else this.#isBehind = queuedBytes > mostBytes
    if (this.#isBehind) this.#leftOutTotal++
    return !this.#isBehind
  }

  #forget(): void {
    this.#slot = null
    this.#known.clear()
    this.#isBehind = false
  }
}
