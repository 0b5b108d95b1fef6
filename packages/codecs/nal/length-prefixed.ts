import { WireError } from '@sluice/base/errors'

/** Bytes of the length field before each NAL unit, as the avcC or hvcC record states it. */
export type LengthBytes = 1 | 2 | 4

/** More units than any access unit has: 8K pictures stay below 700 slices. A view costs far more than the bytes of an empty unit. */
export const maxNalUnits = 4096

/** Length of the NAL unit whose length field starts at `at`; the caller has checked that the field is there. */
export function nalLength(b: Uint8Array, at: number, lengthBytes: LengthBytes): number {
  if (lengthBytes === 4) return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0
  return lengthBytes === 2 ? (b[at]! << 8) | b[at + 1]! : b[at]!
}

/**
 * The NAL units of one access unit in length-prefixed form: views of `b`, without the length fields; empty units are left out.
 * Throws WireError when a unit reaches over the end, or above `maxNalUnits`. Spec: ISO/IEC 14496-15 §5.3.4.2
 */
export function readNalUnits(b: Uint8Array, lengthBytes: LengthBytes): Uint8Array[] {
  const units: Uint8Array[] = []
  let at = 0
  while (at < b.length) {
    if (units.length === maxNalUnits) throw new WireError('NAL_COUNT', at, `access unit of more than ${maxNalUnits} NAL units`)
    const start = at + lengthBytes
    const end = start > b.length ? Number.POSITIVE_INFINITY : start + nalLength(b, at, lengthBytes)
    if (end > b.length) throw new WireError('NAL_LENGTH', at, `NAL unit ends at byte ${end} of an access unit of ${b.length} bytes`)
    if (end > start) units.push(b.subarray(start, end))
    at = end
  }
  return units
}

/** One access unit in length-prefixed form (4-byte lengths) out of bare NAL units: one new array. Spec: ISO/IEC 14496-15 §5.3.4.2 */
export function writeNalUnits(units: readonly Uint8Array[]): Uint8Array {
  let total = 0
  for (const unit of units) total += 4 + unit.length
  const out = new Uint8Array(total)
  let at = 0
  for (const unit of units) {
    out[at] = unit.length >>> 24
    out[at + 1] = unit.length >>> 16
    out[at + 2] = unit.length >>> 8
    out[at + 3] = unit.length
    out.set(unit, at + 4)
    at += 4 + unit.length
  }
  return out
}

/**
 * Bytes from the start of `b` that whole length-prefixed NAL units take, at most `maxNalUnits` of them: `b.length` when it is
 * sound, and then readNalUnits does not throw. Never throws, no allocation.
 */
export function wholeNalBytes(b: Uint8Array, lengthBytes: LengthBytes): number {
  let at = 0
  for (let unit = 0; unit < maxNalUnits && at + lengthBytes <= b.length; unit++) {
    const end = at + lengthBytes + nalLength(b, at, lengthBytes)
    if (end > b.length) return at
    at = end
  }
  return at
}

/**
 * Length fields of this size cut `b` into units without a rest, none of them empty and none that says by forbidden_zero_bit that it must
 * not be read: how a payload whose field size is in doubt is told. Never throws, no allocation. Spec: ITU-T H.264 §7.4.1, H.265 §7.4.2.2
 */
export function isCutInto(b: Uint8Array, lengthBytes: LengthBytes): boolean {
  let at = 0
  for (let unit = 0; at < b.length; unit++) {
    if (unit === maxNalUnits || at + lengthBytes > b.length) return false
    const start = at + lengthBytes
    at = start + nalLength(b, at, lengthBytes)
    if (at === start || at > b.length || (b[start]! & 0x80) !== 0) return false
  }
  return at > 0
}
