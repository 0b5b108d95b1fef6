import type { VideoTrack } from '@sluice/codecs/frame'
import { formatVp9Codec, formatVp9Profile, readVp9Config, readVp9KeyFrame } from '@sluice/codecs/vp9'

/** The VP9 track of a vpcC record. The record knows no size: 0 until withVp9Size has seen a key frame. */
export const readVp9Track = (id: number, config: Uint8Array): VideoTrack => makeVp9Track(id, config, { width: 0, height: 0 })

/** `track` with the size of the picture in `keyFrame`: `track` itself when that is no news. Never throws. */
export function withVp9Size(track: VideoTrack, keyFrame: Uint8Array): VideoTrack {
  const header = readVp9KeyFrame(keyFrame)
  if (header === null || (header.width === track.width && header.height === track.height)) return track
  return makeVp9Track(track.id, track.config, header)
}

function makeVp9Track(id: number, config: Uint8Array, size: { readonly width: number; readonly height: number }): VideoTrack {
  const record = readVp9Config(config)
  return {
    kind: 'video',
    id,
    codec: 'vp9',
    config,
    codecString: formatVp9Codec(record, size),
    width: size.width,
    height: size.height,
    fps: null,
    profile: formatVp9Profile(record),
  }
}
