import { WireError } from '@sluice/base/errors'
import { BitReader, readRbsp } from '@sluice/codecs/bits'
import { H264NalType, h264NalType, highProfiles } from './constants.ts'
import { type H264Vui, readH264Vui } from './vui.ts'

/** What a sequence parameter set says of its stream. Spec: ITU-T H.264 §7.4.2.1.1 */
export type H264Sps = {
  readonly profileIdc: number
  /** The byte between profile and level: constraint_set0 is its top bit. */
  readonly constraintFlags: number
  readonly levelIdc: number
  readonly spsId: number
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormatIdc: number
  readonly bitDepthLuma: number
  readonly bitDepthChroma: number
  /** Pixels after cropping. */
  readonly width: number
  readonly height: number
  /** Pictures may be fields: frame_mbs_only_flag is 0. */
  readonly isInterlaced: boolean
  readonly maxRefFrames: number
  /** What its slice headers are read by. */
  readonly slices: H264SliceFields
  /** Null: none sent, or one that runs over the end. */
  readonly vui: H264Vui | null
}

/** The part of an SPS that says how long the fields of a slice header are and what they mean. Spec: ITU-T H.264 §7.4.2.1.1, §7.4.3 */
export type H264SliceFields = {
  readonly hasColourPlanes: boolean
  readonly frameNumBits: number
  /** pic_order_cnt_type. 2: output order is decoding order. */
  readonly orderType: 0 | 1 | 2
  /** Type 0: of pic_order_cnt_lsb. */
  readonly orderLsbBits: number
  /** Type 1: no deltas in the slice headers. */
  readonly isDeltaAlwaysZero: boolean
}

type Chroma = Pick<H264Sps, 'chromaFormatIdc' | 'bitDepthLuma' | 'bitDepthChroma'> & { readonly isSeparate: boolean }

/** Reads a whole SPS NAL unit, header byte included. Throws WireError. Spec: ITU-T H.264 §7.3.2.1.1 */
export function readH264Sps(nal: Uint8Array): H264Sps {
  const type = h264NalType(nal[0] ?? 0)
  if (type !== H264NalType.sps) throw new WireError('H264_SPS', 0, `NAL unit of type ${type} in place of an SPS (7)`)
  const r = new BitReader(readRbsp(nal, 1))
  const profileIdc = r.readBits(8)
  const constraintFlags = r.readBits(8)
  const levelIdc = r.readBits(8)
  const spsId = r.readUe()
  const chroma = readChroma(r, profileIdc)
  const frameNumBits = r.readUe() + 4
  const order = readPicOrderCount(r)
  const maxRefFrames = r.readUe()
  r.skipBits(1) // gaps_in_frame_num_value_allowed_flag
  const widthMbs = r.readUe() + 1
  const heightMapUnits = r.readUe() + 1
  const isFrameMbsOnly = r.readFlag()
  if (!isFrameMbsOnly) r.skipBits(1) // mb_adaptive_frame_field_flag
  r.skipBits(1) // direct_8x8_inference_flag
  const fields = isFrameMbsOnly ? 1 : 2
  const crop = readCrop(r, chroma, fields)
  const width = widthMbs * 16 - crop.x
  const height = heightMapUnits * 16 * fields - crop.y
  const hasVui = r.readFlag()
  if (r.isShort) throw new WireError('H264_SPS', nal.length, `SPS of ${nal.length} bytes ends too soon`)
  if (frameNumBits > 16 || order.orderLsbBits > 16) {
    throw new WireError(
      'H264_SPS',
      0,
      `SPS ${spsId}: frame_num of ${frameNumBits} bits, order count of ${order.orderLsbBits}, at most 16 expected`,
    )
  }
  if (width < 1 || height < 1 || width > 0xffff || height > 0xffff || spsId > 31) {
    throw new WireError('H264_SPS', 0, `SPS ${spsId} describes ${width}x${height} pixels`)
  }
  return {
    profileIdc,
    constraintFlags,
    levelIdc,
    spsId,
    chromaFormatIdc: chroma.chromaFormatIdc,
    bitDepthLuma: chroma.bitDepthLuma,
    bitDepthChroma: chroma.bitDepthChroma,
    width,
    height,
    isInterlaced: !isFrameMbsOnly,
    maxRefFrames,
    slices: { hasColourPlanes: chroma.isSeparate, frameNumBits, ...order },
    vui: hasVui ? readH264Vui(r) : null,
  }
}

function readChroma(r: BitReader, profileIdc: number): Chroma {
  if (!highProfiles.includes(profileIdc)) return { chromaFormatIdc: 1, isSeparate: false, bitDepthLuma: 8, bitDepthChroma: 8 }
  const chromaFormatIdc = r.readUe()
  if (chromaFormatIdc > 3) throw new WireError('H264_SPS', r.offset, `chroma_format_idc ${chromaFormatIdc} is above 3`)
  const isSeparate = chromaFormatIdc === 3 && r.readFlag()
  const bitDepthLuma = r.readUe() + 8
  const bitDepthChroma = r.readUe() + 8
  if (bitDepthLuma > 14 || bitDepthChroma > 14) {
    throw new WireError('H264_SPS', r.offset, `bit depths ${bitDepthLuma} and ${bitDepthChroma} are above 14`)
  }
  r.skipBits(1) // qpprime_y_zero_transform_bypass_flag
  if (r.readFlag()) skipScalingMatrix(r, chromaFormatIdc === 3 ? 12 : 8)
  return { chromaFormatIdc, isSeparate, bitDepthLuma, bitDepthChroma }
}

function skipScalingMatrix(r: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (!r.readFlag()) continue
    let next = 8
    for (let i = 0; i < (list < 6 ? 16 : 64) && next !== 0; i++) next = (next + r.readSe() + 256) % 256
  }
}

function readPicOrderCount(r: BitReader): Pick<H264SliceFields, 'orderType' | 'orderLsbBits' | 'isDeltaAlwaysZero'> {
  const type = r.readUe()
  if (type === 0) return { orderType: 0, orderLsbBits: r.readUe() + 4, isDeltaAlwaysZero: false }
  if (type === 2) return { orderType: 2, orderLsbBits: 0, isDeltaAlwaysZero: false }
  if (type > 2) throw new WireError('H264_SPS', r.offset, `pic_order_cnt_type ${type} is above 2`)
  const isDeltaAlwaysZero = r.readFlag()
  r.readSe()
  r.readSe()
  const cycle = r.readUe()
  if (cycle > 255) throw new WireError('H264_SPS', r.offset, `num_ref_frames_in_pic_order_cnt_cycle ${cycle} is above 255`)
  for (let i = 0; i < cycle; i++) r.readSe()
  return { orderType: 1, orderLsbBits: 0, isDeltaAlwaysZero }
}

/** Pixels cut off in all, both sides together. Spec: ITU-T H.264 equations 7-19 to 7-22 */
function readCrop(r: BitReader, chroma: Chroma, fields: number): { x: number; y: number } {
  if (!r.readFlag()) return { x: 0, y: 0 }
  const left = r.readUe()
  const right = r.readUe()
  const top = r.readUe()
  const bottom = r.readUe()
  const isSubsampled = !chroma.isSeparate
  const unitX = isSubsampled && (chroma.chromaFormatIdc === 1 || chroma.chromaFormatIdc === 2) ? 2 : 1
  const unitY = (isSubsampled && chroma.chromaFormatIdc === 1 ? 2 : 1) * fields
  return { x: (left + right) * unitX, y: (top + bottom) * unitY }
}
