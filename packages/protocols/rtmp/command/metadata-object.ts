import type { AudioCodec, Track, VideoCodec } from '@sluice/codecs/frame'
import { type AmfObject, writeMetadata } from '../amf0/index.ts'

const fourCcNumber = (name: string): number => [...name].reduce((sum, char) => sum * 256 + char.charCodeAt(0), 0)

/** Codec ids of onMetaData: FLV's own numbers, or the FourCC as a number. Spec: FLV 10.1 §E.4.2.1, §E.4.3.1; Enhanced RTMP v2, "Metadata" */
const videoCodecId: Record<VideoCodec, number> = {
  h264: 7,
  h265: fourCcNumber('hvc1'),
  av1: fourCcNumber('av01'),
  vp9: fourCcNumber('vp09'),
}
const audioCodecId: Record<AudioCodec, number> = {
  aac: 10,
  mp3: 2,
  opus: fourCcNumber('Opus'),
  ac3: fourCcNumber('ac-3'),
  eac3: fourCcNumber('ec-3'),
  flac: fourCcNumber('fLaC'),
}

/** onMetaData's object for the first video and the first audio track among `tracks`; what a track does not know is left out. */
export function metadataObject(tracks: readonly Track[]): AmfObject {
  const object: AmfObject = { duration: 0 }
  for (const track of tracks) {
    if (track.id !== 0) continue
    if (track.kind === 'video') {
      if (track.width > 0) Object.assign(object, { width: track.width, height: track.height })
      if (track.fps !== null) object['framerate'] = track.fps
      object['videocodecid'] = videoCodecId[track.codec]
    } else {
      object['audiocodecid'] = audioCodecId[track.codec]
      object['audiosamplerate'] = track.sampleRate
      object['audiosamplesize'] = 16
      object['audiochannels'] = track.channels
      object['stereo'] = track.channels === 2
    }
  }
  object['encoder'] = 'Sluice'
  return object
}

/** The body of an onMetaData message for these tracks: with `@setDataFrame` for a server, without it for a player. */
export function formatMetadata(tracks: readonly Track[], to: 'server' | 'player' = 'server'): Uint8Array {
  return writeMetadata(metadataObject(tracks), to === 'server')
}
