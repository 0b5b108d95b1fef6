import type { Track } from '@sluice/codecs/frame'
import type { LengthBytes } from '@sluice/codecs/nal'

/** Byte of lengthSizeMinusOne. Spec: ISO/IEC 14496-15 §5.3.3.1 (avcC), §8.3.3.1 (hvcC) */
const lengthSizeAt = { h264: 4, h265: 21 } as const

/** Bytes of the length field before each NAL unit in the frames of an H.264 or H.265 track; its record was checked when it was made. */
export const nalLengthBytes = (track: Track): LengthBytes => {
  const at = track.codec === 'h265' ? lengthSizeAt.h265 : lengthSizeAt.h264
  return ((track.config[at]! & 3) + 1) as LengthBytes
}
