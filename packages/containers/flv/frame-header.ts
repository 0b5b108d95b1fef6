import { writeU24 } from '@sluice/base/bytes'
import { type AudioTrack, type Frame, ticksPerMs } from '@sluice/codecs/frame'
import { AudioPacketType, ClassicPacketType, SoundFormat, VideoCodecId, VideoFrameType, VideoPacketType } from './constants.ts'
import { writeExHeader } from './ex-header.ts'
import { classicMp3Rates, type FlvForm, flvLayout } from './layout.ts'

const maxCompositionMs = 0x7fffff

/** Timestamp of a frame's message: milliseconds, to be written modulo 2^32. The headers of this room count from it. */
export const flvTimestampMs = (dts: number): number => Math.round(dts / ticksPerMs)

/**
 * What stands before `frame.bytes` in the message body, so that a writer forms it from two parts without copying the
 * payload. Null: the form can't carry the track. Spec: FLV 10.1 §E.4.2.1, §E.4.3.1, Enhanced RTMP v2
 */
export function flvFrameHeader(frame: Frame, form: FlvForm): Uint8Array | null {
  const layout = flvLayout(frame.track, form)
  if (layout === null) return null
  const { track, isKey } = frame
  if (track.kind === 'audio') {
    if (layout !== 'classic') return writeExHeader(track, layout, { packetType: AudioPacketType.codedFrames, isKey, compositionMs: null })
    const header = new Uint8Array(track.codec === 'aac' ? 2 : 1)
    header[0] = classicAudioByte(track)
    if (track.codec === 'aac') header[1] = ClassicPacketType.coded
    return header
  }
  const compositionMs = compositionOf(frame)
  if (layout === 'classic') {
    const header = new Uint8Array(5)
    header[0] = classicVideoByte(isKey)
    header[1] = ClassicPacketType.coded
    writeU24(header, 2, compositionMs)
    return header
  }
  const hasComposition = track.codec === 'h264' || track.codec === 'h265'
  // Without an offset the short form saves three bytes; OBS and ffmpeg do the same. AV1 and VP9 have no offset at all.
  const isShort = hasComposition && compositionMs === 0
  const packetType = isShort ? VideoPacketType.codedFramesX : VideoPacketType.codedFrames
  return writeExHeader(track, layout, { packetType, isKey, compositionMs: hasComposition && !isShort ? compositionMs : null })
}

/** First byte of a classic H.264 body. Spec: FLV 10.1 §E.4.3.1 */
export const classicVideoByte = (isKey: boolean): number => ((isKey ? VideoFrameType.key : VideoFrameType.inter) << 4) | VideoCodecId.avc

/** First byte of a classic AAC or MP3 body. AAC always says 44.1 kHz, 16 bits, stereo: its configuration tells the truth. Spec: FLV 10.1 §E.4.2.1 */
export function classicAudioByte(track: AudioTrack): number {
  if (track.codec === 'aac') return (SoundFormat.aac << 4) | 0x0f
  return (SoundFormat.mp3 << 4) | ((classicMp3Rates[track.sampleRate] ?? 3) << 2) | 2 | (track.channels > 1 ? 1 : 0)
}

/** Whole milliseconds such that the rounded dts and this give the rounded pts. */
function compositionOf(frame: Frame): number {
  const ms = flvTimestampMs(frame.pts) - flvTimestampMs(frame.dts)
  return Math.max(-maxCompositionMs, Math.min(maxCompositionMs, ms))
}
