import type { VideoTrack } from '@sluice/codecs/frame'
import { formatH264Codec, formatH264Profile, readAvcConfig, readH264Sps } from '@sluice/codecs/h264'

/** The H.264 track of an avcC record: size and rate out of its first SPS, profile and level out of the record. */
export function readH264Track(id: number, config: Uint8Array): VideoTrack {
  const record = readAvcConfig(config)
  const sps = readH264Sps(record.sps[0]!)
  return {
    kind: 'video',
    id,
    codec: 'h264',
    config,
    codecString: formatH264Codec(record),
    width: sps.width,
    height: sps.height,
    fps: sps.vui?.fps ?? null,
    ...(sps.isInterlaced ? { isInterlaced: true as const } : {}),
    profile: formatH264Profile(record),
  }
}
