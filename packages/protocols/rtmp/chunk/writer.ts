import { writeU24, writeU32, writeU32LE } from '@sluice/base/bytes'
import { type ChunkStreamId, extendedTimestampMarker } from '../constants.ts'

const fullHeaderBytes = 12
const extendedBytes = 4

/**
 * One message as wire bytes: a fmt 0 header, then a fmt 3 header after each `chunkBytes` of payload, each with the extended
 * timestamp where one is due (ffmpeg, librtmp and nginx-rtmp repeat it too). The bytes depend on no earlier message.
 * The body is all of `parts` in order; one allocation, each part copied once. Spec: RTMP 1.0 §5.3.1
 */
export function writeChunks(
  chunkStreamId: ChunkStreamId,
  type: number,
  timestampMs: number,
  messageStreamId: number,
  parts: readonly Uint8Array[],
  chunkBytes: number,
): Uint8Array {
  let bodyBytes = 0
  for (const part of parts) bodyBytes += part.length
  const timestamp = timestampMs >>> 0
  const isExtended = timestamp >= extendedTimestampMarker
  const boundaryBytes = isExtended ? 1 + extendedBytes : 1
  const boundaries = bodyBytes === 0 ? 0 : Math.ceil(bodyBytes / chunkBytes) - 1
  const out = Buffer.allocUnsafeSlow(headerBytesOf(timestamp) + bodyBytes + boundaries * boundaryBytes)
  let at = writeHeader(out, chunkStreamId, type, timestamp, messageStreamId, bodyBytes)
  let roomBytes = chunkBytes
  for (const part of parts) {
    let from = 0
    while (from < part.length) {
      if (roomBytes === 0) {
        out[at] = 0xc0 | chunkStreamId
        if (isExtended) writeU32(out, at + 1, timestamp)
        at += boundaryBytes
        roomBytes = chunkBytes
      }
      const take = Math.min(roomBytes, part.length - from)
      out.set(from === 0 && take === part.length ? part : part.subarray(from, from + take), at)
      at += take
      from += take
      roomBytes -= take
    }
  }
  return out
}

/**
 * The same message as two pieces, where it fits one chunk: its headers with `head` behind them, and `payload` itself, of which nothing is
 * copied. Null: it takes more chunks.
 */
export function writeChunkPieces(
  chunkStreamId: ChunkStreamId,
  type: number,
  timestampMs: number,
  messageStreamId: number,
  head: Uint8Array,
  payload: Uint8Array,
  chunkBytes: number,
): readonly Uint8Array[] | null {
  const bodyBytes = head.length + payload.length
  if (bodyBytes > chunkBytes) return null
  const timestamp = timestampMs >>> 0
  const out = new Uint8Array(headerBytesOf(timestamp) + head.length)
  out.set(head, writeHeader(out, chunkStreamId, type, timestamp, messageStreamId, bodyBytes))
  return [out, payload]
}

const headerBytesOf = (timestamp: number): number => fullHeaderBytes + (timestamp >= extendedTimestampMarker ? extendedBytes : 0)

/** A fmt 0 header at the start of `out`; the index after it. */
function writeHeader(
  out: Uint8Array,
  chunkStreamId: ChunkStreamId,
  type: number,
  timestamp: number,
  messageStreamId: number,
  bodyBytes: number,
): number {
  const isExtended = timestamp >= extendedTimestampMarker
  out[0] = chunkStreamId
  writeU24(out, 1, isExtended ? extendedTimestampMarker : timestamp)
  writeU24(out, 4, bodyBytes)
  out[7] = type
  writeU32LE(out, 8, messageStreamId)
  if (isExtended) writeU32(out, fullHeaderBytes, timestamp)
  return headerBytesOf(timestamp)
}
