import { type BitReader, readTransfer } from '@sluice/codecs/bits'

/** The parts of the video usability information that Sluice uses. Spec: ITU-T H.265 §E.3.1 */
export type H265Vui = {
  /** Frames a second, or null when no timing is given. */
  readonly fps: number | null
  /** transfer_characteristics, 0..255; null when the colour is not described. */
  readonly transfer: number | null
  /** min_spatial_segmentation_idc for the hvcC record, 0 when not given. */
  readonly minSpatialSegmentation: number
}

const extendedSar = 255
const maxFps = 1000
/** Below, a frame rate is no stream of pictures, and what is reckoned by it runs away. */
const minFps = 0.1

/** Reads vui_parameters() where `r` stands, as far as the timing and the restrictions without HRD. Null when it runs over the end. Spec: ITU-T H.265 §E.2.1 */
export function readH265Vui(r: BitReader): H265Vui | null {
  if (r.readFlag() && r.readBits(8) === extendedSar) r.skipBits(32)
  if (r.readFlag()) r.skipBits(1) // overscan
  const transfer = readTransfer(r)
  if (r.readFlag()) {
    r.readUe() // chroma sample location, top field
    r.readUe()
  }
  r.skipBits(3) // neutral chroma, field_seq, frame_field_info
  if (r.readFlag()) for (let i = 0; i < 4; i++) r.readUe() // default display window
  let fps: number | null = null
  let hasHrd = false
  if (r.readFlag()) {
    const unitsInTick = r.readBits(32)
    const timeScale = r.readBits(32)
    const rate = unitsInTick === 0 ? 0 : timeScale / unitsInTick
    fps = rate >= minFps && rate <= maxFps ? rate : null
    if (r.readFlag()) r.readUe() // num_ticks_poc_diff_one_minus1
    hasHrd = r.readFlag()
  }
  if (r.isShort) return null
  // HRD parameters are long and stand before the restrictions; nothing behind them is worth the walk.
  return { fps, transfer, minSpatialSegmentation: hasHrd ? 0 : readMinSpatialSegmentation(r) }
}

function readMinSpatialSegmentation(r: BitReader): number {
  if (!r.readFlag()) return 0
  r.skipBits(3) // tiles fixed, motion vectors over boundaries, restricted reference lists
  const segmentation = r.readUe()
  return r.isShort || segmentation > 4095 ? 0 : segmentation
}
