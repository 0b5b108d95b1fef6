import { WireError } from '@sluice/base/errors'
import type { AudioCodec } from '@sluice/base/words'
import { fourCcName, packetTypeName, soundFormatName } from './codec-names.ts'
import { AudioPacketType, audioFourCcs, ClassicPacketType, fourCcNumber, SoundFormat } from './constants.ts'
import { type ExPart, readExParts } from './ex-parts.ts'
import { classicPlace, type FlvPart, mediaPart, nothingToCarry, toParts, unknownCodec, unknownPacket } from './part.ts'

const fourCcs = new Map(Object.entries(audioFourCcs).map(([codec, fourCc]) => [fourCcNumber(fourCc), codec as AudioCodec]))

/**
 * Reads the header of an audio body that is not empty, classic or enhanced. What is not known becomes a `skip`. Throws
 * WireError when the body ends within its header. Spec: FLV 10.1 §E.4.2.1, Enhanced RTMP v2 "Enhanced Audio"
 */
export function readAudioParts(body: Uint8Array): FlvPart[] {
  const end = body.length
  switch (body[0]! >>> 4) {
    case SoundFormat.exHeader:
      return toParts('audio', readExParts('audio', body), exAudioPart)
    case SoundFormat.mp3:
    case SoundFormat.mp3At8k:
      return [mediaPart('frame', 'mp3', classicPlace, { compositionMs: 0, isKeyFlagged: true, at: 1, end })]
    case SoundFormat.aac:
      if (end < 2) throw new WireError('FLV_AUDIO', 0, `AAC body is ${end} bytes, at least 2 expected`)
      if (body[1] === ClassicPacketType.sequenceHeader)
        return [mediaPart('config', 'aac', classicPlace, { compositionMs: 0, isKeyFlagged: true, at: 2, end })]
      if (body[1] === ClassicPacketType.coded)
        return [mediaPart('frame', 'aac', classicPlace, { compositionMs: 0, isKeyFlagged: true, at: 2, end })]
      return [unknownPacket('audio', `AAC packet type ${body[1]}`)]
    default:
      return [unknownCodec('audio', soundFormatName(body[0]! >>> 4))]
  }
}

function exAudioPart(ex: ExPart): FlvPart {
  const codec = fourCcs.get(ex.fourCc)
  if (codec === undefined) return unknownCodec('audio', fourCcName(ex.fourCc))
  const part = { compositionMs: 0, isKeyFlagged: true, at: ex.at, end: ex.end }
  switch (ex.packetType) {
    case AudioPacketType.sequenceStart:
      return mediaPart('config', codec, ex, part)
    case AudioPacketType.codedFrames:
      return mediaPart('frame', codec, ex, part)
    case AudioPacketType.sequenceEnd:
    case AudioPacketType.multichannelConfig: // says nothing that the codecs' own configurations do not
      return nothingToCarry
    default:
      return unknownPacket('audio', packetTypeName('audio', ex.packetType))
  }
}
