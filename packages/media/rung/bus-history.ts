import type { Clock, Timer } from '@sluice/base/clock'
import { type DataTrack, type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import type { BusReader, ProgrammeBus, ProgrammeData } from '../bus/index.ts'

/** What a bus gave. `atMs`: when, monotonic. */
export type HistoryItem = { readonly atMs: number } & (
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'splice'; readonly tracks: readonly Track[]; readonly dataTracks: readonly DataTrack[] }
  | { readonly type: 'tracks'; readonly tracks: readonly Track[] }
  | { readonly type: 'data'; readonly data: ProgrammeData }
)

/** Whoever reads a history, each at its own distance from the present. */
export interface HistoryReader {
  /** Numbers of the item that it takes next, and of the oldest that it may go back to. */
  readonly nextNo: number
  /** When the item `nextNo` is due; null: there is none. */
  readonly dueMs: number | null
  /** Takes all that is due, and what is older than number `keptFromNo` whether it is due or not. */
  pump(nowMs: number, keptFromNo: number): void
  onFault(): void
}

/** 60 s of 18 Mbit/s. What is more than that is sent sooner than its delay. */
export const maxHistoryBytes = 128 * 1024 * 1024
/** For frames of no size: 60 s of 120 pictures and 200 pieces of sound a second. */
const maxHistoryItems = 40_000
/** As a GOP has at most: 30 s of 120 pictures and 100 pieces of sound a second. */
const maxGopItems = 6600
/** Frames that are due within this go out together. */
const leastWaitMs = 4

/**
 * The last frames of one bus, by reference, for all who show it later: one for a rung, however many outputs are delayed and by how much. It goes
 * back as far as its slowest reader, and to the key frame before.
 */
export class BusHistory implements BusReader {
  readonly #bus: ProgrammeBus
  readonly #clock: Clock
  // bound: `maxHistoryBytes` and `maxHistoryItems`; readers take what is beyond
  #items: HistoryItem[] = []
  /** Number of `#items[0]`. */
  #firstNo = 0
  #bytes = 0
  // bound: one a distinct delay and choice of sound among the outputs of a rung
  readonly #readers = new Set<HistoryReader>()
  #hasSplice = false
  // bound: those of the bus
  #dataTracks: readonly DataTrack[] = []
  #timer: Timer | null = null
  #timerDueMs = 0

  constructor(bus: ProgrammeBus, clock: Clock) {
    this.#bus = bus
    this.#clock = clock
    const nowMs = clock.nowMs()
    this.#push({ type: 'splice', tracks: bus.tracks, dataTracks: bus.dataTracks, atMs: nowMs })
    const newestDts = bus.gop.at(-1)?.dts ?? 0
    for (const frame of bus.gop) this.#push({ type: 'frame', frame, atMs: nowMs - Math.max(0, newestDts - frame.dts) / ticksPerMs })
    bus.join(this)
  }

  get endNo(): number {
    return this.#firstNo + this.#items.length
  }
  get bytes(): number {
    return this.#bytes
  }

  item(no: number): HistoryItem | undefined {
    return this.#items[no - this.#firstNo]
  }

  /** Where somebody `delayMs` behind begins: at the last key frame that is so old, else at the oldest item. */
  startNo(delayMs: number): number {
    const dueMs = this.#clock.nowMs() - delayMs
    for (let at = this.#items.length - 1; at > 0; at--) {
      const item = this.#items[at]!
      if (item.atMs <= dueMs && item.type === 'frame' && this.#isStart(item.frame)) return this.#firstNo + at
    }
    return this.#firstNo
  }

  /** The tracks that are known before number `no`. */
  tracksBefore(no: number): readonly Track[] {
    for (let at = no - 1 - this.#firstNo; at >= 0; at--) {
      const item = this.#items[at]!
      if (item.type === 'splice' || item.type === 'tracks') return item.tracks
    }
    return this.#bus.tracks
  }

  /** A fault of our own further down: told as one of the bus. */
  noteFault(error: unknown): void {
    this.#bus.noteFault(error)
  }

  add(reader: HistoryReader): void {
    this.#readers.add(reader)
    this.#pump()
  }

  /** True: nobody reads any more. */
  delete(reader: HistoryReader): boolean {
    this.#readers.delete(reader)
    return this.#readers.size === 0
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#bus.leave(this)
    this.#items = []
    this.#bytes = 0
  }

  onTracks(tracks: readonly Track[]): void {
    const atMs = this.#clock.nowMs()
    if (this.#hasSplice) this.#push({ type: 'splice', tracks, dataTracks: this.#dataTracks, atMs })
    else this.#push({ type: 'tracks', tracks, atMs })
    this.#hasSplice = false
  }

  onDataTracks(tracks: readonly DataTrack[]): void {
    this.#dataTracks = tracks
  }

  onSplice(): void {
    this.#hasSplice = true
    this.#dataTracks = []
  }

  onFrame(frame: Frame): void {
    this.#push({ type: 'frame', frame, atMs: this.#clock.nowMs() })
  }

  onData(data: ProgrammeData): void {
    this.#push({ type: 'data', data, atMs: this.#clock.nowMs() })
  }

  onFlush(): void {
    this.#pump()
  }

  #push(item: HistoryItem): void {
    this.#items.push(item)
    this.#bytes += bytesOf(item)
  }

  #pump(): void {
    const nowMs = this.#clock.nowMs()
    const keptFromNo = this.#overflowNo()
    for (const reader of this.#readers) {
      try {
        reader.pump(nowMs, keptFromNo)
      } catch (error) {
        reader.onFault()
        this.noteFault(error)
      }
    }
    this.#trim()
    this.#setTimer(nowMs)
  }

  /** Items before this number are more than there is room for. */
  #overflowNo(): number {
    let at = Math.max(0, this.#items.length - maxHistoryItems)
    for (let bytes = this.#bytes; bytes > maxHistoryBytes && at < this.#items.length; at++) bytes -= bytesOf(this.#items[at]!)
    return this.#firstNo + at
  }

  /** Forgets what all have had, but for the last GOP of the slowest: one who comes nearer to the present begins with a key frame. */
  #trim(): void {
    const slowestNo = Math.min(this.endNo, ...[...this.#readers].map(({ nextNo }) => nextNo))
    let count = 0
    for (let at = slowestNo - 1 - this.#firstNo; at > 0; at--) {
      const item = this.#items[at]!
      if (item.type !== 'frame' || !this.#isStart(item.frame)) continue
      count = at
      break
    }
    // An encoder that sends no key frames: nobody could begin there anyway.
    if (count === 0 && slowestNo - this.#firstNo > maxGopItems) count = slowestNo - this.#firstNo
    // At the front of a long array: not for a handful, while there is room.
    if (count === 0 || (count < 64 && this.#bytes < maxHistoryBytes / 2)) return
    for (const item of this.#items.splice(0, count)) this.#bytes -= bytesOf(item)
    this.#firstNo += count
  }

  #isStart(frame: Frame): boolean {
    return isStart(frame) || !this.#bus.tracks.some(({ kind }) => kind === 'video')
  }

  #setTimer(nowMs: number): void {
    let dueMs = Number.POSITIVE_INFINITY
    for (const reader of this.#readers) dueMs = Math.min(dueMs, reader.dueMs ?? Number.POSITIVE_INFINITY)
    if (dueMs === this.#timerDueMs && this.#timer !== null) return
    this.#timer?.cancel()
    this.#timer = null
    if (!Number.isFinite(dueMs)) return
    this.#timerDueMs = dueMs
    this.#timer = this.#clock.after(Math.max(leastWaitMs, dueMs - nowMs), () => {
      this.#timer = null
      this.#pump()
    })
  }
}

export const isStart = ({ track, isKey }: Frame): boolean => isKey && track.kind === 'video' && track.id === 0
const bytesOf = (item: HistoryItem): number =>
  item.type === 'frame' ? item.frame.bytes.length : item.type === 'data' ? item.data.body.length : 0
