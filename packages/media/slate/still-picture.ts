import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { H264NalType, h264AccessPoint, h264NalType } from '@sluice/codecs/h264'
import { H265NalType, h265NalType } from '@sluice/codecs/h265'
import { type LengthBytes, readNalUnits, writeNalUnits } from '@sluice/codecs/nal'
import { nalLengthBytes } from '@sluice/codecs/track'

/** CRA_NUT, and BLA_N_LP: a random access point that nothing of what came before belongs to. Spec: ITU-T H.265 table 7-1 */
const hevcCra = 21
const hevcBla = 18

/**
 * The bytes of a key frame, made fit to be sent again and again: without SEI (captions and time codes are of that one moment), and a CRA
 * of H.265 as BLA, because its picture order count may not come twice in one sequence. The frame's own bytes where nothing is to change.
 */
export function stillPicture({ track, bytes }: Frame): Uint8Array {
  if (track.codec !== 'h264' && track.codec !== 'h265') return bytes
  const lengthBytes = nalLengthBytes(track)
  // Units are written back with lengths of 4 bytes; a track that states others keeps its frame.
  if (lengthBytes !== 4) return bytes
  return track.codec === 'h264' ? stillH264(bytes, lengthBytes) : stillH265(bytes, lengthBytes)
}

function stillH264(bytes: Uint8Array, lengthBytes: LengthBytes): Uint8Array {
  // At a recovery point it is the SEI that makes the picture a key frame.
  if (h264AccessPoint(bytes, lengthBytes) !== 'idr') return bytes
  return writeNalUnits(readNalUnits(bytes, lengthBytes).filter((unit) => h264NalType(unit[0]!) !== H264NalType.sei))
}

function stillH265(bytes: Uint8Array, lengthBytes: LengthBytes): Uint8Array {
  const kept = readNalUnits(bytes, lengthBytes).filter((unit) => !isH265Sei(unit))
  return writeNalUnits(kept.map((unit) => (h265NalType(unit[0]!) === hevcCra ? asBla(unit) : unit)))
}

const isH265Sei = (unit: Uint8Array): boolean => {
  const type = h265NalType(unit[0]!)
  return type === H265NalType.prefixSei || type === H265NalType.suffixSei
}

function asBla(unit: Uint8Array): Uint8Array {
  const out = Uint8Array.from(unit)
  out[0] = (unit[0]! & 0x81) | (hevcBla << 1)
  return out
}

/** Pictures come no closer and no further apart: some far ends take a second without one for a dead encoder. */
const shortestTicks = ticksPerSecond / 10
const longestTicks = ticksPerSecond

/** Ticks between two showings of a picture of `byteCount` bytes, so that the slate has no more bits than the programme had (0: unknown). */
export function pictureTicks(byteCount: number, programmeBps: number): number {
  if (programmeBps === 0) return ticksPerSecond / 2
  return Math.round(Math.max(shortestTicks, Math.min(longestTicks, (byteCount * 8 * ticksPerSecond) / programmeBps)))
}
