import type { Codec, Track } from '@sluice/codecs/frame'
import { wholeNalBytes } from '@sluice/codecs/nal'

/** The form of `Track.config` out of a sequence header's payload; null when it is empty, as encoders send on stopping. */
export function trackConfig(_codec: Codec, payload: Uint8Array): Uint8Array | null {
  return payload.length === 0 ? null : payload
}

/** The payload of a sequence header out of `track.config`; null: the codec has none. */
export function sequencePayload(track: Track): Uint8Array | null {
  return track.codec === 'mp3' || track.codec === 'ac3' || track.codec === 'eac3' ? null : track.config
}

/**
 * The form of `Frame.bytes` out of a coded payload: a view of it. Shorter than the payload when its tail is damaged, so that
 * nothing behind the demuxer meets NAL units that leave their frame.
 */
export function frameBytes(track: Track, payload: Uint8Array): Uint8Array {
  if (track.codec !== 'h264') return payload
  return payload.subarray(0, wholeNalBytes(payload, ((track.config[4]! & 3) + 1) as 1 | 2 | 4))
}
