import { readU32, writeU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'

/** Window Acknowledgement Size: the sender wants an Acknowledgement after each so many bytes that it sent. Spec: RTMP 1.0 §5.4.4 */
export type WindowAckSize = { type: 'windowAckSize'; windowBytes: number }

export function readWindowAckSize(body: Uint8Array): WindowAckSize {
  if (body.length !== 4) throw new WireError('RTMP_BODY_LENGTH', 0, `Window Acknowledgement Size body is ${body.length} bytes, not 4`)
  return { type: 'windowAckSize', windowBytes: readU32(body, 0) }
}

export function writeWindowAckSize(message: WindowAckSize): Uint8Array {
  const body = new Uint8Array(4)
  writeU32(body, 0, message.windowBytes)
  return body
}
