import { createWriteStream, type WriteStream } from 'node:fs'
import { writeFlvHeader, writeFlvTag } from '@sluice/containers/flv'
import type { SinkMessage } from '@sluice/testkit/rtmp-sink'

/** A disk that does not keep up must not fill memory: above this what comes is left out. */
const maxWaitingBytes = 64 * 1024 * 1024

/** Writes what comes to a file, as it comes. The first publisher alone is recorded: two in one file would be of no use. */
export class Recording {
  readonly #file: WriteStream
  #owner: unknown = null
  #hasHeader = false
  leftOutBytes = 0

  constructor(path: string, onError: (message: string) => void) {
    this.#file = createWriteStream(path)
    this.#file.on('error', (error) => onError(error.message))
  }

  /** An RTMP message, timestamps as they came. */
  addMessage(owner: unknown, { kind, timestampMs, body }: Pick<SinkMessage, 'kind' | 'timestampMs' | 'body'>): void {
    if (!this.#owns(owner)) return
    // What a stream holds is not known before it has come; players take a header that promises both.
    if (!this.#hasHeader) this.#write(writeFlvHeader({ audio: true, video: true }))
    this.#hasHeader = true
    this.#write(writeFlvTag(kind, timestampMs, [body]))
  }

  /** A payload of MPEG-TS. */
  addPayload(owner: unknown, payload: Uint8Array): void {
    if (this.#owns(owner)) this.#write(payload)
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#file.destroyed) resolve()
      else this.#file.end(() => resolve())
    })
  }

  #owns(owner: unknown): boolean {
    this.#owner ??= owner
    return this.#owner === owner
  }

  #write(bytes: Uint8Array): void {
    if (this.#file.writableLength > maxWaitingBytes) this.leftOutBytes += bytes.length
    else if (!this.#file.destroyed) this.#file.write(bytes)
  }
}
