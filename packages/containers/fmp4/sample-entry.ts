import type { AudioTrack, Track, VideoTrack } from '@sluice/codecs/frame'
import { markHevcComplete } from '@sluice/codecs/h265'
import { readOpusHead, writeOpusBox } from '@sluice/codecs/opus'
import { u16, u32, writeBox, writeFullBox, zeros } from './box-bytes.ts'
import { EsdsObjectType, writeEsds } from './esds.ts'

const dpi72 = u32(0x00480000)
const dataReference = [0, 0, 0, 0, 0, 0, 0, 1]
const noColourTable = 0xffff
const noConfig = new Uint8Array(0)

/** The sample entry with the codec's configuration box: what stands in stsd. */
export const writeSampleEntry = (track: Track): Uint8Array => (track.kind === 'video' ? videoEntry(track) : audioEntry(track))

/** Spec: ISO/IEC 14496-12 §12.1.3, ISO/IEC 14496-15 §5.4.2.1 */
function videoEntry(track: VideoTrack): Uint8Array {
  const [type, configBox] = videoTypes[track.codec]
  return writeBox(
    type,
    dataReference,
    zeros(16),
    u16(track.width),
    u16(track.height),
    dpi72,
    dpi72,
    zeros(4),
    u16(1), // frame_count
    zeros(32), // compressorname
    u16(24), // depth
    u16(noColourTable),
    writeBox(configBox, track.codec === 'h265' ? markHevcComplete(track.config) : track.config),
  )
}

const videoTypes: { readonly [codec in VideoTrack['codec']]: readonly [entry: string, configBox: string] } = {
  h264: ['avc1', 'avcC'],
  h265: ['hvc1', 'hvcC'],
  av1: ['av01', 'av1C'],
  vp9: ['vp09', 'vpcC'],
}

/** Spec: ISO/IEC 14496-12 §12.2.3 */
function audioEntry(track: AudioTrack): Uint8Array {
  const [type, configBox] = audioTypes[track.codec](track)
  // 16.16 fixed point: rates above 65535 Hz don't fit and are left to the codec's own configuration.
  const rate = track.sampleRate > 0xffff ? 0 : track.sampleRate
  return writeBox(type, dataReference, zeros(8), u16(track.channels), u16(16), zeros(4), u16(rate), u16(0), configBox)
}

type AudioType = readonly [entry: string, configBox: Uint8Array]
const audioTypes: { readonly [codec in AudioTrack['codec']]: (track: AudioTrack) => AudioType } = {
  aac: (track) => ['mp4a', writeEsds(EsdsObjectType.aac, track.config)],
  mp3: (track) => ['mp4a', writeEsds(track.sampleRate < 32_000 ? EsdsObjectType.mp3LowRate : EsdsObjectType.mp3, noConfig)],
  opus: (track) => ['Opus', writeBox('dOps', writeOpusBox(readOpusHead(track.config)))],
  ac3: (track) => ['ac-3', writeBox('dac3', track.config)],
  eac3: (track) => ['ec-3', writeBox('dec3', track.config)],
  flac: (track) => ['fLaC', writeFullBox('dfLa', 0, 0, track.config)],
}
