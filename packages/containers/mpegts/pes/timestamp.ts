/** Timestamps in a PES header count 90 kHz ticks in 33 bits. */
export const timestampRange = 2 ** 33
/** Bytes of one PTS or DTS field. */
export const timestampBytes = 5

/**
 * One PTS or DTS, 0..2^33-1, wraps. The caller has checked for 5 bytes. Prefix and marker bits are not judged: encoders in
 * the field get them wrong and every receiver passes over it. Spec: ISO/IEC 13818-1 §2.4.3.6
 */
export function readTimestamp(b: Uint8Array, at: number): number {
  const low = ((b[at + 1]! << 22) | ((b[at + 2]! & 0xfe) << 14) | (b[at + 3]! << 7) | (b[at + 4]! >>> 1)) & 0x3fffffff
  return ((b[at]! >>> 1) & 7) * 0x4000_0000 + low
}

/** Writes `ticks90k` modulo 2^33. `prefix`: 2 a PTS alone, 3 a PTS with a DTS to follow, 1 that DTS. Spec: ISO/IEC 13818-1 §2.4.3.6 */
export function writeTimestamp(b: Uint8Array, at: number, prefix: 1 | 2 | 3, ticks90k: number): void {
  const value = wrapTimestamp(ticks90k)
  const top = Math.floor(value / 0x4000_0000)
  const low = value % 0x4000_0000
  b[at] = (prefix << 4) | (top << 1) | 1
  b[at + 1] = low >>> 22
  b[at + 2] = (low >>> 14) | 1
  b[at + 3] = low >>> 7
  b[at + 4] = (low << 1) | 1
}

/** An unwrapped timestamp (whole number, may be negative) as 33 bits. */
export const wrapTimestamp = (ticks90k: number): number => ((ticks90k % timestampRange) + timestampRange) % timestampRange

/** Signed distance from `a` to `b` in 90 kHz ticks, positive when `b` is later; 33 bits, wraps. */
export function timestampDiff(a: number, b: number): number {
  const ahead = wrapTimestamp(b - a)
  return ahead >= timestampRange / 2 ? ahead - timestampRange : ahead
}
