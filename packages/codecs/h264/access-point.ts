import { BitReader, readRbsp } from '@sluice/codecs/bits'
import { type LengthBytes, nalLength } from '@sluice/codecs/nal'
import { H264NalType, h264NalType } from './constants.ts'

/** Where a decoder can begin: at an IDR picture cleanly, at a recovery point (open GOP, intra refresh) after `recoveryFrames`. */
export type AccessPoint = 'idr' | 'recovery-point' | 'none'

const recoveryPointSei = 6

/**
 * What kind of access point the length-prefixed access unit `b` is. Looks at NAL unit headers and SEI up to the first slice;
 * a damaged unit ends the look. Never throws, no allocation unless there is SEI. Spec: ITU-T H.264 §7.4.1.2.4, §D.2.8
 */
export function h264AccessPoint(b: Uint8Array, lengthBytes: LengthBytes): AccessPoint {
  let hasRecoveryPoint = false
  for (let at = 0; at + lengthBytes < b.length; ) {
    const start = at + lengthBytes
    const end = start + nalLength(b, at, lengthBytes)
    if (end > b.length) return 'none'
    const type = end === start ? 0 : h264NalType(b[start]!)
    if (type === H264NalType.idr) return 'idr'
    if (type === H264NalType.slice || type === H264NalType.partitionA) return hasRecoveryPoint ? 'recovery-point' : 'none'
    if (type === H264NalType.sei && h264RecoveryFrames(b.subarray(start, end)) !== null) hasRecoveryPoint = true
    at = end
  }
  return 'none'
}

/** Frames until the picture is whole, out of an SEI NAL unit with a recovery point message; null without one. Spec: ITU-T H.264 §D.1.8 */
export function h264RecoveryFrames(sei: Uint8Array): number | null {
  const b = readRbsp(sei, 1)
  let at = 0
  while (at + 2 <= b.length) {
    let type = 0
    while (b[at] === 0xff) type += b[at++]!
    type += b[at++] ?? 0
    let bytes = 0
    while (b[at] === 0xff) bytes += b[at++]!
    bytes += b[at++] ?? 0
    if (at + bytes > b.length) return null
    if (type === recoveryPointSei) {
      const r = new BitReader(b.subarray(at, at + bytes))
      const frames = r.readUe()
      return r.isShort ? null : frames
    }
    at += bytes
  }
  return null
}
