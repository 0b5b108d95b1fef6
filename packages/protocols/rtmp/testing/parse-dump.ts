import type { DumpRecord } from '../dump.ts'

/** Reads lines that `formatDumpRecord` made; empty lines are passed over. Throws SyntaxError on others. */
export function parseDump(text: string): DumpRecord[] {
  const records: DumpRecord[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    const record: unknown = JSON.parse(line)
    if (typeof record !== 'object' || record === null || !('at' in record)) throw new SyntaxError('not a line of a dump')
    const direction = 'in' in record ? 'in' : 'out'
    const text64 = 'in' in record ? record.in : 'out' in record ? record.out : undefined
    if (typeof text64 !== 'string' || typeof record.at !== 'number') throw new SyntaxError('not a line of a dump')
    records.push({ direction, atMs: record.at, bytes: new Uint8Array(Buffer.from(text64, 'base64')) })
  }
  return records
}
