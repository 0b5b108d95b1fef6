import { type BitReader, readTransfer } from '@sluice/codecs/bits'

/** The parts of the video usability information that Sluice uses. Spec: ITU-T H.264 §E.2.1 */
export type H264Vui = {
  /** Frames a second, or null when no timing is given. */
  readonly fps: number | null
  /** transfer_characteristics, 0..255; null when the colour is not described. */
  readonly transfer: number | null
  /** Every frame lasts equally long. */
  readonly hasFixedFrameRate: boolean
  /** Frames that may come before another one in decoding order and after it in output order; 0..16, null when not given. */
  readonly maxNumReorder: number | null
}

const extendedSar = 255
/** An encoder's clock may tick faster than any camera films; a rate above this is garbage. */
const maxFps = 1000
/** Below, a frame rate is no stream of pictures, and what is reckoned by it runs away. */
const minFps = 0.1
/** A decoded picture buffer holds no more frames. Spec: ITU-T H.264 §A.3.1 */
const maxReorder = 16

/**
 * Reads vui_parameters() where `r` stands. Null when it runs over the end: encoders exist that cut it short, and the
 * picture decodes without it. Spec: ITU-T H.264 §E.1.1
 */
export function readH264Vui(r: BitReader): H264Vui | null {
  if (r.readFlag() && r.readBits(8) === extendedSar) r.skipBits(32)
  if (r.readFlag()) r.skipBits(1) // overscan
  const transfer = readTransfer(r)
  if (r.readFlag()) {
    r.readUe() // chroma sample location, top field
    r.readUe()
  }
  let fps: number | null = null
  let hasFixedFrameRate = false
  if (r.readFlag()) {
    const unitsInTick = r.readBits(32)
    const timeScale = r.readBits(32)
    hasFixedFrameRate = r.readFlag()
    const rate = unitsInTick === 0 ? 0 : timeScale / (2 * unitsInTick) // a tick is one field: two to a frame
    fps = rate >= minFps && rate <= maxFps ? rate : null
  }
  const hasNalHrd = r.readFlag()
  if (hasNalHrd) skipHrd(r)
  const hasVclHrd = r.readFlag()
  if (hasVclHrd) skipHrd(r)
  if (hasNalHrd || hasVclHrd) r.skipBits(1) // low_delay_hrd_flag
  r.skipBits(1) // pic_struct_present_flag
  const maxNumReorder = r.readFlag() ? readMaxNumReorder(r) : null
  return r.isShort ? null : { fps, transfer, hasFixedFrameRate, maxNumReorder }
}

function readMaxNumReorder(r: BitReader): number | null {
  r.skipBits(1) // motion_vectors_over_pic_boundaries_flag
  for (let i = 0; i < 4; i++) r.readUe() // bytes and bits a picture, motion vector lengths
  const reorder = r.readUe()
  r.readUe() // max_dec_frame_buffering
  return reorder > maxReorder ? null : reorder
}

/** Spec: ITU-T H.264 §E.1.2 */
function skipHrd(r: BitReader): void {
  const count = Math.min(r.readUe() + 1, 32)
  r.skipBits(8)
  for (let i = 0; i < count; i++) {
    r.readUe()
    r.readUe()
    r.skipBits(1)
  }
  r.skipBits(20)
}
