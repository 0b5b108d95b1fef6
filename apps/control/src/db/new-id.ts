import { randomBytes } from 'node:crypto'

/** Kept for the whole process: who asks for two ids within a millisecond gets them in order, wherever they ask. */
const last = { ms: 0, count: 0 }

/**
 * A new UUIDv7: ids sort by the millisecond they were made in and, up to 4096 of one millisecond, by their order in it; 62 bits of
 * chance keep them apart. Spec: RFC 9562 §5.7, §6.2 method 1
 */
export function newId(nowMs = Date.now()): string {
  last.count = nowMs === last.ms ? (last.count + 1) & 0xfff : 0
  last.ms = nowMs
  const bytes = randomBytes(16)
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes.writeUInt16BE(0x7000 | last.count, 6)
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
