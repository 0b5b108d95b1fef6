import { ticksPerMs } from '@sluice/codecs/frame'
import { sourceRung } from '../rung/index.ts'
import type { MediaStore, Rendition, Segment } from '../store/index.ts'
import { FileCuts } from './file-cuts.ts'

/** A file of one rendition: `no` rises, and renditions that were cut together have the same. */
export type RecordingFile = { readonly rendition: string; readonly no: number }

/** What the index says of a segment, but for its place in the file, which the writer knows. */
export type SegmentDraft = {
  readonly number: number
  readonly startDts: number
  readonly startPts: number
  readonly duration90k: number
  readonly wallMs: number
  readonly isSpliced: boolean
  readonly isIndependent: boolean
}

/** Who writes. Called inside the programme's turn, so it only takes notes; bytes are the store's, and shared: nobody may write to them. */
export interface RecordingSink {
  file(file: RecordingFile, init: Uint8Array, wallMs: number): void
  part(file: RecordingFile, bytes: Uint8Array): void
  /** All its parts were given. */
  segment(file: RecordingFile, draft: SegmentDraft): void
  /** The writer was too slow: so much of the programme is not in the recording. */
  lost(wallMs: number, lostMs: number): void
  /** Whether it keeps up: `full` gets nothing more until it is `free` again. */
  room(): 'free' | 'some' | 'full'
}

type Cursor = {
  file: RecordingFile
  initVersion: number
  /** The segment that is being written; null: none. */
  open: { draft: SegmentDraft; parts: number; duration90k: number } | null
  lastNumber: number
}

type Options = { readonly store: MediaStore; readonly sink: RecordingSink; readonly fileMs: number; readonly afterFile?: number }

/**
 * Gives the programme as it came in to a writer, part by part, out of the store: every track of the source rung, as it is. It reads what is new
 * whenever the store changes, and never waits: where the writer does not keep up, whole moments are left out, and counted.
 */
export class StoreRecorder {
  readonly #store: MediaStore
  readonly #sink: RecordingSink
  readonly #cuts: FileCuts
  readonly #firstNumber: number
  // bound: the renditions of the source rung, which the packager bounds
  readonly #cursors = new Map<string, Cursor>()
  /** Left out since this programme time; null: nothing is. */
  #lostFrom: { readonly dts: number; readonly number: number } | null = null
  #startDts: number | null = null
  #endDts = 0
  #lostMs = 0

  /** Begins with the newest segment, from its start. `afterFile`: files up to this one are taken. */
  constructor({ store, sink, fileMs, afterFile = 0 }: Options) {
    this.#store = store
    this.#sink = sink
    this.#cuts = new FileCuts(fileMs * ticksPerMs, afterFile)
    this.#firstNumber = Math.max(0, ...sourcesOf(store).map(({ last }) => last?.number ?? 0))
  }

  /** Of the media that was given to the writer, and of what was left out. */
  get figures(): { readonly durationMs: number; readonly lostMs: number } {
    const wholeMs = this.#startDts === null ? 0 : (this.#endDts - this.#startDts) / ticksPerMs
    return { durationMs: Math.max(0, Math.round(wholeMs - this.#lostMs)), lostMs: Math.round(this.#lostMs) }
  }

  get lastFile(): number {
    return this.#cuts.last
  }
  /** Whether it is on this store. */
  reads(store: MediaStore): boolean {
    return this.#store === store
  }

  /** Takes what is new. */
  read(): void {
    if (this.#lostFrom === null && this.#sink.room() === 'full') this.#leaveOut()
    for (const rendition of sourcesOf(this.#store)) this.#readRendition(rendition)
  }

  /** What is open is written as far as it came. */
  finish(): void {
    for (const cursor of this.#cursors.values()) this.#closeSegment(cursor)
  }

  #leaveOut(): void {
    const newest = Math.max(...[...this.#cursors.values()].map(({ open, lastNumber }) => open?.draft.number ?? lastNumber))
    this.finish()
    this.#lostFrom = { dts: this.#endDts, number: newest }
  }

  #readRendition(rendition: Rendition): void {
    const cursor = this.#cursors.get(rendition.id)
    const open = cursor?.open
    // It went from the store while it grew: a fault, or a programme that ended.
    if (open != null && !rendition.segments.some(({ number }) => number === open.draft.number)) this.#closeSegment(cursor!)
    for (const segment of rendition.segments) {
      const last = this.#cursors.get(rendition.id)?.lastNumber ?? this.#firstNumber - 1
      if (segment.number > last) this.#readSegment(rendition, segment)
    }
  }

  #readSegment({ id, kind }: Rendition, segment: Segment): void {
    if (segment.parts.length === 0) return
    if (this.#lostFrom !== null && !this.#goOn(segment)) return
    const cursor = this.#fileFor(id, segment)
    if (cursor === null || (cursor.open !== null && cursor.open.draft.number !== segment.number)) return
    cursor.open ??= { draft: draftOf(kind, segment), parts: 0, duration90k: 0 }
    const { open } = cursor
    this.#startDts ??= segment.startDts
    for (const part of segment.parts.slice(open.parts)) {
      open.parts++
      open.duration90k += part.duration90k
      if (!part.isGap) this.#sink.part(cursor.file, part.bytes)
    }
    this.#endDts = Math.max(this.#endDts, segment.startDts + open.duration90k)
    if (segment.isWhole) this.#closeSegment(cursor)
  }

  /** Whether the writer is free again, and this segment is one of those that begin after the hole. */
  #goOn(segment: Segment): boolean {
    const lost = this.#lostFrom!
    if (segment.number <= lost.number || this.#sink.room() !== 'free' || !segment.isIndependent) return false
    const lostMs = Math.max(0, (segment.startDts - lost.dts) / ticksPerMs)
    this.#lostMs += lostMs
    this.#lostFrom = null
    for (const cursor of this.#cursors.values()) cursor.lastNumber = Math.max(cursor.lastNumber, segment.number - 1)
    this.#sink.lost(segment.startWallMs, Math.round(lostMs))
    return true
  }

  /** Null: there is nothing to fetch in this segment, and nothing that says how it would be decoded. */
  #fileFor(id: string, segment: Segment): Cursor | null {
    const cursor = this.#cursors.get(id)
    if (cursor?.open != null) return cursor
    const init = segment.init
    if (init === null) return null
    const isNew = cursor === undefined || cursor.initVersion !== init.version
    const no = this.#cuts.fileOf(segment.number, segment.startDts, isNew ? (cursor?.file.no ?? null) : null)
    if (!isNew && cursor.file.no === no) return cursor
    const file = { rendition: id, no }
    this.#sink.file(file, init.bytes, Math.round(segment.startWallMs))
    const next: Cursor = { file, initVersion: init.version, open: null, lastNumber: cursor?.lastNumber ?? segment.number - 1 }
    this.#cursors.set(id, next)
    return next
  }

  #closeSegment(cursor: Cursor): void {
    const { open } = cursor
    if (open === null) return
    cursor.open = null
    cursor.lastNumber = open.draft.number
    this.#sink.segment(cursor.file, { ...open.draft, duration90k: Math.round(open.duration90k) })
  }
}

const sourcesOf = (store: MediaStore): Rendition[] => store.renditions.filter(({ rung }) => rung === sourceRung)

/** Sound is shown when it is decoded; where a segment begins is said of its pictures. */
function draftOf(kind: Rendition['kind'], { number, startDts, startPts, startWallMs, isSpliced, isIndependent }: Segment): SegmentDraft {
  const shown = kind === 'video' ? Math.max(startDts, startPts) : startDts
  return { number, startDts, startPts: shown, duration90k: 0, wallMs: Math.round(startWallMs), isSpliced, isIndependent }
}
