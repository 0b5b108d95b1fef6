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
