import { WireError } from '@sluice/base/errors'
import { viewOf } from '@sluice/base/records'

/** Longest record: a part of the densest programme stays below. */
export const maxStoreRecordBytes = 64 * 1024 * 1024

const lengthBytes = 4
const noBytes = new Uint8Array(0)
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** What a record says, as JSON, and the bytes that go with it. */
export type LinkRecord = { readonly head: Readonly<Record<string, unknown>>; readonly bytes: Uint8Array }

/** A record in two pieces: its length with its head, and `bytes` as they are, so that media is not copied. */
export function writeRecord(head: object, bytes: Uint8Array = noBytes): Uint8Array[] {
  const text = encoder.encode(JSON.stringify(head))
  const record = new Uint8Array(2 * lengthBytes + text.length)
  const view = new DataView(record.buffer)
  view.setUint32(0, lengthBytes + text.length + bytes.length)
  view.setUint32(lengthBytes, text.length)
  record.set(text, 2 * lengthBytes)
  return bytes.length === 0 ? [record] : [record, bytes]
}

/** Reads a record of `RecordReader`; its bytes are a view, valid as long as the record. Throws WireError for what is none. */
export function readRecord(record: Uint8Array): LinkRecord {
  const headEnd = lengthBytes + viewOf(record, lengthBytes, 'record').getUint32(0)
  if (headEnd > record.length) throw new WireError('STORELINK_HEAD', 0, `the head ends at ${headEnd} of ${record.length} bytes`)
  return { head: readHead(record.subarray(lengthBytes, headEnd)), bytes: record.subarray(headEnd) }
}

function readHead(bytes: Uint8Array): LinkRecord['head'] {
  try {
    const head: unknown = JSON.parse(decoder.decode(bytes))
    if (typeof head === 'object' && head !== null && !Array.isArray(head)) return head as LinkRecord['head']
  } catch {
    // Said below.
  }
  throw new WireError('STORELINK_HEAD', lengthBytes, 'the head of a record is no JSON object')
}
