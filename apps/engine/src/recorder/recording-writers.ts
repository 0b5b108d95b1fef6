import { Worker } from 'node:worker_threads'
import { messageOf } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { RecordingFile, RecordingSink, SegmentDraft } from '@sluice/media/recorder'
import { bytesOf, type FromWriter, type RecordingState, type ToWriter } from './messages.ts'

/** What of a recording may wait for its disk: half a minute of 10 Mbps. It goes on once a tenth of that waits. */
const usualQueueBytes = 40 * 1024 * 1024
const freeShare = 0.1

/** The thread that writes, as it is talked to. */
export type WriterHandle = { post(message: ToWriter): void; end(): void }
type Heard = { onMessage(message: FromWriter): void; onEnd(why: string): void }
/** Opens the thread. Tests put their own in its place. */
export type OpenWriterThread = (heard: Heard) => WriterHandle

const writerMain = new URL('./writer-main.ts', import.meta.url)
const megabytes = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 }

/** A thread of this process: what it waits for in the kernel is no file descriptor, no lookup of a name and no turn of the programme. */
export const openWriterThread =
  (log: Logger): OpenWriterThread =>
  ({ onMessage, onEnd }) => {
    const worker = new Worker(writerMain, { resourceLimits: megabytes })
    const guard = new Guard('the thread that writes recordings', log)
    guard.on(worker, 'message', onMessage)
    guard.on(worker, 'error', (error: unknown) => onEnd(messageOf(error)))
    guard.on(worker, 'exit', () => onEnd('the writing thread ended'))
    // Its last words are on the disk, or the next start repairs what is.
    worker.unref()
    return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() }
  }

/** What one opening of a recording tells its owner. */
export type WriterNews = Exclude<FromWriter, { type: 'done' }>

/** All recordings of an engine share one writing thread, which runs while there is something to write. */
export class RecordingWriters {
  readonly #open: OpenWriterThread
  // bound: one a recording that is open; a channel has one
  readonly #openings = new Map<number, { writer: OpenWriter; onNews: (news: WriterNews) => void }>()
  #thread: WriterHandle | null = null
  #lastId = 0

  readonly #maxQueuedBytes: number

  constructor(open: OpenWriterThread, maxQueuedBytes: number = usualQueueBytes) {
    this.#open = open
    this.#maxQueuedBytes = maxQueuedBytes
  }

  /** Begins a recording in its folder, or goes on with the one that is there. */
  open(about: { folder: string; state: RecordingState; lostMs: number }, onNews: (news: WriterNews) => void): OpenWriter {
    const id = ++this.#lastId
    const writer = new OpenWriter(id, this.#maxQueuedBytes, (message) => this.#thread?.post(message))
    this.#openings.set(id, { writer, onNews })
    this.#thread ??= this.#open({ onMessage: (message) => this.#receive(message), onEnd: (why) => this.#ended(why) })
    this.#thread.post({ type: 'open', id, ...about })
    return writer
  }

  #receive(message: FromWriter): void {
    const opening = this.#openings.get(message.id)
    if (opening === undefined) return
    if (message.type === 'done') opening.writer.noteWritten(message.bytes)
    else {
      if (message.type === 'closed' || message.type === 'failed') this.#openings.delete(message.id)
      opening.onNews(message)
    }
    if (this.#openings.size > 0) return
    const thread = this.#thread
    this.#thread = null
    thread?.end()
  }

  #ended(why: string): void {
    if (this.#thread === null) return
    this.#thread = null
    const lost = [...this.#openings]
    this.#openings.clear()
    for (const [id, { onNews }] of lost) onNews({ type: 'failed', id, code: 'RECORDING_WRITER_LOST', message: why })
  }
}

/** One opening of a recording: a bounded queue in front of the writing thread. */
export class OpenWriter implements RecordingSink {
  readonly #id: number
  readonly #post: (message: ToWriter) => void
  #queuedBytes = 0
  #bytes = 0
  #onLost: (lostMs: number) => void = () => {}

  readonly #maxQueuedBytes: number

  constructor(id: number, maxQueuedBytes: number, post: (message: ToWriter) => void) {
    this.#id = id
    this.#maxQueuedBytes = maxQueuedBytes
    this.#post = post
  }

  /** Bytes that wait for the disk. */
  get queuedBytes(): number {
    return this.#queuedBytes
  }
  /** Bytes that it was given. */
  get bytes(): number {
    return this.#bytes
  }

  /** Who hears that something was left out, and is over. */
  heardBy(onLost: (lostMs: number) => void): void {
    this.#onLost = onLost
  }

  file(file: RecordingFile, init: Uint8Array, wallMs: number): void {
    this.#send({ type: 'file', id: this.#id, file, init, wallMs })
  }
  part(file: RecordingFile, bytes: Uint8Array): void {
    this.#bytes += bytes.length
    this.#send({ type: 'part', id: this.#id, file, bytes })
  }
  segment(file: RecordingFile, draft: SegmentDraft): void {
    this.#send({ type: 'segment', id: this.#id, file, draft })
  }
  lost(wallMs: number, lostMs: number): void {
    this.#send({ type: 'lost', id: this.#id, wallMs, lostMs })
    this.#onLost(lostMs)
  }
  room(): 'free' | 'some' | 'full' {
    if (this.#queuedBytes > this.#maxQueuedBytes) return 'full'
    return this.#queuedBytes > this.#maxQueuedBytes * freeShare ? 'some' : 'free'
  }
  close(endedAt: string, endedBy: string): void {
    this.#send({ type: 'close', id: this.#id, endedAt, endedBy })
  }
  noteWritten(bytes: number): void {
    this.#queuedBytes -= bytes
  }

  #send(message: ToWriter): void {
    this.#queuedBytes += bytesOf(message)
    this.#post(message)
  }
}
