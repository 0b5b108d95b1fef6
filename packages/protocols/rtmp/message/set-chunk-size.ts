import { readU32, writeU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'

const largestChunkBytes = 0x7fffffff

/** Set Chunk Size: the sender's new largest chunk payload, 1..0x7fffffff bytes. Spec: RTMP 1.0 §5.4.1 */
export type SetChunkSize = { type: 'setChunkSize'; chunkBytes: number }

export function readSetChunkSize(body: Uint8Array): SetChunkSize {
  if (body.length !== 4) throw new WireError('RTMP_BODY_LENGTH', 0, `Set Chunk Size body is ${body.length} bytes, not 4`)
  const chunkBytes = readU32(body, 0)
  if (chunkBytes === 0 || chunkBytes > largestChunkBytes)
    throw new WireError('RTMP_CHUNK_SIZE', 0, `chunk size ${chunkBytes} is out of range`)
  return { type: 'setChunkSize', chunkBytes }
}

export function writeSetChunkSize(message: SetChunkSize): Uint8Array {
  const body = new Uint8Array(4)
  writeU32(body, 0, message.chunkBytes)
  return body
}
