import { H264NalType } from './constants.ts'

/** Spec: ITU-T H.264 §D.1.1, payloadType 5 */
const userDataUnregistered = 5
const trailingBit = 0x80

/** A NAL unit with one SEI message of user data under `uuid` (16 bytes). Spec: ITU-T H.264 §7.3.2.3, §D.1.7 */
export function writeUserDataSei(uuid: Uint8Array, payload: Uint8Array): Uint8Array {
  const size = uuid.length + payload.length
  const head = [userDataUnregistered]
  for (let left = size; ; left -= 255) {
    head.push(Math.min(left, 255))
    if (left < 255) break
  }
  return Uint8Array.from([H264NalType.sei, ...escapeRbsp([...head, ...uuid, ...payload, trailingBit])])
}

/** With emulation prevention: a third zero, or 1 to 3 behind two zeros, would look like a start code. Spec: ITU-T H.264 §7.4.1.1 */
function escapeRbsp(bytes: readonly number[]): number[] {
  const out: number[] = []
  let zeros = 0
  for (const byte of bytes) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3)
      zeros = 0
    }
    out.push(byte)
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return out
}
