import type { BitReader } from './bit-reader.ts'

/** The transfer characteristics of a VUI, from video_signal_type_present_flag on; null: it has none. Spec: ITU-T H.264 §E.1.1, H.265 §E.2.1 */
export function readTransfer(r: BitReader): number | null {
  if (!r.readFlag()) return null
  r.skipBits(4) // video_format, video_full_range_flag
  if (!r.readFlag()) return null
  r.skipBits(8) // primaries
  const transfer = r.readBits(8)
  r.skipBits(8) // matrix
  return transfer
}
