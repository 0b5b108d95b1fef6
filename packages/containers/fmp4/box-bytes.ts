import { concatBytes, writeU32 } from '@sluice/base/bytes'

/** Content of a box: bytes, or small numbers that are one byte each. */
type Part = Uint8Array | readonly number[]

/** One box with its size and type around `parts`: a new array. Spec: ISO/IEC 14496-12 §4.2 */
export function writeBox(type: string, ...parts: readonly Part[]): Uint8Array {
  const out = concatBytes([new Uint8Array(8), ...parts.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part)))])
  writeU32(out, 0, out.length)
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i)
  return out
}

/** A box with version and flags. Spec: ISO/IEC 14496-12 §4.2 */
export const writeFullBox = (type: string, version: number, flags: number, ...parts: readonly Part[]): Uint8Array =>
  writeBox(type, u32((version << 24) | flags), ...parts)

/** Two bytes, big-endian. */
export const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255]
/** Four bytes, big-endian; a negative number in two's complement. */
export const u32 = (value: number): number[] => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
/** `count` zero bytes. */
export const zeros = (count: number): Uint8Array => new Uint8Array(count)
/** The characters' codes. */
export const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0))
