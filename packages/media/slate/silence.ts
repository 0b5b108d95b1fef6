import type { AudioTrack } from '@sluice/codecs/frame'
import { aacSilence } from './aac-silence.ts'

/** One packet of silence in a track's own codec parameters. */
export type Silence = { readonly bytes: Uint8Array; readonly samples: number; readonly sampleRate: number }

/** CELT, full band, 20 ms, mono: a decoder of two channels gives it on both. Spec: RFC 6716 §3.1 */
const opusSilence: Silence = { bytes: Uint8Array.of(0xf8, 0xff, 0xfe), samples: 960, sampleRate: 48_000 }

/** Silence for `track`, or null for codecs and channel layouts that Sluice writes none for: AAC-LC of 1 to 7.1 channels and Opus of 1 or 2 have it. */
export function silenceFor(track: AudioTrack): Silence | null {
  if (track.codec === 'aac') return aacSilence(track.config)
  return track.codec === 'opus' && track.channels <= 2 ? opusSilence : null
}
