import { readU32, writeU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'

/** Acknowledgement: all bytes received so far, modulo 2^32. Spec: RTMP 1.0 §5.4.3 */
export type Acknowledgement = { type: 'acknowledgement'; receivedBytes: number }

export function readAcknowledgement(body: Uint8Array): Acknowledgement {
  if (body.length !== 4) throw new WireError('RTMP_BODY_LENGTH', 0, `Acknowledgement body is ${body.length} bytes, not 4`)
  return { type: 'acknowledgement', receivedBytes: readU32(body, 0) }
}

export function writeAcknowledgement(message: Acknowledgement): Uint8Array {
  const body = new Uint8Array(4)
  writeU32(body, 0, message.receivedBytes)
  return body
}
