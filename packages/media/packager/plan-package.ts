import { SluiceError } from '@sluice/base/errors'
import type { Codec } from '@sluice/base/words'
import { readAacConfig } from '@sluice/codecs/aac'
import type { Track } from '@sluice/codecs/frame'
import { writeInitSegment } from '@sluice/containers/fmp4'
import { mp4TrackId } from './lane.ts'

/** A track that playback lacks, or that it has and not every browser plays. */
export type PlaybackLimit = {
  readonly kind: Track['kind']
  readonly codec: Codec
  readonly codecString: string
  readonly why: 'browsers' | 'some-browsers' | 'layout' | 'packaged'
}

export type PlaybackLimits = { readonly leftOut: readonly PlaybackLimit[]; readonly limited: readonly PlaybackLimit[] }
export const noLimits: PlaybackLimits = { leftOut: [], limited: [] }

/**
 * Who plays a codec in fragmented MP4. One track that a browser can't decode costs it the whole presentation, so sound that Chromium,
 * Firefox or Safari lacks by design is left out; MP3 they know in other containers only.
 */
const browserSupport: Readonly<Record<Codec, 'all' | 'some' | 'none'>> = {
  h264: 'all',
  h265: 'some',
  av1: 'some',
  vp9: 'some',
  aac: 'all',
  opus: 'some',
  flac: 'some',
  mp3: 'none',
  ac3: 'none',
  eac3: 'none',
}

/** A picture and so many languages. */
const maxPacked = 17

/** Which of the programme's tracks are packaged: the first picture and every sound, unless it can't be played or not be written. */
export function planPackage(tracks: readonly Track[]): PlaybackLimits & { readonly packed: readonly Track[] } {
  const packed: Track[] = []
  const leftOut: PlaybackLimit[] = []
  const limited: PlaybackLimit[] = []
  for (const track of tracks) {
    if (track.kind === 'video' && track.id !== 0) continue
    if (packed.length >= maxPacked) continue
    const { kind, codec, codecString } = track
    const limit = (why: PlaybackLimit['why']): PlaybackLimit => ({ kind, codec, codecString, why })
    if (browserSupport[codec] === 'none') leftOut.push(limit('browsers'))
    else if (!isWritable(track)) leftOut.push(limit('packaged'))
    else if (codec === 'aac' && !hasPlainLayout(track.config)) leftOut.push(limit('layout'))
    else {
      packed.push(track)
      if (browserSupport[codec] === 'some') limited.push(limit('some-browsers'))
    }
  }
  return { packed, leftOut, limited }
}

/** A broken configuration costs its own track, not the picture beside it. */
function isWritable(track: Track): boolean {
  try {
    writeInitSegment([{ trackId: mp4TrackId(track), track }])
    return true
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return false
  }
}

/**
 * Browsers know the layouts of the channel configurations 1 to 7. 0 is a program config element, as FFmpeg writes for 5.1(side): Chromium
 * refuses the whole presentation, pictures too.
 */
function hasPlainLayout(config: Uint8Array): boolean {
  const { channelConfig } = readAacConfig(config)
  return channelConfig >= 1 && channelConfig <= 7
}
