/**
 * Unsigned integers in network byte order (`LE`: little-endian). `at` indexes `b`; the caller has checked that `b` is long
 * enough: these sit on the frame path and do not check. Out of bounds reads give NaN-free garbage (0 bits), never a throw.
 */
export const readU16 = (b: Uint8Array, at: number): number => (b[at]! << 8) | b[at + 1]!
/** 24 bits, 0..0xffffff. */
export const readU24 = (b: Uint8Array, at: number): number => (b[at]! << 16) | (b[at + 1]! << 8) | b[at + 2]!
/** 32 bits, 0..0xffffffff. */
export const readU32 = (b: Uint8Array, at: number): number => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0
/** 32 bits, little-endian. */
export const readU32LE = (b: Uint8Array, at: number): number => (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0
/** 64 bits as a number: exact up to 2^53 - 1, which every timestamp and length here is. */
export const readU64 = (b: Uint8Array, at: number): number => readU32(b, at) * 0x1_0000_0000 + readU32(b, at + 4)

/** Writes the low 16 bits of `value`. */
export function writeU16(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 8
  b[at + 1] = value
}
/** Writes the low 24 bits of `value`. */
export function writeU24(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 16
  b[at + 1] = value >>> 8
  b[at + 2] = value
}
/** Writes `value` modulo 2^32: timestamps that wrap may be passed as they are. */
export function writeU32(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 24
  b[at + 1] = value >>> 16
  b[at + 2] = value >>> 8
  b[at + 3] = value
}
/** Writes `value` modulo 2^32, little-endian. */
export function writeU32LE(b: Uint8Array, at: number, value: number): void {
  b[at] = value
  b[at + 1] = value >>> 8
  b[at + 2] = value >>> 16
  b[at + 3] = value >>> 24
}
/** Writes a non-negative integer below 2^53 as 64 bits. */
export function writeU64(b: Uint8Array, at: number, value: number): void {
  writeU32(b, at, Math.floor(value / 0x1_0000_0000))
  writeU32(b, at + 4, value)
}
