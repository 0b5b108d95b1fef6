import { BitReader, readRbsp } from '@sluice/codecs/bits'
import { H264NalType, h264NalType } from './constants.ts'

/** What the slice headers that name a picture parameter set are read by. Spec: ITU-T H.264 §7.4.2.2 */
export type H264Pps = {
  /** 0..255 */
  readonly ppsId: number
  /** 0..31 */
  readonly spsId: number
  /** bottom_field_pic_order_in_frame_present_flag */
  readonly hasOrderDeltas: boolean
}

/** Reads a whole PPS NAL unit, header byte included, up to its first flags. Null: it is none, or too short. Spec: ITU-T H.264 §7.3.2.2 */
export function readH264Pps(nal: Uint8Array): H264Pps | null {
  if (h264NalType(nal[0] ?? 0) !== H264NalType.pps) return null
  const r = new BitReader(readRbsp(nal, 1))
  const ppsId = r.readUe()
  const spsId = r.readUe()
  r.skipBits(1) // entropy_coding_mode_flag
  const hasOrderDeltas = r.readFlag()
  return r.isShort || ppsId > 255 || spsId > 31 ? null : { ppsId, spsId, hasOrderDeltas }
}
