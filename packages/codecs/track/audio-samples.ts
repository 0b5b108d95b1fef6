import { readAacConfig } from '@sluice/codecs/aac'
import { readAc3Frame } from '@sluice/codecs/ac3'
import { readFlacInfo } from '@sluice/codecs/flac'
import type { AudioTrack } from '@sluice/codecs/frame'
import { readMpegAudioHeader } from '@sluice/codecs/mp3'
import { opusPacketSamples } from '@sluice/codecs/opus'

/**
 * Samples that the packet `bytes` of `track` decodes to, counted at `track.sampleRate`: for durations. 0 when the packet
 * does not tell. Never throws for a track that readTrack or readFrameTrack made.
 */
export function audioSamples(track: AudioTrack, bytes: Uint8Array): number {
  switch (track.codec) {
    case 'aac':
      return readAacConfig(track.config).frameSamples
    case 'opus':
      return opusPacketSamples(bytes)
    case 'mp3':
      return readMpegAudioHeader(bytes, 0)?.frameSamples ?? 0
    case 'ac3':
    case 'eac3':
      return readAc3Frame(bytes, 0)?.frameSamples ?? 0
    case 'flac':
      return readFlacInfo(track.config).frameSamples ?? 0
  }
}
