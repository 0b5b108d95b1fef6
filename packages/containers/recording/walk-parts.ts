import { readU32, readU64 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { type ReadSample, readFragments } from '../fmp4/index.ts'
import type { RecordingDisk } from './recording-disk.ts'

/** A part that is whole in its file: one moof and its mdat. */
export type RecordedPart = {
  readonly at: number
  readonly end: number
  /** Where the bytes of its samples begin, and those of the first one are. */
  readonly payloadAt: number
  readonly samples: readonly ReadSample[]
}

const headBytes = 8
/** A moof of ours has 16 bytes a sample: more than any part has. */
const maxMoofBytes = 1024 * 1024
/** A moof of a part of half a second with the head of its mdat, read at once. */
const usualMoofBytes = 4096

/** The parts from `at` up to `end`, as far as they are whole; the next one ends the walk. Payloads are not read. */
export function* walkParts(disk: Pick<RecordingDisk, 'read'>, name: string, at: number, end: number): Generator<RecordedPart> {
  for (let partAt = at; partAt + 2 * headBytes <= end; ) {
    const part = readPart(disk, name, partAt, end)
    if (part === null) return
    yield part
    partAt = part.end
  }
}

function readPart(disk: Pick<RecordingDisk, 'read'>, name: string, at: number, end: number): RecordedPart | null {
  let head = disk.read(name, at, Math.min(usualMoofBytes, end - at))
  const moofBytes = boxBytes(head, 0, 'moof')
  if (moofBytes === null || moofBytes > maxMoofBytes || at + moofBytes + headBytes > end) return null
  if (head.length < moofBytes + headBytes) head = disk.read(name, at, moofBytes + headBytes)
  const mdatBytes = boxBytes(head, moofBytes, 'mdat')
  if (mdatBytes === null || at + moofBytes + mdatBytes > end) return null
  const samples = samplesOf(head.subarray(0, moofBytes), mdatBytes - headBytes)
  if (samples === null) return null
  return { at, end: at + moofBytes + mdatBytes, payloadAt: at + moofBytes + headBytes, samples }
}

/** Null: other bytes stand there. */
function boxBytes(b: Uint8Array, at: number, type: string): number | null {
  if (b.length < at + headBytes || String.fromCharCode(...b.subarray(at + 4, at + headBytes)) !== type) return null
  const bytes = readU32(b, at)
  return bytes < headBytes ? null : bytes
}

/** Of a moof of one track, whose samples fill its mdat in turn; null: it is none. */
function samplesOf(moof: Uint8Array, payloadBytes: number): readonly ReadSample[] | null {
  try {
    // The reader asks that samples lie in bytes that are there: a moof alone says where they would.
    const whole = new Uint8Array(moof.length + headBytes + payloadBytes)
    whole.set(moof)
    whole.set([0, 0, 0, 0, 109, 100, 97, 116], moof.length)
    new DataView(whole.buffer).setUint32(moof.length, headBytes + payloadBytes)
    const [fragment] = readFragments(whole)
    const [run] = fragment?.runs ?? []
    if (run === undefined || run.samples.length === 0) return null
    return run.samples.reduce((sum, { at, end }) => sum + end - at, 0) === payloadBytes ? run.samples : null
  } catch (error) {
    if (error instanceof WireError) return null
    throw error
  }
}

/** Bytes of the init segment that a file begins with; null: it is not whole. */
export function initBytesOf(disk: Pick<RecordingDisk, 'read'>, name: string, fileBytes: number): number | null {
  let at = 0
  for (const type of ['ftyp', 'moov']) {
    const head = disk.read(name, at, Math.min(2 * headBytes, fileBytes - at))
    const small = boxBytes(head, 0, type)
    const bytes = small === 1 ? readU64(head, headBytes) : small
    if (bytes === null || at + bytes > fileBytes) return null
    at += bytes
  }
  return at
}
