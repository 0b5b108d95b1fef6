import { WireError } from '@sluice/base/errors'
import { h264Syntax, h265Syntax } from '@sluice/codecs/access-unit'
import type { AudioTrack, Track, VideoTrack } from '@sluice/codecs/frame'
import { StreamId } from '../pes/pes-header.ts'
import { makeRegistration } from '../psi/descriptor.ts'
import { StreamType } from '../psi/stream-type.ts'
import { AacWriter } from './aac-writer.ts'
import { BareAudioWriter } from './bare-audio-writer.ts'
import { OpusWriter } from './opus-writer.ts'
import type { TrackWriter } from './track-writer.ts'
import { VideoWriter } from './video-writer.ts'

/** A writer for `track`. Throws WireError when MPEG-TS has no form for it, or its configuration can't be read. */
export function makeTrackWriter(track: Track): TrackWriter {
  return track.kind === 'video' ? makeVideoWriter(track) : makeAudioWriter(track)
}

/** Null: MPEG-TS can carry the track; else why not, in a sentence for the operator. */
export function tsRefusal(track: Track): string | null {
  try {
    makeTrackWriter(track)
    return null
  } catch (err) {
    if (err instanceof WireError) return err.message
    throw err
  }
}

function makeVideoWriter(track: VideoTrack): TrackWriter {
  switch (track.codec) {
    case 'h264':
      return new VideoWriter(track, h264Syntax, StreamType.h264, [])
    case 'h265':
      return new VideoWriter(track, h265Syntax, StreamType.h265, [makeRegistration('HEVC')])
    case 'av1':
    case 'vp9':
      throw refused(track)
  }
}

function makeAudioWriter(track: AudioTrack): TrackWriter {
  switch (track.codec) {
    case 'aac':
      return new AacWriter(track)
    case 'opus':
      return new OpusWriter(track)
    case 'mp3': {
      const isMpeg1 = track.sampleRate >= 32_000
      return new BareAudioWriter(track, isMpeg1 ? StreamType.mpeg1Audio : StreamType.mpeg2Audio, StreamId.audio + track.id, [])
    }
    case 'ac3':
      return new BareAudioWriter(track, StreamType.ac3, StreamId.private1, [makeRegistration('AC-3')])
    case 'eac3':
      return new BareAudioWriter(track, StreamType.eac3, StreamId.private1, [makeRegistration('EAC3')])
    case 'flac':
      throw refused(track)
  }
}

const refused = (track: Track): WireError => new WireError('TS_CODEC', 0, `MPEG-TS has no form for ${track.codec}`)
