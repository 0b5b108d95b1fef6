import type { VideoTrack } from '@sluice/codecs/frame'
import { formatH265Codec, formatH265Profile, readH265Sps, readHevcConfig } from '@sluice/codecs/h265'

/** The H.265 track of an hvcC record: size and rate out of its first SPS, profile and level out of the record. */
export function readH265Track(id: number, config: Uint8Array): VideoTrack {
  const record = readHevcConfig(config)
  const sps = readH265Sps(record.sps[0]!)
  return {
    kind: 'video',
    id,
    codec: 'h265',
    config,
    codecString: formatH265Codec(record.profile),
    width: sps.width,
    height: sps.height,
    fps: sps.vui?.fps ?? null,
    profile: formatH265Profile(record.profile),
  }
}
