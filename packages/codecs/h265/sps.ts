import { WireError } from '@sluice/base/errors'
import { BitReader, readRbsp } from '@sluice/codecs/bits'
import { H265NalType, h265NalType } from './constants.ts'
import { type H265Profile, readH265Profile, skipSubLayerProfiles } from './profile-tier-level.ts'
import { skipReferencePictureSets, skipScalingLists } from './sps-lists.ts'
import { type H265Vui, readH265Vui } from './vui.ts'

/** A decoded picture buffer holds no more pictures. Spec: ITU-T H.265 §A.4.2 */
const maxReorder = 16

/** What a sequence parameter set says of its stream. Spec: ITU-T H.265 §7.4.3.2.1 */
export type H265Sps = {
  readonly profile: H265Profile
  /** 1..7 */
  readonly temporalLayers: number
  readonly isTemporalIdNested: boolean
  readonly spsId: number
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormatIdc: number
  readonly bitDepthLuma: number
  readonly bitDepthChroma: number
  /** Pixels after the conformance window is applied. */
  readonly width: number
  readonly height: number
  /** What its slice headers are read by. */
  readonly slices: H265SliceFields
  /** Pictures that may come before another one in decoding order and after it in output order, of the highest layer. */
  readonly maxNumReorder: number
  /** Null: none sent, or one that can't be reached or runs over the end. */
  readonly vui: H265Vui | null
}

/** The part of an SPS that says how long the fields of a slice header are. Spec: ITU-T H.265 §7.3.6.1 */
export type H265SliceFields = {
  readonly hasColourPlanes: boolean
  /** Of slice_pic_order_cnt_lsb, 4..16. */
  readonly orderLsbBits: number
  /** Of slice_segment_address. */
  readonly addressBits: number
}

/** Reads a whole SPS NAL unit, header included, of the base layer. Throws WireError. Spec: ITU-T H.265 §7.3.2.2.1 */
export function readH265Sps(nal: Uint8Array): H265Sps {
  const type = h265NalType(nal[0] ?? 0)
  if (type !== H265NalType.sps) throw new WireError('H265_SPS', 0, `NAL unit of type ${type} in place of an SPS (33)`)
  const r = new BitReader(readRbsp(nal, 2))
  r.skipBits(4) // sps_video_parameter_set_id
  const maxSubLayersMinus1 = r.readBits(3)
  const isTemporalIdNested = r.readFlag()
  const profile = readH265Profile(r)
  skipSubLayerProfiles(r, maxSubLayersMinus1)
  const spsId = r.readUe()
  const chromaFormatIdc = r.readUe()
  const isSeparate = chromaFormatIdc === 3 && r.readFlag()
  const codedWidth = r.readUe()
  const codedHeight = r.readUe()
  const crop = readConformanceWindow(r, isSeparate ? 0 : chromaFormatIdc)
  const bitDepthLuma = r.readUe() + 8
  const bitDepthChroma = r.readUe() + 8
  if (r.isShort) throw new WireError('H265_SPS', nal.length, `SPS of ${nal.length} bytes ends too soon`)
  const width = codedWidth - crop.x
  const height = codedHeight - crop.y
  if (maxSubLayersMinus1 > 6 || spsId > 15 || chromaFormatIdc > 3 || bitDepthLuma > 16 || bitDepthChroma > 16) {
    throw new WireError(
      'H265_SPS',
      0,
      `SPS ${spsId}: ${maxSubLayersMinus1 + 1} layers, chroma format ${chromaFormatIdc}, ${bitDepthLuma} bits`,
    )
  }
  if (width < 1 || height < 1 || width > 0xffff || height > 0xffff) {
    throw new WireError('H265_SPS', 0, `SPS ${spsId} describes ${width}x${height} pixels`)
  }
  const orderLsbBits = r.readUe() + 4
  const maxNumReorder = readMaxNumReorder(r, maxSubLayersMinus1)
  const blockPixels = 2 ** Math.min(6, r.readUe() + 3 + r.readUe())
  const blocks = Math.ceil(codedWidth / blockPixels) * Math.ceil(codedHeight / blockPixels)
  return {
    profile,
    temporalLayers: maxSubLayersMinus1 + 1,
    isTemporalIdNested,
    spsId,
    chromaFormatIdc,
    bitDepthLuma,
    bitDepthChroma,
    width,
    height,
    slices: { hasColourPlanes: isSeparate, orderLsbBits, addressBits: Math.ceil(Math.log2(blocks)) },
    maxNumReorder,
    vui: readVuiBehindLists(r, orderLsbBits),
  }
}

/** sps_max_num_reorder_pics of the highest layer; 0 where it is out of range. */
function readMaxNumReorder(r: BitReader, maxSubLayersMinus1: number): number {
  let reorder = 0
  const hasOrderingOfEach = r.readFlag()
  for (let i = hasOrderingOfEach ? 0 : maxSubLayersMinus1; i <= maxSubLayersMinus1; i++) {
    r.readUe() // max_dec_pic_buffering_minus1
    reorder = r.readUe()
    r.readUe() // max_latency_increase_plus1
  }
  return r.isShort || reorder > maxReorder ? 0 : reorder
}

/** Everything between the size of blocks and the VUI is passed over; what is damaged there costs the VUI only. */
function readVuiBehindLists(r: BitReader, orderLsbBits: number): H265Vui | null {
  for (let i = 0; i < 4; i++) r.readUe() // transform block sizes, transform depths
  if (r.readFlag() && r.readFlag()) skipScalingLists(r)
  r.skipBits(2) // amp_enabled_flag, sample_adaptive_offset_enabled_flag
  if (r.readFlag()) {
    r.skipBits(8) // PCM bit depths
    r.readUe()
    r.readUe()
    r.skipBits(1)
  }
  if (!skipReferencePictureSets(r)) return null
  if (r.readFlag()) {
    const longTerm = r.readUe()
    if (longTerm > 32 || orderLsbBits > 16) return null
    r.skipBits(longTerm * (orderLsbBits + 1))
  }
  r.skipBits(2) // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
  return r.readFlag() && !r.isShort ? readH265Vui(r) : null
}

/** Pixels cut off in all, both sides together. Spec: ITU-T H.265 §7.4.3.2.1, table 6-1 */
function readConformanceWindow(r: BitReader, chroma: number): { x: number; y: number } {
  if (!r.readFlag()) return { x: 0, y: 0 }
  const left = r.readUe()
  const right = r.readUe()
  const top = r.readUe()
  const bottom = r.readUe()
  return { x: (left + right) * (chroma === 1 || chroma === 2 ? 2 : 1), y: (top + bottom) * (chroma === 1 ? 2 : 1) }
}
