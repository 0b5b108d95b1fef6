import { WireError } from '@sluice/base/errors'
import { codecNames, type VideoCodec } from '@sluice/base/words'
import { fourCcName, packetTypeName, videoCodecName } from './codec-names.ts'
import { ClassicPacketType, fourCcNumber, VideoCodecId, VideoFrameType, VideoPacketType, videoFourCcs } from './constants.ts'
import { type ExPart, readExParts } from './ex-parts.ts'
import {
  brokenPart,
  classicPlace,
  type FlvPart,
  mediaPart,
  nothingToCarry,
  notMedia,
  readS24,
  toParts,
  unknownCodec,
  unknownPacket,
} from './part.ts'

const fourCcs = new Map(Object.entries(videoFourCcs).map(([codec, fourCc]) => [fourCcNumber(fourCc), codec as VideoCodec]))
const classicCodecs: { readonly [codecId: number]: VideoCodec } = { [VideoCodecId.avc]: 'h264', [VideoCodecId.hevc]: 'h265' }
const classicHeaderBytes = 5

/**
 * Reads the header of a video body that is not empty, classic or enhanced. No parts: a command frame. What is not known
 * becomes a `skip`. Throws WireError when the body ends within its header.
 * Spec: FLV 10.1 §E.4.3.1, Enhanced RTMP v2 "Enhanced Video"
 */
export function readVideoParts(body: Uint8Array): FlvPart[] {
  const first = body[0]!
  const isKeyFlagged = ((first >>> 4) & 7) === VideoFrameType.key
  if ((first & 0x80) !== 0) return toParts('video', readExParts('video', body), (ex) => exVideoPart(body, ex, isKeyFlagged))
  if (first >>> 4 === VideoFrameType.command) return [notMedia('video command frame')]
  const codec = classicCodecs[first & 15]
  if (codec === undefined) return [unknownCodec('video', videoCodecName(first & 15))]
  const packetType = body[1]
  if (packetType === ClassicPacketType.sequenceEnd) return [nothingToCarry] // some encoders end the message here
  if (body.length < classicHeaderBytes) {
    throw new WireError('FLV_VIDEO', 0, `video body is ${body.length} bytes, at least ${classicHeaderBytes} expected`)
  }
  const [at, end] = [classicHeaderBytes, body.length]
  if (packetType === ClassicPacketType.sequenceHeader)
    return [mediaPart('config', codec, classicPlace, { compositionMs: 0, isKeyFlagged, at, end })]
  if (packetType === ClassicPacketType.coded)
    return [mediaPart('frame', codec, classicPlace, { compositionMs: readS24(body, 2), isKeyFlagged, at, end })]
  return [unknownPacket('video', `${codecNames[codec]} packet type ${packetType}`)]
}

function exVideoPart(body: Uint8Array, ex: ExPart, isKeyFlagged: boolean): FlvPart {
  const { at, end } = ex
  if (ex.packetType === VideoPacketType.metadata) return { type: 'metadata', trackId: ex.trackId, at, end }
  const codec = fourCcs.get(ex.fourCc)
  if (codec === undefined) return unknownCodec('video', fourCcName(ex.fourCc))
  const part = { compositionMs: 0, isKeyFlagged, at, end }
  switch (ex.packetType) {
    case VideoPacketType.sequenceStart:
      return mediaPart('config', codec, ex, part)
    case VideoPacketType.codedFrames:
      if (codec === 'av1' || codec === 'vp9') return mediaPart('frame', codec, ex, part)
      if (at + 3 > end) return brokenPart('video', `${codecNames[codec]} message without its composition time`)
      return mediaPart('frame', codec, ex, { ...part, compositionMs: readS24(body, at), at: at + 3 })
    case VideoPacketType.codedFramesX:
      return mediaPart('frame', codec, ex, part)
    case VideoPacketType.sequenceEnd:
      return nothingToCarry
    default:
      return unknownPacket('video', packetTypeName('video', ex.packetType))
  }
}
