import { createHash } from 'node:crypto'
import { readU24 } from '@sluice/base/bytes'
import type { MediaKind } from '../wire.ts'

/** One FLV tag, which is what one RTMP media message is. */
export type FlvTag = { kind: MediaKind; timestampMs: number; body: Uint8Array }

const fileHeaderBytes = 13
const tagHeaderBytes = 11
const kindOf = new Map<number, MediaKind>([
  [8, 'audio'],
  [9, 'video'],
  [18, 'data'],
])

/** All whole tags of an FLV file; one cut short at the end is left out. For tests: no limits, no errors. */
export function readFlvTags(file: Uint8Array): FlvTag[] {
  const tags: FlvTag[] = []
  let at = fileHeaderBytes
  while (at + tagHeaderBytes <= file.length) {
    const end = at + tagHeaderBytes + readU24(file, at + 1)
    if (end > file.length) break
    const kind = kindOf.get(file[at]! & 0x1f)
    const timestampMs = readU24(file, at + 4) + file[at + 7]! * 0x1000000
    if (kind !== undefined) tags.push({ kind, timestampMs, body: file.subarray(at + tagHeaderBytes, end) })
    at = end + 4
  }
  return tags
}

/** A short form of bytes that is as good as they are for comparing, and can be printed. */
export const printOf = (bytes: Uint8Array): string => `${bytes.length}:${createHash('sha1').update(bytes).digest('hex').slice(0, 12)}`

/** Tags of one kind as prints of their bodies, for comparing what was sent with what came. */
export const bodiesOf = (tags: readonly FlvTag[], kind: MediaKind): string[] =>
  tags.filter((tag) => tag.kind === kind).map((tag) => printOf(tag.body))
