import { concatBytes } from '@sluice/base/bytes'
import type { Codec } from '@sluice/base/words'
import { cleanAv1Unit, isAv1UnitDamaged } from '@sluice/codecs/av1'
import type { Track } from '@sluice/codecs/frame'
import { isCutInto, nextStartCode, wholeNalBytes } from '@sluice/codecs/nal'
import { makeOpusHead, writeOpusHead } from '@sluice/codecs/opus'
import { nalLengthBytes } from '@sluice/codecs/track'
import { toVp9Config } from '@sluice/codecs/vp9'
import type { FlvStats } from './stats.ts'

const flacMagic = Uint8Array.of(0x66, 0x4c, 0x61, 0x43) // fLaC
const flacLastStreamInfo = Uint8Array.of(0x80, 0, 0, 34)

/**
 * The form of Track.config out of a sequence header's payload. Null when it is empty, as encoders send on stopping; an empty
 * Opus header means stereo. Spec: Enhanced RTMP v2 "Enhanced Audio", "Enhanced Video"
 */
export function trackConfig(codec: Codec, payload: Uint8Array): Uint8Array | null {
  if (codec === 'opus' && payload.length === 0) return writeOpusHead(makeOpusHead(2))
  if (payload.length === 0) return null
  if (codec === 'vp9') return toVp9Config(payload)
  return codec === 'flac' ? flacBlocks(payload) : payload
}

/** With the magic that the specification asks for, or a bare STREAMINFO without its block header, as ffmpeg 8 writes it. */
function flacBlocks(payload: Uint8Array): Uint8Array {
  if (payload.length === flacLastStreamInfo[3]) return concatBytes([flacLastStreamInfo, payload])
  return flacMagic.every((byte, at) => payload[at] === byte) ? payload.subarray(flacMagic.length) : payload
}

/** The payload of a sequence header out of `track.config`, in parts; null: the codec is not announced. VP9 with version and flags, as ffmpeg 8 has it. */
export function sequencePayload(track: Track): Uint8Array[] | null {
  switch (track.codec) {
    case 'mp3':
    case 'ac3':
    case 'eac3':
      return null
    case 'flac':
      return [flacMagic, track.config]
    default:
      return [track.config]
  }
}

/**
 * The form of Frame.bytes out of a coded payload: a view of it but for AV1 that lacks a size field. A damaged tail is cut off
 * and counted, so that nothing behind the demuxer meets NAL units or OBUs that leave their frame.
 */
export function frameBytes(track: Track, payload: Uint8Array, stats: FlvStats): Uint8Array {
  if (track.codec === 'h264' || track.codec === 'h265') {
    const sound = wholeNalBytes(payload, nalLengthBytes(track))
    if (sound === payload.length) return payload
    stats.damagedFrames++
    return payload.subarray(0, sound)
  }
  if (track.codec !== 'av1') return payload
  if (isAv1UnitDamaged(payload)) stats.damagedFrames++
  return cleanAv1Unit(payload)
}

/**
 * The payload's NAL units end with it, as the track's configuration has them. True for codecs without. Short length fields are looked at
 * more closely: units of random lengths would end with one payload in a hundred.
 */
export function isSound(track: Track, payload: Uint8Array): boolean {
  if (track.codec !== 'h264' && track.codec !== 'h265') return true
  const lengthBytes = nalLengthBytes(track)
  return lengthBytes === 4 ? wholeNalBytes(payload, lengthBytes) === payload.length : isCutInto(payload, lengthBytes)
}

/** H.264 or H.265 that begins with a start code: no configuration record does. Spec: ITU-T H.264 Annex B */
export const isByteStream = (codec: Codec, payload: Uint8Array): boolean =>
  (codec === 'h264' || codec === 'h265') && payload.length > 4 && nextStartCode(payload.subarray(0, 4), 0) <= 1
