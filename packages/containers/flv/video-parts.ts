import { WireError } from '@sluice/base/errors'
import type { VideoCodec } from '@sluice/codecs/frame'
import { ClassicPacketType, fourCcNumber, VideoCodecId, VideoFrameType, VideoPacketType, videoFourCcs } from './constants.ts'
import { type ExPart, readExParts } from './ex-parts.ts'
import { type FlvPart, readS24 } from './part.ts'

const codecs = new Map(Object.entries(videoFourCcs).map(([codec, fourCc]) => [fourCcNumber(fourCc), codec as VideoCodec]))
const nothing = { codec: 'h264', trackId: 0, compositionMs: 0, offsetNs: 0, isKeyFlagged: false, at: 0, end: 0 } as const

/**
 * Reads the header of a video body, classic or enhanced. Empty: a command frame. What is not known becomes a `skip`.
 * Throws WireError when the body ends within its header. Spec: FLV 10.1 §E.4.3.1, Enhanced RTMP v2 "Enhanced Video"
 */
export function readVideoParts(body: Uint8Array): FlvPart[] {
  const first = body[0]!
  const isKeyFlagged = ((first >>> 4) & 7) === VideoFrameType.key
  if ((first & 0x80) !== 0) return readExParts('video', body).map((part) => exVideoPart(body, part, isKeyFlagged))
  if (first >>> 4 === VideoFrameType.command) return []
  const codecId = first & 15
  if (codecId !== VideoCodecId.avc && codecId !== VideoCodecId.hevc) return [{ ...nothing, type: 'skip', why: 'unknownCodecs' }]
  if (body.length < 5) throw new WireError('FLV_VIDEO', 0, `video body is ${body.length} bytes, at least 5 expected`)
  const codec = codecId === VideoCodecId.avc ? 'h264' : 'h265'
  const part = { codec, trackId: 0, offsetNs: 0, isKeyFlagged, compositionMs: 0, at: 5, end: body.length } as const
  switch (body[1]) {
    case ClassicPacketType.sequenceHeader:
      return [{ ...part, type: 'config' }]
    case ClassicPacketType.coded:
      return [{ ...part, type: 'frame', compositionMs: readS24(body, 2) }]
    case ClassicPacketType.sequenceEnd:
      return [{ ...part, type: 'end' }]
    default:
      return [{ ...part, type: 'skip', why: 'unknownPackets' }]
  }
}

function exVideoPart(body: Uint8Array, ex: ExPart, isKeyFlagged: boolean): FlvPart {
  const codec = codecs.get(ex.fourCc)
  const { trackId, offsetNs, at, end } = ex
  if (ex.packetType === VideoPacketType.metadata) return { ...nothing, type: 'metadata', trackId, at, end }
  if (codec === undefined) return { ...nothing, type: 'skip', why: 'unknownCodecs' }
  const part = { codec, trackId, offsetNs, isKeyFlagged, compositionMs: 0, at, end }
  switch (ex.packetType) {
    case VideoPacketType.sequenceStart:
      return { ...part, type: 'config' }
    case VideoPacketType.codedFrames: {
      if (codec === 'av1' || codec === 'vp9') return { ...part, type: 'frame' }
      if (at + 3 > end) throw new WireError('FLV_VIDEO', at, `track ${trackId} is ${end - at} bytes, at least 3 expected`)
      return { ...part, type: 'frame', compositionMs: readS24(body, at), at: at + 3 }
    }
    case VideoPacketType.codedFramesX:
      return { ...part, type: 'frame' }
    case VideoPacketType.sequenceEnd:
      return { ...part, type: 'end' }
    default:
      return { ...part, type: 'skip', why: 'unknownPackets' }
  }
}
