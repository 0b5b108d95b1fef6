import { messageOf } from '@sluice/base/errors'
import type { FileSystem } from '@sluice/base/files'
import { bytesOf, type FromWriter, type ToWriter, type WriteFailure } from './messages.ts'
import { RecordingWriter } from './recording-writer.ts'

type Parts = { readonly files: FileSystem; readonly nowMs: () => number; readonly send: (message: FromWriter) => void }

/** All recordings of an engine, as its writing thread has them. One that fails is told, and keeps no other from its turn. */
export class WriterThread {
  readonly #parts: Parts
  // bound: one a recording that is open
  readonly #writers = new Map<number, RecordingWriter>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  receive(message: ToWriter): void {
    const { id } = message
    try {
      if (message.type === 'open') {
        const { files, nowMs, send } = this.#parts
        this.#writers.set(id, new RecordingWriter(message, { files, nowMs, answer: send }))
      } else {
        this.#writers.get(id)?.receive(message)
        if (message.type === 'close') this.#writers.delete(id)
        else this.#writers.get(id)?.look()
      }
    } catch (error) {
      this.#fail(id, error)
    }
    const bytes = bytesOf(message)
    if (bytes > 0) this.#parts.send({ type: 'done', id, bytes })
  }

  /** Now and then: what nothing follows is brought to the disk, too. */
  look(): void {
    for (const [id, writer] of this.#writers) {
      try {
        writer.look()
      } catch (error) {
        this.#fail(id, error)
      }
    }
  }

  #fail(id: number, error: unknown): void {
    this.#writers.get(id)?.drop()
    this.#writers.delete(id)
    const { code = '' } = error as NodeJS.ErrnoException
    const isFull = code === 'ENOSPC' || code === 'EDQUOT'
    const failure: WriteFailure = isFull ? 'RECORDING_DISK_FULL' : 'RECORDING_WRITE_FAILED'
    // A path of this machine is nobody's business but the log's.
    this.#parts.send({ type: 'failed', id, code: failure, message: code === '' ? messageOf(error) : code })
  }
}
