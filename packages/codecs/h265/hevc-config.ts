import { concatBytes, readU16 } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { BitReader, BitWriter } from '@sluice/codecs/bits'
import type { LengthBytes } from '@sluice/codecs/nal'
import { H265NalType, h265NalType } from './constants.ts'
import { type H265Profile, readH265Profile } from './profile-tier-level.ts'
import { readH265Sps } from './sps.ts'

/** HEVCDecoderConfigurationRecord, the hvcC box's payload. Spec: ISO/IEC 14496-15 §8.3.3.1 */
export type HevcConfig = {
  readonly profile: H265Profile
  readonly lengthBytes: LengthBytes
  /** Whole NAL units, header included: views of what was read. At least one SPS; the others may be missing. */
  readonly vps: readonly Uint8Array[]
  readonly sps: readonly Uint8Array[]
  readonly pps: readonly Uint8Array[]
}

/** Parameter sets as writeHevcConfig wants them. */
export type HevcParameterSets = Pick<HevcConfig, 'vps' | 'sps' | 'pps'>

const recordHeaderBytes = 23
const arrayComplete = 0x80
/** Far more than the 96 parameter sets that a stream may have. */
const maxUnits = 1024

/** Reads an hvcC record. Throws WireError. Spec: ISO/IEC 14496-15 §8.3.3.1 */
export function readHevcConfig(b: Uint8Array): HevcConfig {
  if (b.length < recordHeaderBytes) throw new WireError('H265_HVCC', 0, `hvcC is ${b.length} bytes, at least ${recordHeaderBytes} expected`)
  // Version 0 was written by encoders before the standard was final (x265 in old ffmpeg); the layout is the same.
  if (b[0]! > 1) throw new WireError('H265_HVCC', 0, `hvcC version is ${b[0]}, not 1`)
  const lengthBytes = (b[21]! & 3) + 1
  if (lengthBytes === 3) throw new WireError('H265_HVCC', 21, 'hvcC states NAL unit lengths of 3 bytes, not 1, 2 or 4')
  const sets = sortByType(readArrays(b))
  if (sets.sps.length === 0) throw new WireError('H265_HVCC', 22, 'hvcC holds no SPS')
  return { profile: readH265Profile(new BitReader(b, 1)), lengthBytes: lengthBytes as LengthBytes, ...sets }
}

/** Makes an hvcC record for 4-byte NAL unit lengths; the first SPS gives its facts. Throws WireError. Spec: ISO/IEC 14496-15 §8.3.3.1 */
export function writeHevcConfig(sets: HevcParameterSets): Uint8Array {
  const first = sets.sps[0]
  if (first === undefined) throw new WireError('H265_HVCC', 0, 'no SPS given, at least 1 expected')
  const sps = readH265Sps(first)
  const { profile } = sps
  const header = new BitWriter()
    .writeBits(1, 8)
    .writeBits(profile.profileSpace, 2)
    .writeBits(profile.isHighTier ? 1 : 0, 1)
    .writeBits(profile.profileIdc, 5)
    .writeBits(profile.compatibilityFlags, 32)
    .writeBytes(profile.constraintBytes)
    .writeBits(profile.levelIdc, 8)
    .writeBits(0xf000 | (sps.vui?.minSpatialSegmentation ?? 0), 16)
    .writeBits(0xfc, 8) // parallelismType unknown
    .writeBits(0xfc | sps.chromaFormatIdc, 8)
    .writeBits(0xf8 | (sps.bitDepthLuma - 8), 8)
    .writeBits(0xf8 | (sps.bitDepthChroma - 8), 8)
    .writeBits(0, 16) // avgFrameRate unknown
    .writeBits(0, 2) // constantFrameRate unknown
    .writeBits(sps.temporalLayers, 3)
    .writeBits(sps.isTemporalIdNested ? 1 : 0, 1)
    .writeBits(3, 2) // lengthSizeMinusOne
  const arrays = [
    { type: H265NalType.vps, units: sets.vps },
    { type: H265NalType.sps, units: sets.sps },
    { type: H265NalType.pps, units: sets.pps },
  ].filter((array) => array.units.length > 0)
  const parts = [header.writeBits(arrays.length, 8).toBytes()]
  for (const { type, units } of arrays) parts.push(...writeArray(type, units))
  return concatBytes(parts)
}

/**
 * The record with all its arrays marked complete, as the sample entry `hvc1` demands: ffmpeg's records for FLV say otherwise.
 * `config` has been read before without error; a new array. Spec: ISO/IEC 14496-15 §8.3.3.1.3
 */
export function markHevcComplete(config: Uint8Array): Uint8Array {
  const out = new Uint8Array(config)
  let at = recordHeaderBytes
  for (let array = 0; array < out[recordHeaderBytes - 1]!; array++) {
    const type = out[at]! & 0x3f
    if (type >= H265NalType.vps && type <= H265NalType.pps) out[at] = arrayComplete | type
    const count = readU16(out, at + 1)
    at += 3
    for (let i = 0; i < count; i++) at += 2 + readU16(out, at)
  }
  return out
}

function sortByType(units: readonly Uint8Array[]): HevcParameterSets {
  const ofType = (type: H265NalType): Uint8Array[] => units.filter((unit) => h265NalType(unit[0] ?? 0) === type)
  return { vps: ofType(H265NalType.vps), sps: ofType(H265NalType.sps), pps: ofType(H265NalType.pps) }
}

function readArrays(b: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = []
  const r = new BitReader(b, recordHeaderBytes - 1)
  const arrays = r.readBits(8)
  for (let array = 0; array < arrays; array++) {
    r.skipBits(8) // array_completeness and type, which each unit's own header repeats
    const count = r.readBits(16)
    for (let i = 0; i < count && !r.isShort; i++) {
      const unit = r.readBytes(r.readBits(16))
      if (unit.length > 0) units.push(unit)
      if (units.length > maxUnits) throw new WireError('H265_HVCC', r.offset, `hvcC holds more than ${maxUnits} NAL units`)
    }
  }
  if (r.isShort) throw new WireError('H265_HVCC', b.length, `the parameter sets leave the hvcC of ${b.length} bytes`)
  return units
}

function writeArray(type: H265NalType, units: readonly Uint8Array[]): Uint8Array[] {
  const parts: Uint8Array[] = [Uint8Array.of(arrayComplete | type, units.length >>> 8, units.length)]
  for (const unit of units) {
    if (unit.length > 0xffff) throw new WireError('H265_HVCC', 0, `parameter set of ${unit.length} bytes, at most 65535 fit an hvcC`)
    parts.push(Uint8Array.of(unit.length >>> 8, unit.length), unit)
  }
  return parts
}
