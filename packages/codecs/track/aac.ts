import { formatAacCodec, readAacConfig } from '@sluice/codecs/aac'
import type { AudioTrack } from '@sluice/codecs/frame'

/** The AAC track of an AudioSpecificConfig. */
export function readAacTrack(id: number, config: Uint8Array): AudioTrack {
  const facts = readAacConfig(config)
  return {
    kind: 'audio',
    id,
    codec: 'aac',
    config,
    codecString: formatAacCodec(facts),
    sampleRate: facts.sampleRate,
    channels: facts.channels,
  }
}
