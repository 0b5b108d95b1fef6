import type { Track } from '@sluice/codecs/frame'
import { h264AccessPoint } from '@sluice/codecs/h264'
import type { LengthBytes } from '@sluice/codecs/nal'

/**
 * True when a decoder that has `track.config` can start at `bytes` (one access unit in the form of Frame.bytes). Always true
 * for audio. H.264 recovery points count: an encoder with intra refresh sends no IDR pictures after its first. Never throws.
 */
export function isKeyFrame(track: Track, bytes: Uint8Array): boolean {
  switch (track.codec) {
    case 'h264':
      return h264AccessPoint(bytes, lengthBytesOf(track.config, 4)) !== 'none'
    default:
      return track.kind === 'audio'
  }
}

/** The NAL unit length size in byte `at` of a record that was checked when its track was made. */
const lengthBytesOf = (config: Uint8Array, at: number): LengthBytes => ((config[at]! & 3) + 1) as LengthBytes
