import { readAc3Frame, writeAc3Config } from '@sluice/codecs/ac3'
import type { AudioTrack } from '@sluice/codecs/frame'
import { readMpegAudioHeader } from '@sluice/codecs/mp3'
import { readAc3Track, readEac3Track } from './ac3.ts'
import { readMp3Track } from './mp3.ts'

/** Codecs whose every frame tells what it is, so that no configuration goes ahead of them. */
export type SelfDescribedCodec = 'mp3' | 'ac3' | 'eac3'

const mp3HeaderBytes = 4

/** The track that `frame` (one or more whole frames of it) belongs to; null when it is no frame of `codec`. Never throws. */
export function readFrameTrack(id: number, codec: SelfDescribedCodec, frame: Uint8Array): AudioTrack | null {
  if (codec === 'mp3') {
    if (readMpegAudioHeader(frame, 0)?.layer !== 3) return null
    return readMp3Track(id, new Uint8Array(frame.subarray(0, mp3HeaderBytes)))
  }
  const header = readAc3Frame(frame, 0)
  if (header?.codec !== codec) return null
  const config = writeAc3Config(header)
  return codec === 'ac3' ? readAc3Track(id, config) : readEac3Track(id, config)
}
