import type { Clock } from '@sluice/base/clock'
import type { AudioTrack, Frame, Track } from '@sluice/codecs/frame'
import { ProgrammeBus } from '../bus/index.ts'
import { FanOutSet } from '../output/index.ts'
import { type BusHistory, type HistoryItem, type HistoryReader, isStart } from './bus-history.ts'

/** How an output sees its rung: later, and with one audio track as the only one. Null: with all there are. */
export type ViewWish = { readonly delayMs: number; readonly audioTrack: number | null }

/** Late by more than this beside its delay: what is said is what was found. */
const shownDelayStepMs = 500

/**
 * A rung as some of its outputs see it: `delayMs` behind, with one of its audio tracks as its first. Frames are those of the rung, by reference;
 * nothing is encoded. A track that the programme does not have gives way to the first one until it comes back.
 */
export class BusView implements HistoryReader {
  readonly wish: ViewWish
  readonly bus: ProgrammeBus
  readonly fanOuts: FanOutSet
  readonly #history: BusHistory
  #nextNo: number
  /** Of the rung, at the place where this view is. */
  // bound: those of the bus
  #tracks: readonly Track[] = []
  /** The chosen track as this view has it: the first. */
  #shown: { readonly from: AudioTrack; readonly track: AudioTrack } | null = null
  #soundDts = Number.NEGATIVE_INFINITY
  #canBegin = false
  #lagMs: number | null = null
  #isClosed = false

  constructor(wish: ViewWish, history: BusHistory, clock: Clock, gatherMs: number | undefined) {
    this.wish = wish
    this.#history = history
    this.bus = new ProgrammeBus((error) => history.noteFault(error))
    this.fanOuts = new FanOutSet(this.bus, clock, gatherMs, wish.delayMs)
    this.#nextNo = history.startNo(wish.delayMs)
    this.#tracks = history.tracksBefore(this.#nextNo)
    this.bus.splice(this.#shownTracks())
    history.add(this)
  }

  get nextNo(): number {
    return this.#nextNo
  }

  get dueMs(): number | null {
    const item = this.#history.item(this.#nextNo)
    return item === undefined ? null : item.atMs + this.wish.delayMs
  }

  /** There is a key frame of this show to begin with. */
  get canBegin(): boolean {
    return this.#canBegin
  }

  /** Something of the show is still to come out. */
  get hasTail(): boolean {
    return this.#canBegin && this.wish.delayMs > 0 && this.#nextNo < this.#history.endNo
  }

  /** How far behind the present its last frame was; null: none came out yet. More than `maxHistoryBytes` in the delay makes it less. */
  get delayMs(): number | null {
    if (this.#lagMs === null) return null
    return Math.abs(this.#lagMs - this.wish.delayMs) < shownDelayStepMs ? this.wish.delayMs : Math.round(this.#lagMs)
  }

  /** The programme has sound, and not the chosen track of it. */
  get lacksTrack(): boolean {
    const sound = this.#sound
    return this.wish.audioTrack !== null && sound.length > 0 && !sound.some(({ id }) => id === this.wish.audioTrack)
  }

  /** Nothing is on the air: who comes now waits for the next show. */
  idle(): void {
    if (!this.hasTail) this.#canBegin = false
  }

  pump(nowMs: number, keptFromNo: number): void {
    const before = this.#nextNo
    for (let item = this.#history.item(this.#nextNo); item !== undefined; item = this.#history.item(this.#nextNo)) {
      if (this.#nextNo >= keptFromNo && item.atMs + this.wish.delayMs > nowMs) break
      this.#nextNo++
      this.#put(item, nowMs)
    }
    if (this.#nextNo > before) this.bus.flush()
  }

  onFault(): void {
    this.#canBegin = false
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.fanOuts.close()
  }

  #put(item: HistoryItem, nowMs: number): void {
    if (item.type === 'frame') {
      this.#putFrame(item.frame)
      this.#lagMs = nowMs - item.atMs
    } else if (item.type === 'data') this.bus.putData(item.data)
    else if (item.type === 'splice') {
      this.#setTracks(item.tracks)
      this.bus.splice(this.#shownTracks(), item.dataTracks)
    } else {
      this.#setTracks(item.tracks)
      const shown = this.#shownTracks()
      for (const track of this.bus.tracks)
        if (!shown.some(({ kind, id }) => kind === track.kind && id === track.id)) this.bus.dropTrack(track)
    }
  }

  #putFrame(frame: Frame): void {
    const { wish } = this
    this.#canBegin ||= isStart(frame) || !this.#tracks.some(({ kind }) => kind === 'video')
    if (frame.track.kind === 'audio' && wish.audioTrack !== null) {
      const shown = this.#shown
      // Of two tracks one may be ahead: sound never steps back.
      if (shown === null || frame.track.id !== shown.from.id || frame.dts <= this.#soundDts) return
      this.#soundDts = frame.dts
      const track = frame.track === shown.from ? shown.track : this.#show(frame.track)
      this.bus.putFrame({ ...frame, track, ...this.#readMs(frame) })
      return
    }
    this.bus.putFrame(wish.delayMs === 0 ? frame : { ...frame, ...this.#readMs(frame) })
  }

  /** As if it had come in when it was due: what Sluice takes is counted from there on. */
  #readMs({ readMs }: Frame): { readMs?: number } {
    return readMs == null ? {} : { readMs: readMs + this.wish.delayMs }
  }

  get #sound(): readonly AudioTrack[] {
    return this.#tracks.filter((track) => track.kind === 'audio')
  }

  #setTracks(tracks: readonly Track[]): void {
    this.#tracks = tracks
    const sound = this.#sound
    const chosen = sound.find(({ id }) => id === this.wish.audioTrack) ?? sound[0]
    if (chosen === undefined) this.#shown = null
    else if (chosen !== this.#shown?.from) this.#show(chosen)
  }

  #show(from: AudioTrack): AudioTrack {
    const track = { ...from, id: 0 }
    this.#shown = { from, track }
    return track
  }

  #shownTracks(): readonly Track[] {
    if (this.wish.audioTrack === null) return this.#tracks
    if (this.#shown === null) this.#setTracks(this.#tracks)
    const pictures = this.#tracks.filter(({ kind }) => kind === 'video')
    return this.#shown === null ? pictures : [...pictures, this.#shown.track]
  }
}
