import { readU16, readU32, writeU16, writeU32 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'

/** Event types of User Control messages. Spec: RTMP 1.0 §7.1.7; 26, 27, 31 and 32 are Flash Media Server's own, as librtmp knows them. */
export const UserControlEvent = {
  streamBegin: 0,
  streamEof: 1,
  streamDry: 2,
  setBufferLength: 3,
  streamIsRecorded: 4,
  pingRequest: 6,
  pingResponse: 7,
  swfVerifyRequest: 26,
  swfVerifyResponse: 27,
  bufferEmpty: 31,
  bufferReady: 32,
} as const

/**
 * User Control. `value` is a message stream id, or the sender's clock in ms for the two pings; `bufferMs` belongs to Set Buffer
 * Length alone and is 0 otherwise. An event that we do not know is kept as it is: it asks for nothing. Spec: RTMP 1.0 §7.1.7
 */
export type UserControl = { type: 'userControl'; event: number; value: number; bufferMs: number }

export function readUserControl(body: Uint8Array): UserControl {
  if (body.length < 2) throw new WireError('RTMP_BODY_LENGTH', 0, `User Control body is ${body.length} bytes, not at least 2`)
  const event = readU16(body, 0)
  const wantedBytes = event === UserControlEvent.setBufferLength ? 10 : isFourByteEvent(event) ? 6 : 2
  if (body.length < wantedBytes) {
    throw new WireError('RTMP_BODY_LENGTH', 0, `User Control event ${event} has a body of ${body.length} bytes, not ${wantedBytes}`)
  }
  return {
    type: 'userControl',
    event,
    value: body.length >= 6 ? readU32(body, 2) : 0,
    bufferMs: event === UserControlEvent.setBufferLength ? readU32(body, 6) : 0,
  }
}

export function writeUserControl(message: UserControl): Uint8Array {
  const body = new Uint8Array(message.event === UserControlEvent.setBufferLength ? 10 : 6)
  writeU16(body, 0, message.event)
  writeU32(body, 2, message.value)
  if (body.length === 10) writeU32(body, 6, message.bufferMs)
  return body
}

const isFourByteEvent = (event: number): boolean => event <= UserControlEvent.pingResponse && event !== 5
