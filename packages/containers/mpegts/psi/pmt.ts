import { concatBytes, readU16, writeU16 } from '@sluice/base/bytes'
import { type Descriptor, readDescriptors, writeDescriptors } from './descriptor.ts'
import { type Section, TableId, writeSection } from './section.ts'

/** One elementary stream of a program. Spec: ISO/IEC 13818-1 §2.4.4.8 */
export type PmtStream = { readonly pid: number; readonly streamType: number; readonly descriptors: readonly Descriptor[] }

/** One program: its clock's PID (0x1fff: none) and its streams, in order. */
export type Pmt = {
  readonly programNumber: number
  readonly pcrPid: number
  readonly descriptors: readonly Descriptor[]
  readonly streams: readonly PmtStream[]
}

/**
 * Reads a PMT section; a stream loop that is cut short ends at its last whole stream. Null: not a PMT, or no room for its head.
 * Spec: ISO/IEC 13818-1 §2.4.4.8
 */
export function readPmt(section: Section): Pmt | null {
  const b = section.body
  if (section.tableId !== TableId.pmt || b.length < 4) return null
  const loopAt = 4 + (readU16(b, 2) & 0x0fff)
  if (loopAt > b.length) return null
  const streams: PmtStream[] = []
  for (let at = loopAt; at + 5 <= b.length; ) {
    const end = at + 5 + (readU16(b, at + 3) & 0x0fff)
    if (end > b.length) break
    streams.push({ streamType: b[at]!, pid: readU16(b, at + 1) & 0x1fff, descriptors: readDescriptors(b.subarray(at + 5, end)) })
    at = end
  }
  return {
    programNumber: section.tableIdExtension,
    pcrPid: readU16(b, 0) & 0x1fff,
    descriptors: readDescriptors(b.subarray(4, loopAt)),
    streams,
  }
}

/** Makes a PMT section, CRC included. Spec: ISO/IEC 13818-1 §2.4.4.8 */
export function writePmt(pmt: Pmt, version: number): Uint8Array {
  const parts = [head(pmt.pcrPid, writeDescriptors(pmt.descriptors))]
  for (const stream of pmt.streams) {
    const info = writeDescriptors(stream.descriptors)
    const entry = new Uint8Array(5)
    entry[0] = stream.streamType
    writeU16(entry, 1, 0xe000 | stream.pid)
    writeU16(entry, 3, 0xf000 | info.length)
    parts.push(entry, info)
  }
  return writeSection(TableId.pmt, pmt.programNumber, version, concatBytes(parts))
}

function head(pcrPid: number, info: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + info.length)
  writeU16(out, 0, 0xe000 | pcrPid)
  writeU16(out, 2, 0xf000 | info.length)
  out.set(info, 4)
  return out
}
