import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { type FileSystem, type Folder, openFolder } from '@sluice/base/files'
import { ticksPerMs } from '@sluice/codecs/frame'
import {
  formatLine,
  type IndexLine,
  indexName,
  mediaFileName,
  planPieces,
  readMediaFileName,
  repairRecording,
  stateName,
} from '@sluice/containers/recording'
import type { RecordingFile } from '@sluice/media/recorder'
import type { FromWriter, RecordingState, ToWriter } from './messages.ts'

const fileMode = 0o600
const folderMode = 0o700
/** What a power cut may take. */
const syncMs = 2000
/** A disk as full as this is left to the database and to whatever else lives on it. */
const fullShare = 0.97

type OpenFile = { readonly handle: number; readonly name: string; bytes: number; segmentAt: number; crc: number }
type Answer = Exclude<FromWriter, { type: 'done' | 'failed' }>
type Parts = { readonly files: FileSystem; readonly nowMs: () => number; readonly answer: (message: Answer) => void }

/**
 * Writes one recording, in the thread that may wait for the disk. Bytes go to the files as they come, a line to the index when a segment is
 * whole, and both are on the disk two seconds later. What throws ends this opening; the next one repairs what it left.
 */
export class RecordingWriter {
  readonly #parts: Parts
  readonly #id: number
  readonly #folder: string
  readonly #disk: Folder
  readonly #state: RecordingState
  readonly #run: number
  readonly #index: number
  // bound: one a track of the source, sixteen and a picture
  readonly #open = new Map<string, OpenFile>()
  #isDirty = false
  #syncedMs: number

  /** Throws what the disk says. */
  constructor({ id, folder, state, lostMs }: Extract<ToWriter, { type: 'open' }>, parts: Parts) {
    const { files, nowMs, answer } = parts
    this.#parts = parts
    this.#id = id
    this.#folder = folder
    this.#disk = openFolder(files, folder)
    files.mkdirSync(folder, { recursive: true, mode: folderMode })
    this.#tellDisk()
    const isResumed = files.existsSync(join(folder, stateName))
    const lines = isResumed ? repairRecording(this.#disk).lines : []
    const media = files.readdirSync(folder).flatMap((name) => readMediaFileName(name) ?? [])
    this.#run = 1 + Math.max(0, ...media.map(({ run }) => run))
    this.#state = isResumed ? { ...this.#readState(state), endedAt: null, endedBy: null } : state
    this.#writeState(this.#state)
    this.#index = files.openSync(join(folder, indexName), 'a', fileMode)
    this.#syncedMs = nowMs()
    if (isResumed) this.#writeLine({ type: 'mark', why: 'resumed', wallMs: Date.parse(state.startedAt), lostMs: Math.round(lostMs) })
    const bytes = lines.reduce((sum, line) => sum + (line.type === 'segment' ? line.bytes : 0), 0)
    const durationMs = planPieces(lines).reduce((sum, { fromDts, endDts }) => sum + (endDts - fromDts) / ticksPerMs, 0)
    answer({ type: 'opened', id, isResumed, durationMs: Math.round(durationMs), bytes })
  }

  receive(message: Exclude<ToWriter, { type: 'open' }>): void {
    if (message.type === 'file') this.#beginFile(message.file, message.init, message.wallMs)
    else if (message.type === 'part') this.#write(this.#fileOf(message.file), message.bytes)
    else if (message.type === 'segment') this.#endSegment(message)
    else if (message.type === 'lost') this.#writeLine({ type: 'mark', why: 'disk-slow', wallMs: message.wallMs, lostMs: message.lostMs })
    else this.#end(message)
  }

  /** Called often: what was written is on the disk two seconds later. */
  look(): void {
    const nowMs = this.#parts.nowMs()
    if (!this.#isDirty || nowMs - this.#syncedMs < syncMs) return
    this.#sync()
    this.#tellDisk()
  }

  /** Gives the files back, as they are. */
  drop(): void {
    for (const { handle } of this.#open.values()) this.#quietly(() => this.#parts.files.closeSync(handle))
    this.#open.clear()
    this.#quietly(() => this.#parts.files.closeSync(this.#index))
  }

  #beginFile({ rendition, no }: RecordingFile, init: Uint8Array, wallMs: number): void {
    const before = this.#open.get(rendition)
    if (before !== undefined) this.#closeFile(before)
    const name = mediaFileName({ run: this.#run, no, rendition })
    const handle = this.#parts.files.openSync(join(this.#folder, name), 'wx', fileMode)
    const file: OpenFile = { handle, name, bytes: 0, segmentAt: 0, crc: 0 }
    this.#open.set(rendition, file)
    this.#write(file, init)
    file.segmentAt = file.bytes
    file.crc = 0
    this.#writeLine({ type: 'file', file: name, initBytes: init.length, wallMs })
  }

  #fileOf({ rendition }: RecordingFile): OpenFile {
    const file = this.#open.get(rendition)
    if (file === undefined) throw new Error(`no file is open for ${rendition}`)
    return file
  }

  #write(file: OpenFile, bytes: Uint8Array): void {
    writeAll(this.#parts.files, file.handle, bytes)
    file.bytes += bytes.length
    file.crc = crc32(bytes, file.crc)
    this.#isDirty = true
  }

  #endSegment({ file: { rendition, no }, draft }: Extract<ToWriter, { type: 'segment' }>): void {
    const file = this.#fileOf({ rendition, no })
    const bytes = file.bytes - file.segmentAt
    if (bytes > 0) this.#writeLine({ type: 'segment', file: file.name, offset: file.segmentAt, bytes, crc32: file.crc, ...draft })
    file.segmentAt = file.bytes
    file.crc = 0
  }

  #writeLine(line: IndexLine): void {
    writeAll(this.#parts.files, this.#index, new TextEncoder().encode(formatLine(line)))
    this.#isDirty = true
  }

  #end({ endedAt, endedBy }: Extract<ToWriter, { type: 'close' }>): void {
    this.#writeLine({ type: 'mark', why: 'end', wallMs: Date.parse(endedAt), lostMs: 0 })
    this.#sync()
    this.#writeState({ ...this.#state, endedAt, endedBy })
    this.drop()
    this.#parts.answer({ type: 'closed', id: this.#id })
  }

  #closeFile(file: OpenFile): void {
    this.#parts.files.fdatasyncSync(file.handle)
    this.#parts.files.closeSync(file.handle)
  }

  #sync(): void {
    for (const { handle } of this.#open.values()) this.#parts.files.fdatasyncSync(handle)
    this.#parts.files.fdatasyncSync(this.#index)
    this.#isDirty = false
    this.#syncedMs = this.#parts.nowMs()
  }

  /** Throws once the disk is too full to go on. */
  #tellDisk(): void {
    const { bavail, blocks, bsize } = this.#parts.files.statfsSync(this.#folder)
    const usedShare = blocks === 0 ? 0 : 1 - bavail / blocks
    this.#parts.answer({ type: 'disk', id: this.#id, usedShare, freeBytes: bavail * bsize })
    if (usedShare >= fullShare) throw Object.assign(new Error(`the disk is ${Math.floor(usedShare * 100)} % full`), { code: 'ENOSPC' })
  }

  #readState(fallback: RecordingState): RecordingState {
    try {
      const read = JSON.parse(this.#parts.files.readFileSync(join(this.#folder, stateName), 'utf8')) as RecordingState
      return read.recordingId === fallback.recordingId ? read : fallback
    } catch (error) {
      if (error instanceof SyntaxError) return fallback
      throw error
    }
  }

  #writeState(state: RecordingState): void {
    this.#disk.replace(stateName, `${JSON.stringify(state)}\n`)
  }

  #quietly(run: () => void): void {
    try {
      run()
    } catch {
      // The file is as it is: the next opening repairs it.
    }
  }
}

function writeAll(files: FileSystem, handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += files.writeSync(handle, bytes, at, bytes.length - at)
}
