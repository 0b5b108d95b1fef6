import { H264NalType } from '../h264/index.ts'
import { H265NalType } from '../h265/index.ts'
import { type LengthBytes, nalLength } from '../nal/index.ts'

/** Which services of captions a picture has something for. CC1 and CC3 are the first of each field, `service1` is of CEA-708. */
export type CaptionFields = { cc1: boolean; cc3: boolean; service1: boolean }

/** user_data_registered_itu_t_t35 of the ATSC. Spec: ITU-T H.264 §D.1.6, ATSC A/53 part 4 §6.2.1 */
const registeredUserData = 4
const atscHead = [0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03] as const
const tripletBytes = 3
/** Of each 608 byte the highest bit is parity. */
const parity = 0x7f

/**
 * Adds to `out` what the SEI messages of one access unit of H.264 or H.265 have of captions; padding says nothing. Reads heads of NAL units and
 * SEI alone, allocates nothing, and never throws: what is broken has no captions. Spec: CTA-708 §4.3, CTA-608
 */
export function readCaptionFields(codec: 'h264' | 'h265', b: Uint8Array, lengthBytes: LengthBytes, out: CaptionFields): void {
  for (let at = 0; at + lengthBytes < b.length; ) {
    const start = at + lengthBytes
    const end = start + nalLength(b, at, lengthBytes)
    if (end > b.length || end <= start) return
    const isSei = codec === 'h264' ? (b[start]! & 0x1f) === H264NalType.sei : ((b[start]! >> 1) & 0x3f) === H265NalType.prefixSei
    if (isSei) readSei(b, start + (codec === 'h264' ? 1 : 2), end, out)
    at = end
  }
}

/** Emulation prevention is passed over: caption data has marker bits in every triplet, so that two zeros before a small byte are rare, and a picture's loss is no matter. */
function readSei(b: Uint8Array, from: number, end: number, out: CaptionFields): void {
  let at = from
  while (at + 2 < end) {
    let type = 0
    while (at < end && b[at] === 0xff) type += b[at++]!
    type += b[at++] ?? 0
    let size = 0
    while (at < end && b[at] === 0xff) size += b[at++]!
    size += b[at++] ?? 0
    if (at + size > end) return
    if (type === registeredUserData) readUserData(b, at, at + size, out)
    at += size
  }
}

function readUserData(b: Uint8Array, from: number, end: number, out: CaptionFields): void {
  if (from + atscHead.length + 2 > end || !atscHead.every((byte, i) => b[from + i] === byte)) return
  const flagsAt = from + atscHead.length
  if ((b[flagsAt]! & 0x40) === 0) return
  const count = b[flagsAt]! & 0x1f
  for (let i = 0, at = flagsAt + 2; i < count && at + tripletBytes <= end; i++, at += tripletBytes) {
    if ((b[at]! & 0x04) === 0) continue
    const kind = b[at]! & 0x03
    const isFilled = kind < 2 ? ((b[at + 1]! | b[at + 2]!) & parity) !== 0 : (b[at + 1]! | b[at + 2]!) !== 0
    if (!isFilled) continue
    if (kind === 0) out.cc1 = true
    else if (kind === 1) out.cc3 = true
    else out.service1 = true
  }
}
