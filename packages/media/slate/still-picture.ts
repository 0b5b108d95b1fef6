import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { H264NalType, h264AccessPoint, h264NalType } from '@sluice/codecs/h264'
import { H265NalType, type H265Sets, h265NalType, readH265Pps, readH265Sps, readHevcConfig, withOtherH265Order } from '@sluice/codecs/h265'
import { type LengthBytes, readNalUnits, writeNalUnits } from '@sluice/codecs/nal'
import { nalLengthBytes } from '@sluice/codecs/track'

/** CRA_NUT, and BLA_N_LP: a random access point that nothing of what came before belongs to. Spec: ITU-T H.265 table 7-1 */
const hevcCra = 21
const hevcBla = 18

/**
 * The bytes of a key frame, made fit to be sent again and again, one after the other and round again: without SEI (captions and time codes are of
 * that one moment), and a CRA of H.265 as BLA, because its picture order count may not come twice in one sequence. The frame's own bytes where
 * nothing is to change.
 */
export function stillPictures({ track, bytes }: Frame): readonly [Uint8Array, ...Uint8Array[]] {
  if (track.codec !== 'h264' && track.codec !== 'h265') return [bytes]
  const lengthBytes = nalLengthBytes(track)
  // Units are written back with lengths of 4 bytes; a track that states others keeps its frame.
  if (lengthBytes !== 4) return [bytes]
  return track.codec === 'h264' ? [stillH264(bytes, lengthBytes)] : stillH265(bytes, lengthBytes, track.config)
}

function stillH264(bytes: Uint8Array, lengthBytes: LengthBytes): Uint8Array {
  // At a recovery point it is the SEI that makes the picture a key frame.
  if (h264AccessPoint(bytes, lengthBytes) !== 'idr') return bytes
  return writeNalUnits(readNalUnits(bytes, lengthBytes).filter((unit) => h264NalType(unit[0]!) !== H264NalType.sei))
}

/**
 * A BLA begins a sequence of its own, and may have the order count of the one before it. FFmpeg 7.1 and later still holds that one by then, and
 * leaves the second out: so every other one has another count.
 */
function stillH265(bytes: Uint8Array, lengthBytes: LengthBytes, config: Uint8Array): readonly [Uint8Array, ...Uint8Array[]] {
  const kept = readNalUnits(bytes, lengthBytes)
    .filter((unit) => !isH265Sei(unit))
    .map((unit) => (h265NalType(unit[0]!) === hevcCra ? asBla(unit) : unit))
  const isSlice = (unit: Uint8Array): boolean => h265NalType(unit[0]!) < H265NalType.vps
  const sets = setsOf(config, kept)
  const others = kept.map((unit) => (isSlice(unit) ? withOtherH265Order(unit, sets) : unit))
  const still = writeNalUnits(kept)
  return others.some((unit) => unit === null) ? [still] : [still, writeNalUnits(others.filter((unit) => unit !== null))]
}

/** Parameter sets of the configuration, and those that come with the picture. */
function setsOf(config: Uint8Array, units: readonly Uint8Array[]): H265Sets {
  const sets = {
    sps: new Map<number, ReturnType<typeof readH265Sps>>(),
    pps: new Map<number, NonNullable<ReturnType<typeof readH265Pps>>>(),
  }
  try {
    const record = readHevcConfig(config)
    for (const unit of [...record.sps, ...record.pps, ...units]) {
      const type = h265NalType(unit[0] ?? 0xff)
      if (type === H265NalType.sps) {
        const sps = readH265Sps(unit)
        sets.sps.set(sps.spsId, sps)
      }
      const pps = type === H265NalType.pps ? readH265Pps(unit) : null
      if (pps !== null) sets.pps.set(pps.ppsId, pps)
    }
  } catch {
    // Sets that can't be read: the picture is shown as it is.
  }
  return sets
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
