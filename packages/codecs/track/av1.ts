import { formatAv1Codec, formatAv1Profile, readAv1Config } from '@sluice/codecs/av1'
import type { VideoTrack } from '@sluice/codecs/frame'

/** The AV1 track of an av1C record, out of the sequence header in it. */
export function readAv1Track(id: number, config: Uint8Array): VideoTrack {
  const sequence = readAv1Config(config)
  return {
    kind: 'video',
    id,
    codec: 'av1',
    config,
    codecString: formatAv1Codec(sequence),
    width: sequence.width,
    height: sequence.height,
    fps: sequence.fps,
    profile: formatAv1Profile(sequence),
  }
}
