import { BitReader, readRbsp } from '@sluice/codecs/bits'
import { H265NalType, h265NalType } from './constants.ts'

/** What the slice headers that name a picture parameter set are read by. Spec: ITU-T H.265 §7.4.3.3.1 */
export type H265Pps = {
  /** 0..63 */
  readonly ppsId: number
  /** 0..15 */
  readonly spsId: number
  readonly hasDependentSlices: boolean
  readonly hasOutputFlag: boolean
  readonly extraHeaderBits: number
}

/** Reads a whole PPS NAL unit, header included, up to its first flags. Null: it is none, or too short. Spec: ITU-T H.265 §7.3.2.3.1 */
export function readH265Pps(nal: Uint8Array): H265Pps | null {
  if (h265NalType(nal[0] ?? 0) !== H265NalType.pps) return null
  const r = new BitReader(readRbsp(nal, 2))
  const ppsId = r.readUe()
  const spsId = r.readUe()
  const hasDependentSlices = r.readFlag()
  const hasOutputFlag = r.readFlag()
  const extraHeaderBits = r.readBits(3)
  return r.isShort || ppsId > 63 || spsId > 15 ? null : { ppsId, spsId, hasDependentSlices, hasOutputFlag, extraHeaderBits }
}
