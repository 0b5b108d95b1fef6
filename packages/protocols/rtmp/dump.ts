/**
 * Sees all bytes of a connection, decrypted, as they are read or written: for traces that can be replayed. `bytes` lives only
 * during the call. A dump holds stream keys: it is switched on by hand and kept like a secret.
 */
export type RtmpDump = (direction: 'in' | 'out', bytes: Uint8Array, nowMs: number) => void

/** One line of a trace. */
export type DumpRecord = { direction: 'in' | 'out'; atMs: number; bytes: Uint8Array }

/** A record as one line of JSON: `{"at":12.5,"in":"<base64>"}`. */
export function formatDumpRecord(record: DumpRecord): string {
  const text = Buffer.from(record.bytes.buffer, record.bytes.byteOffset, record.bytes.byteLength).toString('base64')
  return JSON.stringify({ at: Math.round(record.atMs * 10) / 10, [record.direction]: text })
}

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
