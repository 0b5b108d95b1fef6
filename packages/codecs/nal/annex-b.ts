/**
 * The NAL units of a byte stream with start codes: views of `b`, without start codes and trailing zeros; empty units are left
 * out. What stands before the first start code is passed over, so any bytes give a list; it ends at `maxUnits`, for a view takes
 * far more memory than the four bytes of the smallest unit. Spec: ITU-T H.264 Annex B, H.265 Annex B
 */
export function readAnnexB(b: Uint8Array, maxUnits = Number.POSITIVE_INFINITY): Uint8Array[] {
  const units: Uint8Array[] = []
  let start = nextStartCode(b, 0)
  while (start < b.length && units.length < maxUnits) {
    const from = start + 3
    const next = nextStartCode(b, from)
    let end = next
    // A unit never ends in a zero byte: what is there belongs to a 4-byte start code or is trailing_zero_8bits.
    while (end > from && b[end - 1] === 0) end--
    if (end > from) units.push(b.subarray(from, end))
    start = next
  }
  return units
}

/** One byte stream with 4-byte start codes out of bare NAL units: one new array. Spec: ITU-T H.264 Annex B */
export function writeAnnexB(units: readonly Uint8Array[]): Uint8Array {
  let total = 0
  for (const unit of units) total += 4 + unit.length
  const out = new Uint8Array(total)
  let at = 0
  for (const unit of units) {
    out[at + 3] = 1
    out.set(unit, at + 4)
    at += 4 + unit.length
  }
  return out
}

/** Index of the next `00 00 01` at or after `from`, or the length of `b`. */
export function nextStartCode(b: Uint8Array, from: number): number {
  let at = from + 2
  while (at < b.length) {
    const byte = b[at]!
    // A byte above 1 can be no part of a start code that ends here or in the next two places: three steps at once.
    if (byte > 1) at += 3
    else if (byte === 0) at += 1
    else if (b[at - 1] === 0 && b[at - 2] === 0) return at - 2
    else at += 3
  }
  return b.length
}
