import { concatBytes } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import type { LengthBytes } from '@sluice/codecs/nal'
import { highProfiles } from './constants.ts'
import { readH264Sps } from './sps.ts'

/** AVCDecoderConfigurationRecord, the avcC box's payload. Spec: ISO/IEC 14496-15 §5.3.3.1 */
export type AvcConfig = {
  readonly profileIdc: number
  readonly constraintFlags: number
  readonly levelIdc: number
  readonly lengthBytes: LengthBytes
  /** Whole NAL units, header byte included: views of what was read. At least one SPS; a PPS may be missing. */
  readonly sps: readonly Uint8Array[]
  readonly pps: readonly Uint8Array[]
}

/** Reads an avcC record; what follows the PPS (chroma format, SPS extensions) is left alone. Throws WireError. Spec: ISO/IEC 14496-15 §5.3.3.1 */
export function readAvcConfig(b: Uint8Array): AvcConfig {
  if (b.length < 7) throw new WireError('H264_AVCC', 0, `avcC is ${b.length} bytes, at least 7 expected`)
  if (b[0] !== 1) throw new WireError('H264_AVCC', 0, `avcC version is ${b[0]}, not 1`)
  const lengthBytes = (b[4]! & 3) + 1
  if (lengthBytes === 3) throw new WireError('H264_AVCC', 4, 'avcC states NAL unit lengths of 3 bytes, not 1, 2 or 4')
  const sps = readSets(b, 6, b[5]! & 0x1f)
  if (sps.units.length === 0) throw new WireError('H264_AVCC', 5, 'avcC holds no SPS')
  // Some encoders end the record after the SPS: no PPS then, as with a count of 0.
  const pps = sps.endAt < b.length ? readSets(b, sps.endAt + 1, b[sps.endAt]!) : { units: [] }
  return {
    profileIdc: b[1]!,
    constraintFlags: b[2]!,
    levelIdc: b[3]!,
    lengthBytes: lengthBytes as LengthBytes,
    sps: sps.units,
    pps: pps.units,
  }
}

/** Makes an avcC record for 4-byte NAL unit lengths; `sps` and `pps` are whole NAL units, the first SPS gives profile and level. Throws WireError. */
export function writeAvcConfig(sps: readonly Uint8Array[], pps: readonly Uint8Array[]): Uint8Array {
  const first = sps[0]
  if (first === undefined || sps.length > 31) throw new WireError('H264_AVCC', 0, `${sps.length} SPS given, 1 to 31 fit an avcC`)
  if (pps.length > 255) throw new WireError('H264_AVCC', 0, `${pps.length} PPS given, at most 255 fit an avcC`)
  const facts = readH264Sps(first)
  const parts = [
    Uint8Array.of(1, facts.profileIdc, facts.constraintFlags, facts.levelIdc, 0xff, 0xe0 | sps.length),
    ...writeSets(sps),
    Uint8Array.of(pps.length),
    ...writeSets(pps),
  ]
  if (highProfiles.includes(facts.profileIdc)) {
    parts.push(Uint8Array.of(0xfc | facts.chromaFormatIdc, 0xf8 | (facts.bitDepthLuma - 8), 0xf8 | (facts.bitDepthChroma - 8), 0))
  }
  return concatBytes(parts)
}

function readSets(b: Uint8Array, from: number, count: number): { units: Uint8Array[]; endAt: number } {
  const units: Uint8Array[] = []
  let at = from
  for (let i = 0; i < count; i++) {
    const start = at + 2
    const end = start > b.length ? Number.POSITIVE_INFINITY : start + ((b[at]! << 8) | b[at + 1]!)
    if (end > b.length) throw new WireError('H264_AVCC', at, `parameter set ${i + 1} of ${count} leaves the avcC of ${b.length} bytes`)
    if (end > start) units.push(b.subarray(start, end))
    at = end
  }
  return { units, endAt: at }
}

function writeSets(units: readonly Uint8Array[]): Uint8Array[] {
  return units.flatMap((unit) => {
    if (unit.length > 0xffff) throw new WireError('H264_AVCC', 0, `parameter set of ${unit.length} bytes, at most 65535 fit an avcC`)
    return [Uint8Array.of(unit.length >>> 8, unit.length), unit]
  })
}
