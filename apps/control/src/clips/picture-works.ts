import { rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { type PageImageType, pageImageLimits } from '@sluice/contract/api'
import { newId } from '../db/index.ts'
import { receiveUpload } from '../services/clip/index.ts'
import { ProblemError } from '../services/index.ts'
import type { ClipFiles } from './clip-files.ts'
import type { ConvertQueue } from './convert-queue.ts'

type Upload = { readonly body: Readable; readonly type: PageImageType; readonly contentLength: number | null }
type Picture = { body: Uint8Array; contentType: 'image/jpeg' | 'image/png'; width: number; height: number }

const mib = 1024 * 1024
/** Uploads that wait for the one before: each holds a file on the disk and a request. */
const maxWaiting = 8

/** Pictures of player pages: somebody waits for them, so they have a queue of their own beside that of clips, one after the other. */
export class PictureWorks {
  readonly #files: ClipFiles
  readonly #queue: ConvertQueue
  readonly #nowMs: () => number
  #waiting = 0

  constructor(files: ClipFiles, queue: ConvertQueue, nowMs: () => number) {
    this.#files = files
    this.#queue = queue
    this.#nowMs = nowMs
  }

  /** Receives an upload and makes a picture of it. Nothing stays on the disk. Throws ProblemError. */
  async make({ body, type, contentLength }: Upload, as: 'jpeg' | 'png', box: { width: number; height: number }): Promise<Picture> {
    if ((contentLength ?? 0) > pageImageLimits.uploadBytes) throw tooLarge(pageImageLimits.uploadBytes)
    if (this.#waiting >= maxWaiting)
      throw new ProblemError('PAGE_IMAGE', 'Several pictures are being converted. Send this one again in a moment.')
    this.#waiting++
    const id = newId(this.#nowMs())
    const [file, target] = [this.#files.upload(id), this.#files.picture(id)]
    try {
      const room = Math.min(pageImageLimits.uploadBytes, await this.#files.freeBytes())
      await receiveUpload(body, file, type, room).catch((error: unknown) => {
        throw error instanceof ProblemError && error.code === 'CLIP_DISK_FULL' && room === pageImageLimits.uploadBytes
          ? tooLarge(room)
          : error
      })
      const done = await this.#queue.run({ do: 'picture', type, as, box, file, target })
      if (done.type === 'unavailable') throw new ProblemError('PAGE_IMAGE', `Pictures cannot be converted: ${done.message}.`)
      if (done.type !== 'done') throw new ProblemError('PAGE_IMAGE', done.message)
      if (done.facts.bytes > pageImageLimits.keptBytes) throw tooLarge(pageImageLimits.keptBytes)
      const { width, height } = done.facts
      return { body: await readFile(target), contentType: as === 'png' ? 'image/png' : 'image/jpeg', width, height }
    } finally {
      this.#waiting--
      for (const left of [file, target]) rmSync(left, { force: true })
    }
  }
}

const tooLarge = (bytes: number): ProblemError =>
  new ProblemError('PAGE_IMAGE', `The picture is over ${(bytes / mib).toFixed(1).replace(/\.0$/, '')} MiB.`)
