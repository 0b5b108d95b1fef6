import { BitReader } from '@sluice/codecs/bits'
import { H265NalType, h265NalType, readHevcConfig, writeHevcConfig } from '@sluice/codecs/h265'
import { readTrack } from '@sluice/codecs/track'
import type { VideoSyntax } from './video-syntax.ts'

const nalHeaderBytes = 2
/** Types that can only stand before the slices: reserved, and free for applications. Spec: ITU-T H.265 §7.4.2.4.4 */
const [reservedFirst, reservedLast, unspecifiedFirst, unspecifiedLast] = [41, 44, 48, 55] as const
const typeOf = (unit: Uint8Array): number => h265NalType(unit[0]!)

/** H.265 in PES packets. Spec: ITU-T H.265 §7.4.2.4.4, ISO/IEC 13818-1 §2.17 */
export const h265Syntax: VideoSyntax = {
  codec: 'h265',
  isDelimiter: (unit) => typeOf(unit) === H265NalType.aud,
  parameterSet(unit) {
    const type = typeOf(unit)
    return type === H265NalType.vps ? 'vps' : type === H265NalType.sps ? 'sps' : type === H265NalType.pps ? 'pps' : null
  },
  place(b, at) {
    const type = h265NalType(b[at]!)
    // A slice of a higher layer has no access unit of its own.
    if (type < H265NalType.vps) return ((b[at]! & 1) << 5) + ((b[at + 1] ?? 0) >>> 3) === 0 ? 'slice' : 'part'
    const isPrefix = type <= H265NalType.aud || type === H265NalType.prefixSei || (type >= reservedFirst && type <= reservedLast)
    return isPrefix || (type >= unspecifiedFirst && type <= unspecifiedLast) ? 'prefix' : 'suffix'
  },
  isSlice: (unit) => typeOf(unit) < H265NalType.vps,
  startsAccessUnit(b, at) {
    const type = h265NalType(b[at]!)
    if ((type >= H265NalType.vps && type <= H265NalType.aud) || type === H265NalType.prefixSei) return true
    return type < H265NalType.vps && (b[at + nalHeaderBytes]! & 0x80) !== 0 // first_slice_segment_in_pic_flag
  },
  ppsId: (unit) => new BitReader(unit, nalHeaderBytes).readUe(),
  readTrack: (id, sets) => readTrack('video', id, 'h265', writeHevcConfig(sets)),
  isInterlaced: () => false, // each field is a picture of its own, with its own timestamp
  readSets: readHevcConfig,
  delimiter: Uint8Array.of(0x46, 0x01, 0x50),
}
