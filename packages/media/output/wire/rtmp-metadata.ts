import type { Track } from '@sluice/codecs/frame'
import { writeMetadata } from '@sluice/protocols/rtmp'

/** Names of codecs in Enhanced RTMP. Spec: Enhanced RTMP v2, "Enhanced Audio" and "Enhanced Video" */
export const fourCcOf: Readonly<Record<Track['codec'], string>> = {
  h264: 'avc1',
  h265: 'hvc1',
  av1: 'av01',
  vp9: 'vp09',
  aac: 'mp4a',
  mp3: '.mp3',
  opus: 'Opus',
  ac3: 'ac-3',
  eac3: 'ec-3',
  flac: 'fLaC',
}

/** Codec ids of onMetaData: the classic numbers where there are such. Spec: FLV 10.1 §E.5 */
const classicIds: Partial<Record<Track['codec'], number>> = { h264: 7, aac: 10, mp3: 2 }

/** The others have their fourCC as a number. Spec: Enhanced RTMP v2, "Metadata" */
const codecId = (codec: Track['codec']): number =>
  classicIds[codec] ?? [...fourCcOf[codec]].reduce((value, letter) => value * 256 + letter.charCodeAt(0), 0)

/** Body of the onMetaData message for the programme: what players and platforms read before the first frame. */
export function programmeMetadata(tracks: readonly Track[], isPublishing: boolean): Uint8Array {
  const object: Record<string, number | boolean | string> = { encoder: 'Sluice' }
  for (const track of tracks) {
    if (track.id !== 0) continue
    if (track.kind === 'video') {
      object['width'] = track.width
      object['height'] = track.height
      object['videocodecid'] = codecId(track.codec)
      if (track.fps !== null) object['framerate'] = track.fps
    } else {
      object['audiocodecid'] = codecId(track.codec)
      object['audiosamplerate'] = track.sampleRate
      object['audiosamplesize'] = 16
      object['audiochannels'] = track.channels
      object['stereo'] = track.channels > 1
    }
  }
  return writeMetadata(object, isPublishing)
}
