import { WireError } from '@sluice/base/errors'
import type { Codec } from '@sluice/base/words'
import type { AudioTrack, Track, VideoTrack } from '@sluice/codecs/frame'
import { readAacTrack } from './aac.ts'
import { readAc3Track, readEac3Track } from './ac3.ts'
import { readAv1Track } from './av1.ts'
import { readFlacTrack } from './flac.ts'
import { readH264Track } from './h264.ts'
import { readH265Track } from './h265.ts'
import { readMp3Track } from './mp3.ts'
import { readOpusTrack } from './opus.ts'
import { readVp9Track } from './vp9.ts'

/** FLAC goes up to 655 350 Hz, AAC down to 7350. */
const minSampleRate = 1000
const maxSampleRate = 768_000
/** What one byte of an OpusHead can say. */
const maxChannels = 255

const readers: { readonly [codec in Codec]: (id: number, config: Uint8Array) => Track } = {
  h264: readH264Track,
  h265: readH265Track,
  av1: readAv1Track,
  vp9: readVp9Track,
  aac: readAacTrack,
  opus: readOpusTrack,
  mp3: readMp3Track,
  ac3: readAc3Track,
  eac3: readEac3Track,
  flac: readFlacTrack,
}

/**
 * Makes the Track that `config` describes; the track keeps `config` itself, so pass bytes that nobody writes to. For every
 * track but VP9, whose size is in the frames, `readTrack(t.kind, t.id, t.codec, t.config)` gives the same facts again.
 * Throws WireError on a broken record.
 */
export function readTrack(kind: 'video', id: number, codec: Codec, config: Uint8Array): VideoTrack
export function readTrack(kind: 'audio', id: number, codec: Codec, config: Uint8Array): AudioTrack
export function readTrack(kind: Track['kind'], id: number, codec: Codec, config: Uint8Array): Track
export function readTrack(kind: Track['kind'], id: number, codec: Codec, config: Uint8Array): Track {
  const track = readers[codec](id, config)
  if (track.kind !== kind) throw new WireError('TRACK_CODEC', 0, `${codec} is no ${kind} codec`)
  if (track.kind === 'audio') checkSound(track)
  return track
}

/** Durations, silence and segments are reckoned by the sample rate: one of some hertz, or of millions, makes floods of them or none. */
function checkSound({ codec, sampleRate, channels }: AudioTrack): void {
  if (!(sampleRate >= minSampleRate && sampleRate <= maxSampleRate)) {
    throw new WireError('TRACK_NUMBERS', 0, `${codec} of ${sampleRate} Hz, ${minSampleRate} to ${maxSampleRate} Hz expected`)
  }
  if (!(channels >= 1 && channels <= maxChannels))
    throw new WireError('TRACK_NUMBERS', 0, `${codec} of ${channels} channels, 1 to ${maxChannels} expected`)
}
