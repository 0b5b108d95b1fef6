import { BitReader } from '@sluice/codecs/bits'
import { H264NalType, h264NalType, readAvcConfig, readH264Sps, writeAvcConfig } from '@sluice/codecs/h264'
import { readTrack } from '@sluice/codecs/track'
import type { UnitPlace, VideoSyntax } from './video-syntax.ts'

const typeOf = (unit: Uint8Array): number => h264NalType(unit[0]!)

/** By NAL unit type; 14 stands before slices, 20 and 21 are slices of other views. Spec: ITU-T H.264 table 7-1, §7.4.1.2.3 */
const places: readonly UnitPlace[] = [
  ...(['suffix', 'slice', 'slice', 'part', 'part', 'slice', 'prefix', 'prefix', 'prefix', 'prefix'] as const),
  ...(['suffix', 'suffix', 'suffix', 'prefix', 'prefix', 'prefix', 'prefix', 'prefix', 'prefix', 'part', 'part', 'part'] as const),
]

/** H.264 in PES packets. Spec: ITU-T H.264 §7.4.1, ISO/IEC 13818-1 §2.14 */
export const h264Syntax: VideoSyntax = {
  codec: 'h264',
  isDelimiter: (unit) => typeOf(unit) === H264NalType.aud,
  parameterSet(unit) {
    const type = typeOf(unit)
    return type === H264NalType.sps ? 'sps' : type === H264NalType.pps ? 'pps' : null
  },
  place: (b, at) => places[h264NalType(b[at]!)] ?? 'suffix',
  isSlice(unit) {
    const type = typeOf(unit)
    return type >= H264NalType.slice && type <= H264NalType.idr
  },
  startsAccessUnit(b, at) {
    const type = h264NalType(b[at]!)
    if (type >= H264NalType.sei && type <= H264NalType.aud) return true
    // first_mb_in_slice is an Exp-Golomb code: a set bit is macroblock 0.
    return (type === H264NalType.slice || type === H264NalType.partitionA || type === H264NalType.idr) && (b[at + 1]! & 0x80) !== 0
  },
  ppsId: (unit) => new BitReader(unit, 1).readUe(),
  readTrack: (id, sets) => readTrack('video', id, 'h264', writeAvcConfig(sets.sps, sets.pps)),
  isInterlaced: (sets) => sets.sps.some((sps) => readH264Sps(sps).isInterlaced),
  readSets: (config) => ({ vps: [], ...readAvcConfig(config) }),
  delimiter: Uint8Array.of(0x09, 0xf0),
}
