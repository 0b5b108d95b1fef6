import { concatBytes } from '@sluice/base/bytes'
import type { Track } from '@sluice/codecs/frame'
import { AudioPacketType, ClassicPacketType, VideoPacketType } from './constants.ts'
import { writeExHeader } from './ex-header.ts'
import { classicAudioByte, classicVideoByte } from './frame-header.ts'
import { type FlvForm, flvLayout } from './layout.ts'
import { sequencePayload } from './payload.ts'

/**
 * Body of the message that announces `track`, to be sent before its first frame. Null: the form can't carry the track, or
 * its codec needs no announcement (MP3, AC-3, E-AC-3). Spec: FLV 10.1 §E.4.2.2, §E.4.3.1, Enhanced RTMP v2
 */
export function flvConfigBody(track: Track, form: FlvForm): Uint8Array | null {
  const layout = flvLayout(track, form)
  const payload = sequencePayload(track)
  if (layout === null || payload === null) return null
  if (layout !== 'classic') {
    const packetType = track.kind === 'video' ? VideoPacketType.sequenceStart : AudioPacketType.sequenceStart
    return concatBytes([writeExHeader(track, layout, { packetType, isKey: true, compositionMs: null }), ...payload])
  }
  const type = ClassicPacketType.sequenceHeader
  const header = track.kind === 'video' ? [classicVideoByte(true), type, 0, 0, 0] : [classicAudioByte(track), type]
  return concatBytes([Uint8Array.from(header), ...payload])
}
