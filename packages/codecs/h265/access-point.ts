import { type LengthBytes, nalLength } from '@sluice/codecs/nal'
import { H265NalType, h265NalType } from './constants.ts'

/**
 * True when the length-prefixed access unit `b` is an IRAP picture: IDR, CRA or BLA. Looks up to the first slice; a damaged
 * unit ends the look. Never throws, allocates nothing. Spec: ITU-T H.265 §7.4.2.2
 */
export function isH265Irap(b: Uint8Array, lengthBytes: LengthBytes): boolean {
  for (let at = 0; at + lengthBytes < b.length; ) {
    const start = at + lengthBytes
    const end = start + nalLength(b, at, lengthBytes)
    if (end > b.length) return false
    const type = h265NalType(b[start]!)
    if (end > start && type < H265NalType.vps) return type >= H265NalType.irapFirst && type <= H265NalType.irapLast
    at = end
  }
  return false
}
