import type { Track } from '@sluice/codecs/frame'
import { writeMetadata } from '@sluice/protocols/rtmp'

/** Codec ids of onMetaData: numbers where the classic form has one, else the fourCC as a number. Spec: FLV 10.1 §E.5, Enhanced RTMP v2 */
const codecIds: Readonly<Record<Track['codec'], number>> = {
  h264: 7,
  h265: fourCc('hvc1'),
  av1: fourCc('av01'),
  vp9: fourCc('vp09'),
  aac: 10,
  mp3: 2,
  opus: fourCc('Opus'),
  ac3: fourCc('ac-3'),
  eac3: fourCc('ec-3'),
  flac: fourCc('fLaC'),
}

/** Body of the onMetaData message for the programme: what players and platforms read before the first frame. */
export function programmeMetadata(tracks: readonly Track[], isPublishing: boolean): Uint8Array {
  const object: Record<string, number | boolean | string> = { encoder: 'Sluice' }
  for (const track of tracks) {
    if (track.id !== 0) continue
    if (track.kind === 'video') {
      object['width'] = track.width
      object['height'] = track.height
      object['videocodecid'] = codecIds[track.codec]
      if (track.fps !== null) object['framerate'] = track.fps
    } else {
      object['audiocodecid'] = codecIds[track.codec]
      object['audiosamplerate'] = track.sampleRate
      object['audiosamplesize'] = 16
      object['audiochannels'] = track.channels
      object['stereo'] = track.channels > 1
    }
  }
  return writeMetadata(object, isPublishing)
}

function fourCc(name: string): number {
  return [...name].reduce((value, letter) => value * 256 + letter.charCodeAt(0), 0)
}
