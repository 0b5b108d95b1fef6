import type { VideoTrack } from '@sluice/codecs/frame'
import { H264NalType, h264NalType, writeAvcConfig } from '@sluice/codecs/h264'
import { H265NalType, h265NalType, writeHevcConfig } from '@sluice/codecs/h265'
import { readAnnexB, writeNalUnits } from '@sluice/codecs/nal'
import { readTrack } from '@sluice/codecs/track'

const h264Kept: readonly number[] = [H264NalType.idr, 1]

/** The track that an encoder's header, in byte stream form, describes. */
export function videoTrack(codec: 'h264' | 'h265', header: Uint8Array): VideoTrack {
  const units = readAnnexB(header)
  if (codec === 'h264') {
    const ofType = (type: number): Uint8Array[] => units.filter((unit) => h264NalType(unit[0]!) === type)
    return readTrack('video', 0, 'h264', writeAvcConfig(ofType(H264NalType.sps), ofType(H264NalType.pps)))
  }
  const ofType = (type: number): Uint8Array[] => units.filter((unit) => h265NalType(unit[0]!) === type)
  return readTrack(
    'video',
    0,
    'h265',
    writeHevcConfig({ vps: ofType(H265NalType.vps), sps: ofType(H265NalType.sps), pps: ofType(H265NalType.pps) }),
  )
}

/** One picture as frames have it: only its slices, because the track has the rest. */
export function pictureBytes(codec: 'h264' | 'h265', packet: Uint8Array): Uint8Array {
  const isSlice = (unit: Uint8Array): boolean => (codec === 'h264' ? h264Kept.includes(h264NalType(unit[0]!)) : h265NalType(unit[0]!) < 32)
  return writeNalUnits(readAnnexB(packet).filter(isSlice))
}
