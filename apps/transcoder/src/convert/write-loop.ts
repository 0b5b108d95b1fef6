import { writeSync } from 'node:fs'
import { concatBytes } from '@sluice/base/bytes'
import type { Frame, Track } from '@sluice/codecs/frame'
import { flvConfigBody, flvFrameHeader, flvTimestampMs, writeFlvHeader, writeFlvTag } from '@sluice/containers/flv'
import { Refusal } from './refusal.ts'

const form = { enhanced: true }
const bufferBytes = 1024 * 1024

/** Writes a whole file into an open one. Gives its bytes. */
export function writeFile(file: number, bytes: Uint8Array): number {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    return bytes.length
  } catch (error) {
    throw asRefusal(error, bytes.length)
  }
}

/** Writes frames, in order of dts, as an FLV file into an open one. Gives its bytes. Whoever opened it gives it its name when all is there. */
export function writeLoop(file: number, hasAudio: boolean, frames: Iterable<Frame>): number {
  let total = 0
  // bound: `bufferBytes`, written out when full
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  const put = (bytes: Uint8Array): void => {
    waiting.push(bytes)
    waitingBytes += bytes.length
    if (waitingBytes >= bufferBytes) drain()
  }
  const drain = (): void => {
    const bytes = concatBytes(waiting)
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
    total += bytes.length
    waiting = []
    waitingBytes = 0
  }
  try {
    put(writeFlvHeader({ audio: hasAudio, video: true }))
    const known = new Set<Track>()
    for (const frame of frames) {
      if (!known.has(frame.track)) {
        known.add(frame.track)
        put(writeFlvTag(frame.track.kind, flvTimestampMs(frame.dts), [flvConfigBody(frame.track, form)!]))
      }
      put(writeFlvTag(frame.track.kind, flvTimestampMs(frame.dts), [flvFrameHeader(frame, form)!, frame.bytes]))
    }
    drain()
    return total
  } catch (error) {
    throw asRefusal(error, total)
  }
}

/** What the disk or its limit says; anything else is a fault. */
function asRefusal(error: unknown, total: number): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Refusal('CLIP_DISK_FULL', 'The disk of the data directory is full.')
  if (code === 'EFBIG') return new Refusal('CLIP_TOO_LARGE', `The converted file would be over ${Math.round(total / 2 ** 20)} MB.`)
  return error
}

/** Two tracks as one row, in order of dts. Nothing is asked of either before its turn. */
export function* interleave(a: Generator<Frame>, b: Generator<Frame>): Generator<Frame> {
  let nextA = a.next()
  let nextB = b.next()
  while (!nextA.done || !nextB.done) {
    if (nextB.done || (!nextA.done && nextA.value.dts <= nextB.value.dts)) {
      yield (nextA as IteratorYieldResult<Frame>).value
      nextA = a.next()
    } else {
      yield nextB.value
      nextB = b.next()
    }
  }
}
