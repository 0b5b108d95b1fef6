import { readFlacInfo } from '@sluice/codecs/flac'
import type { AudioTrack } from '@sluice/codecs/frame'

/** The FLAC track of its metadata blocks. */
export function readFlacTrack(id: number, config: Uint8Array): AudioTrack {
  const { sampleRate, channels } = readFlacInfo(config)
  return { kind: 'audio', id, codec: 'flac', config, codecString: 'fLaC', sampleRate, channels }
}
