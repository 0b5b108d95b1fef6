import { WireError } from '@sluice/base/errors'
import type { AudioTrack } from '@sluice/codecs/frame'
import { readMpegAudioHeader } from '@sluice/codecs/mp3'

/** The MP3 track of a frame's first four bytes, which are all the configuration that there is. */
export function readMp3Track(id: number, config: Uint8Array): AudioTrack {
  const header = readMpegAudioHeader(config, 0)
  if (header?.layer !== 3) throw new WireError('MP3_HEADER', 0, 'no MPEG audio layer 3 header')
  const { sampleRate, channels } = header
  return { kind: 'audio', id, codec: 'mp3', config, codecString: sampleRate < 32_000 ? 'mp4a.69' : 'mp4a.6b', sampleRate, channels }
}
