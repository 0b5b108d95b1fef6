import type { AudioTrack } from '@sluice/codecs/frame'
import { opusSampleRate, readOpusHead } from '@sluice/codecs/opus'

/** The Opus track of an OpusHead packet. */
export function readOpusTrack(id: number, config: Uint8Array): AudioTrack {
  const { channels } = readOpusHead(config)
  return { kind: 'audio', id, codec: 'opus', config, codecString: 'opus', sampleRate: opusSampleRate, channels }
}
