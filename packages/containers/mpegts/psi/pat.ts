import { readU16, writeU16 } from '@sluice/base/bytes'
import { type Section, TableId, writeSection } from './section.ts'

/** One program of a transport stream and where its PMT is. */
export type PatProgram = { readonly programNumber: number; readonly pmtPid: number }

/**
 * Reads the programs of a PAT section in their order; the network PID (program 0) is left out. Null: not a PAT. Spec: ISO/IEC
 * 13818-1 §2.4.4.3
 */
export function readPat(section: Section): PatProgram[] | null {
  if (section.tableId !== TableId.pat) return null
  const programs: PatProgram[] = []
  for (let at = 0; at + 4 <= section.body.length; at += 4) {
    const programNumber = readU16(section.body, at)
    if (programNumber !== 0) programs.push({ programNumber, pmtPid: readU16(section.body, at + 2) & 0x1fff })
  }
  return programs
}

/** Makes a PAT section, CRC included. Spec: ISO/IEC 13818-1 §2.4.4.3 */
export function writePat(transportStreamId: number, version: number, programs: readonly PatProgram[]): Uint8Array {
  const body = new Uint8Array(4 * programs.length)
  programs.forEach((program, i) => {
    writeU16(body, 4 * i, program.programNumber)
    writeU16(body, 4 * i + 2, 0xe000 | program.pmtPid)
  })
  return writeSection(TableId.pat, transportStreamId, version, body)
}
