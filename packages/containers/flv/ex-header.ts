import { writeU24, writeU32 } from '@sluice/base/bytes'
import type { Track } from '@sluice/codecs/frame'
import {
  AudioPacketType,
  audioFourCcs,
  fourCcNumber,
  MultitrackType,
  SoundFormat,
  VideoFrameType,
  VideoPacketType,
  videoFourCcs,
} from './constants.ts'
import type { FlvLayout } from './layout.ts'

/** What an enhanced header says besides the codec. `compositionMs` null: the field is left out. */
export type ExHeader = { readonly packetType: number; readonly isKey: boolean; readonly compositionMs: number | null }

/** Header of an enhanced message for one track, up to its payload. Spec: Enhanced RTMP v2 "Enhanced Audio", "Enhanced Video" */
export function writeExHeader(track: Track, layout: FlvLayout, header: ExHeader): Uint8Array {
  const isMultitrack = layout === 'multitrack'
  const out = new Uint8Array((isMultitrack ? 7 : 5) + (header.compositionMs === null ? 0 : 3))
  const isVideo = track.kind === 'video'
  const multitrack = isVideo ? VideoPacketType.multitrack : AudioPacketType.multitrack
  const frameType = header.isKey ? VideoFrameType.key : VideoFrameType.inter
  out[0] = (isVideo ? 0x80 | (frameType << 4) : SoundFormat.exHeader << 4) | (isMultitrack ? multitrack : header.packetType)
  let at = 1
  if (isMultitrack) out[at++] = (MultitrackType.oneTrack << 4) | header.packetType
  writeU32(out, at, fourCcNumber(track.kind === 'video' ? videoFourCcs[track.codec] : audioFourCcs[track.codec]))
  at += 4
  if (isMultitrack) out[at++] = track.id
  if (header.compositionMs !== null) writeU24(out, at, header.compositionMs)
  return out
}
