import { cleanAv1Unit, writeAv1Config } from '@sluice/codecs/av1'
import type { VideoTrack } from '@sluice/codecs/frame'
import { H264NalType, h264NalType } from '@sluice/codecs/h264'
import { H265NalType, h265NalType } from '@sluice/codecs/h265'
import { readAnnexB, writeNalUnits } from '@sluice/codecs/nal'
import { readTrack } from '@sluice/codecs/track'
import type { RungVideo } from '@sluice/contract/link'
import { videoTrack } from '../convert/tracks.ts'

type VideoCodec = RungVideo['codec']

/** The track that an encoder's header describes. AV1: null, its header says another level than its key frames do. */
export function trackOfHeader(codec: VideoCodec, header: Uint8Array | null): VideoTrack | null {
  if (codec === 'av1') return null
  if (header === null) throw new Error(`the encoder of ${codec} gave no header`)
  return videoTrack(codec, Uint8Array.from(header))
}

/** The track that a key frame carries with it. */
export function trackOfKey(codec: VideoCodec, unit: Uint8Array): VideoTrack | null {
  const config = codec === 'av1' ? writeAv1Config(Uint8Array.from(unit)) : null
  return config === null ? null : readTrack('video', 0, 'av1', config)
}

/** One picture as frames have it: without what the track says. SEI stays, for captions travel in it. Copied out of the encoder's buffer. */
export function unitBytes(codec: VideoCodec, packet: Uint8Array): Uint8Array {
  if (codec === 'av1') return Uint8Array.from(cleanAv1Unit(packet))
  return writeNalUnits(readAnnexB(packet).filter((unit) => !isInTrack(codec, unit[0]!)))
}

const h264InTrack: readonly number[] = [H264NalType.sps, H264NalType.pps, H264NalType.aud]
const h265InTrack: readonly number[] = [H265NalType.vps, H265NalType.sps, H265NalType.pps, H265NalType.aud]

const isInTrack = (codec: 'h264' | 'h265', head: number): boolean =>
  codec === 'h264' ? h264InTrack.includes(h264NalType(head)) : h265InTrack.includes(h265NalType(head))
