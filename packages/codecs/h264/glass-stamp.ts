import { type LengthBytes, nalLength } from '../nal/index.ts'
import { H264NalType } from './constants.ts'
import { writeUserDataSei } from './user-data.ts'

const encode = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
/** 16 bytes, as a UUID has. */
const uuid = encode('SluiceGlassStamp')
/** Letters and digits need no emulation prevention. */
const digits = 16
const userDataUnregistered = 5

/** A NAL unit that says when its picture was taken, milliseconds since 1970. Spec: ITU-T H.264 §D.1.7 */
export const writeGlassStamp = (wallMs: number): Uint8Array =>
  writeUserDataSei(uuid, encode(String(Math.round(wallMs)).padStart(digits, '0')))

/** When the picture of an access unit was taken; null: it does not say. Reads heads of NAL units and SEI alone. */
export function readGlassStamp(b: Uint8Array, lengthBytes: LengthBytes): number | null {
  for (let at = 0; at + lengthBytes < b.length; ) {
    const start = at + lengthBytes
    const end = start + nalLength(b, at, lengthBytes)
    if (end > b.length || end <= start) return null
    if ((b[start]! & 0x1f) === H264NalType.sei) {
      const stamp = stampIn(b, start + 1, end)
      if (stamp !== null) return stamp
    }
    at = end
  }
  return null
}

/** The message that `writeGlassStamp` writes, alone in its NAL unit. */
function stampIn(b: Uint8Array, from: number, end: number): number | null {
  const textAt = from + 2 + uuid.length
  if (b[from] !== userDataUnregistered || b[from + 1] !== uuid.length + digits || textAt + digits > end) return null
  if (!uuid.every((byte, i) => b[from + 2 + i] === byte)) return null
  const text = String.fromCharCode(...b.subarray(textAt, textAt + digits))
  return /^\d+$/.test(text) ? Number(text) : null
}
