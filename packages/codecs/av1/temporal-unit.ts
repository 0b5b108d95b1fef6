import { concatBytes } from '@sluice/base/bytes'
import { Av1ObuType, maxObus, readAv1Obu, writeLeb128 } from './obu.ts'

/**
 * One temporal unit in the form of Frame.bytes: every OBU with a size field, no temporal delimiters, cut where an OBU leaves
 * `b` and behind `maxObus`. A view of `b` when nothing has to change but its two ends, else a copy. Never throws. Spec: AV1 in ISOBMFF §2.4
 */
export function cleanAv1Unit(b: Uint8Array): Uint8Array {
  const kept: { at: number; end: number }[] = []
  let unsized: Uint8Array | null = null
  let left = maxObus
  for (let obu = readAv1Obu(b, 0); obu !== null && left > 0; obu = readAv1Obu(b, obu.end)) {
    left--
    if (obu.type === Av1ObuType.temporalDelimiter) continue
    const last = kept.at(-1)
    if (!obu.hasSize) unsized = withSize(b, obu.at, obu.payloadAt)
    else if (last?.end === obu.at) last.end = obu.end
    else kept.push({ at: obu.at, end: obu.end })
  }
  const views = kept.map(({ at, end }) => b.subarray(at, end))
  if (unsized !== null) views.push(unsized)
  return views.length === 1 ? views[0]! : concatBytes(views)
}

/** True when cleanAv1Unit cuts `b`: an OBU is not whole, or there are more than `maxObus`. */
export function isAv1UnitDamaged(b: Uint8Array): boolean {
  let at = 0
  for (let count = 0; at < b.length; count++) {
    const obu = readAv1Obu(b, at)
    if (obu === null || count === maxObus) return true
    at = obu.end
  }
  return false
}

/**
 * True when a decoder can start here: the first frame of the temporal unit is a key frame that is shown. Never throws.
 * Forward key frames (shown later) don't count. Spec: AV1 §5.9.2, §7.6
 */
export function isAv1KeyFrame(b: Uint8Array): boolean {
  for (let obu = readAv1Obu(b, 0); obu !== null; obu = readAv1Obu(b, obu.end)) {
    if (obu.type !== Av1ObuType.frame && obu.type !== Av1ObuType.frameHeader) continue
    // show_existing_frame 0, frame_type 00 (key), show_frame 1
    return obu.payloadAt < obu.end && (b[obu.payloadAt]! & 0xf0) === 0x10
  }
  return false
}

/** The OBU at `at`, which reaches to the end of `b`, with a size field put in. */
function withSize(b: Uint8Array, at: number, payloadAt: number): Uint8Array {
  const header = new Uint8Array(b.subarray(at, payloadAt))
  header[0] = header[0]! | 2
  return concatBytes([header, writeLeb128(b.length - payloadAt), b.subarray(payloadAt)])
}
