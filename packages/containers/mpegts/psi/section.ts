import { readU16, readU32, writeU16, writeU32 } from '@sluice/base/bytes'
import { sectionCrc32 } from './crc32.ts'

/** Tables that Sluice reads. Spec: ISO/IEC 13818-1 table 2-31 */
export const TableId = { pat: 0x00, pmt: 0x02 } as const

/** Largest PAT or PMT section in bytes, header and CRC included. Spec: ISO/IEC 13818-1 §2.4.4.4, §2.4.4.9 */
export const maxSectionBytes = 1024
/** Bytes before the body: table id, length, extension, version, section numbers. */
const sectionHeaderBytes = 8
const crcBytes = 4

/** A PSI section of the long form. `body` is a view between header and CRC. Spec: ISO/IEC 13818-1 §2.4.4.11 */
export type Section = {
  readonly tableId: number
  /** transport_stream_id of a PAT, program_number of a PMT. */
  readonly tableIdExtension: number
  /** 0..31, wraps. */
  readonly version: number
  /** False: the table is announced and not valid yet. */
  readonly isCurrent: boolean
  readonly sectionNumber: number
  readonly lastSectionNumber: number
  readonly body: Uint8Array
  /** The CRC as sent: two sections with the same CRC and length are the same table. */
  readonly crc: number
}

/** Whole length in bytes of the section at `at`, or 0 when its first 3 bytes are not there yet. Spec: ISO/IEC 13818-1 §2.4.4.11 */
export const sectionBytes = (b: Uint8Array, at: number, end: number): number =>
  at + 3 > end ? 0 : 3 + (((b[at + 1]! & 0x0f) << 8) | b[at + 2]!)

/**
 * Reads one whole section. Damage is a value, since a transport stream may be cut anywhere: 'crc' for a checksum that does
 * not hold, 'form' for a short form or a length that holds no header. Spec: ISO/IEC 13818-1 §2.4.4.11
 */
export function readSection(b: Uint8Array): Section | 'crc' | 'form' {
  if (b.length < sectionHeaderBytes + crcBytes || (b[1]! & 0x80) === 0) return 'form'
  if (sectionCrc32(b, 0, b.length) !== 0) return 'crc'
  const bodyEnd = b.length - crcBytes
  return {
    tableId: b[0]!,
    tableIdExtension: readU16(b, 3),
    version: (b[5]! >>> 1) & 0x1f,
    isCurrent: (b[5]! & 1) === 1,
    sectionNumber: b[6]!,
    lastSectionNumber: b[7]!,
    body: b.subarray(sectionHeaderBytes, bodyEnd),
    crc: readU32(b, bodyEnd),
  }
}

/** Makes a whole section that is the only one of its table, CRC included. Spec: ISO/IEC 13818-1 §2.4.4.11 */
export function writeSection(tableId: number, tableIdExtension: number, version: number, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(sectionHeaderBytes + body.length + crcBytes)
  out[0] = tableId
  writeU16(out, 1, 0xb000 | (out.length - 3))
  writeU16(out, 3, tableIdExtension)
  out[5] = 0xc1 | ((version & 0x1f) << 1)
  out.set(body, sectionHeaderBytes)
  writeU32(out, out.length - crcBytes, sectionCrc32(out, 0, out.length - crcBytes))
  return out
}
