import { readU32, writeU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'

/** Abort: the sender gives up the message in progress on a chunk stream. Spec: RTMP 1.0 §5.4.2 */
export type Abort = { type: 'abort'; chunkStreamId: number }

export function readAbort(body: Uint8Array): Abort {
  if (body.length !== 4) throw new WireError('RTMP_BODY_LENGTH', 0, `Abort body is ${body.length} bytes, not 4`)
  return { type: 'abort', chunkStreamId: readU32(body, 0) }
}

export function writeAbort(message: Abort): Uint8Array {
  const body = new Uint8Array(4)
  writeU32(body, 0, message.chunkStreamId)
  return body
}
