import { readU32, writeU32 } from '@sluice/base/bytes'

/** Bytes of a program clock reference. */
export const pcrBytes = 6
/** The program clock ticks 300 times in each 90 kHz tick. */
export const pcrTicksPer90k = 300

/** The PCR in 27 MHz ticks, 0..2^33*300-1, wraps. The caller has checked for 6 bytes. Spec: ISO/IEC 13818-1 §2.4.3.5 */
export function readPcr(b: Uint8Array, at: number): number {
  const base = readU32(b, at) * 2 + (b[at + 4]! >>> 7)
  const extension = ((b[at + 4]! & 1) << 8) | b[at + 5]!
  return base * pcrTicksPer90k + extension
}

/** Writes a PCR of `base90k` 90 kHz ticks (0..2^33-1) and no fraction. Spec: ISO/IEC 13818-1 §2.4.3.5 */
export function writePcr(b: Uint8Array, at: number, base90k: number): void {
  writeU32(b, at, Math.floor(base90k / 2))
  b[at + 4] = ((base90k % 2) << 7) | 0x7e
  b[at + 5] = 0
}
