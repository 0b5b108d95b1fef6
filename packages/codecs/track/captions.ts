import { Av1ObuType, readAv1Obu } from '@sluice/codecs/av1'
import { readRbsp } from '@sluice/codecs/bits'
import type { Track } from '@sluice/codecs/frame'
import { H264NalType, h264NalType } from '@sluice/codecs/h264'
import { H265NalType, h265NalType } from '@sluice/codecs/h265'
import { nalLength } from '@sluice/codecs/nal'
import { nalLengthBytes } from './nal-length.ts'

/** Spec: ITU-T H.264 §D.1.6, H.265 §D.2.6 */
const registeredUserData = 4
/** Spec: AV1 §6.7.1 */
const itutT35Metadata = 4
/** Country USA, provider ATSC, `GA94`, user_data_type_code 3. Spec: CTA-708-E §4.4.1 */
const ccHead = [0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03] as const

/**
 * True when the access unit `bytes` (in the form of Frame.bytes) carries closed captions: CEA-608 or 708 that is more than padding. Encoders that are
 * set to captions send padding in every picture while nobody speaks. Looks up to the first slice; never throws. Spec: CTA-708-E §4.3.5
 */
export function carriesCaptions(track: Track, bytes: Uint8Array): boolean {
  if (track.codec === 'h264' || track.codec === 'h265') return inSei(track, bytes)
  return track.codec === 'av1' && inMetadata(bytes)
}

function inSei(track: Track, b: Uint8Array): boolean {
  const lengthBytes = nalLengthBytes(track)
  const isH264 = track.codec === 'h264'
  for (let at = 0; at + lengthBytes < b.length; ) {
    const start = at + lengthBytes
    const end = start + nalLength(b, at, lengthBytes)
    if (end > b.length || end === start) return false
    const type = isH264 ? h264NalType(b[start]!) : h265NalType(b[start]!)
    const isSlice = isH264 ? type >= H264NalType.slice && type <= H264NalType.idr : type < H265NalType.vps
    if (isSlice) return false
    const isSei = type === (isH264 ? H264NalType.sei : H265NalType.prefixSei)
    if (isSei && messagesHave(readRbsp(b.subarray(start, end), isH264 ? 1 : 2))) return true
    at = end
  }
  return false
}

/** The SEI messages of one NAL unit. Spec: ITU-T H.264 §7.3.2.3.1 */
function messagesHave(b: Uint8Array): boolean {
  let at = 0
  while (at + 2 <= b.length) {
    let type = 0
    while (b[at] === 0xff) type += b[at++]!
    type += b[at++] ?? 0
    let size = 0
    while (b[at] === 0xff) size += b[at++]!
    size += b[at++] ?? 0
    if (at + size > b.length) return false
    if (type === registeredUserData && hasCcData(b.subarray(at, at + size))) return true
    at += size
  }
  return false
}

function inMetadata(b: Uint8Array): boolean {
  for (let obu = readAv1Obu(b, 0); obu !== null; obu = readAv1Obu(b, obu.end)) {
    if (obu.type === Av1ObuType.frame || obu.type === Av1ObuType.frameHeader) return false
    const isT35 = obu.type === Av1ObuType.metadata && b[obu.payloadAt] === itutT35Metadata
    if (isT35 && hasCcData(b.subarray(obu.payloadAt + 1, obu.end))) return true
  }
  return false
}

/** cc_data() with a valid pair that is no padding: 608 pads with zeros under parity, 708 is not valid where it has nothing to say. */
function hasCcData(b: Uint8Array): boolean {
  if (ccHead.some((byte, i) => b[i] !== byte)) return false
  const flags = b[ccHead.length] ?? 0
  const isProcessed = (flags & 0x40) !== 0
  const count = flags & 0x1f
  if (!isProcessed) return false
  for (let i = 0, at = ccHead.length + 2; i < count && at + 3 <= b.length; i++, at += 3) {
    const isValid = (b[at]! & 4) !== 0
    const is708 = (b[at]! & 2) !== 0
    if (isValid && (is708 || (b[at + 1]! & 0x7f) !== 0 || (b[at + 2]! & 0x7f) !== 0)) return true
  }
  return false
}
