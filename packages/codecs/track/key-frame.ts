import { isAv1KeyFrame } from '@sluice/codecs/av1'
import type { Track } from '@sluice/codecs/frame'
import { h264AccessPoint } from '@sluice/codecs/h264'
import { isH265Irap } from '@sluice/codecs/h265'
import { isVp9KeyFrame } from '@sluice/codecs/vp9'
import { nalLengthBytes } from './nal-length.ts'

/**
 * True when a decoder that has `track.config` can start at `bytes` (one access unit in the form of Frame.bytes). Always true
 * for audio. H.264 recovery points count: an encoder with intra refresh sends no IDR pictures after its first. Never throws.
 */
export function isKeyFrame(track: Track, bytes: Uint8Array): boolean {
  switch (track.codec) {
    case 'h264':
      return h264AccessPoint(bytes, nalLengthBytes(track)) !== 'none'
    case 'h265':
      return isH265Irap(bytes, nalLengthBytes(track))
    case 'av1':
      return isAv1KeyFrame(bytes)
    case 'vp9':
      return isVp9KeyFrame(bytes)
    default:
      return true
  }
}
