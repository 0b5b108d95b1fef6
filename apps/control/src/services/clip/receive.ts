import { createWriteStream, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ClipType, clipLimits } from '@sluice/contract/transcoder'
import { ProblemError } from '../index.ts'

const mib = 1024 * 1024
/** The longest of the marks below. */
const headBytes = 200
/** An upload that brings nothing for so long has died without a word. */
const silenceLimitMs = 30_000

const starts = (head: Uint8Array, at: number, ...bytes: number[]): boolean => bytes.every((byte, i) => head[at + i] === byte)
const text = (head: Uint8Array, at: number, mark: string): boolean => starts(head, at, ...new TextEncoder().encode(mark))

/** By what a file of each type begins with: a wrong one is told at once, and not after a conversion. */
const marks: Readonly<Record<ClipType, (head: Uint8Array) => boolean>> = {
  'image/png': (head) => starts(head, 0, 0x89, 0x50, 0x4e, 0x47),
  'image/jpeg': (head) => starts(head, 0, 0xff, 0xd8, 0xff),
  'image/webp': (head) => text(head, 0, 'RIFF') && text(head, 8, 'WEBP'),
  'video/mp4': (head) => isIso(head),
  'video/quicktime': (head) => isIso(head),
  'video/x-matroska': (head) => starts(head, 0, 0x1a, 0x45, 0xdf, 0xa3),
  'video/webm': (head) => starts(head, 0, 0x1a, 0x45, 0xdf, 0xa3),
  'video/mp2t': (head) => head[0] === 0x47 || head[4] === 0x47,
  'video/x-flv': (head) => text(head, 0, 'FLV'),
}
/** First boxes that files of cameras and editors have. Spec: ISO/IEC 14496-12 §4.2, QuickTime File Format */
const isIso = (head: Uint8Array): boolean => ['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot'].some((box) => text(head, 4, box))

/** A file has the form that its type says. */
const hasMark = (type: ClipType, head: Uint8Array): boolean => marks[type](head)

/**
 * Writes an upload to `file` as it comes, and gives its bytes. Refuses what is too large, of another type, or broken off; then nothing
 * of it stays on the disk.
 */
export async function receiveUpload(body: Readable, file: string, type: ClipType, freeBytes: number): Promise<number> {
  let total = 0
  let head: Uint8Array = new Uint8Array(0)
  let isKnown = false
  let silence: NodeJS.Timeout
  const listen = (): void => {
    clearTimeout(silence)
    silence = setTimeout(
      () => body.destroy(new ProblemError('CLIP_BROKEN_OFF', `The upload stalled for ${silenceLimitMs / 1000} s.`)),
      silenceLimitMs,
    )
  }
  const check = (): void => {
    isKnown = true
    if (!hasMark(type, head)) throw new ProblemError('CLIP_TYPE', `The file is not ${type}: its first bytes are different.`)
  }
  const gate = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      listen()
      total += chunk.length
      try {
        requireRoom(total, freeBytes)
        if (!isKnown) head = Buffer.concat([head, chunk]).subarray(0, headBytes)
        if (!isKnown && head.length === headBytes) check()
        done(null, chunk)
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      try {
        if (!isKnown) check()
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
  listen()
  try {
    await pipeline(body, gate, createWriteStream(file, { mode: 0o600, flags: 'wx' }))
    const handle = await open(file)
    await handle.sync().finally(() => handle.close())
    return total
  } catch (error) {
    rmSync(file, { force: true })
    throw asProblem(error)
  } finally {
    clearTimeout(silence!)
  }
}

/** Refuses an upload of so many bytes, before or while it comes. */
export function requireRoom(bytes: number, freeBytes: number): void {
  if (bytes > clipLimits.uploadBytes) {
    throw new ProblemError('CLIP_TOO_LARGE', `The file is over ${clipLimits.uploadBytes / mib} MiB.`)
  }
  if (bytes > freeBytes)
    throw new ProblemError('CLIP_DISK_FULL', `The disk has only ${Math.floor(freeBytes / mib)} MiB free, and the file is larger.`)
}

function asProblem(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ProblemError('CLIP_DISK_FULL', 'The disk filled up during the upload.')
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET')
    return new ProblemError('CLIP_BROKEN_OFF', 'The connection was lost during the upload.')
  return error
}
