import { WireError } from '@sluice/base/errors'
import { makeRecord } from '@sluice/base/records'

/** A record whose first byte this is has a picture that rungs show over theirs: a PNG, whose id the spec names. */
export const pictureType = 17
/** Longest PNG; what is kept of an upload is less. */
export const maxPictureBytes = 2 * 1024 * 1024

const maxIdBytes = 64
const headBytes = 2

/** Type, length of the id, the id, and the PNG. Sent before the spec that names it where it is there by then, else as soon as it is. */
export function writePicture(pictureId: string, png: Uint8Array): Uint8Array {
  const id = new TextEncoder().encode(pictureId)
  const { record, view } = makeRecord(headBytes + id.length + png.length)
  const at = record.length - png.length - id.length - headBytes
  view.setUint8(at, pictureType)
  view.setUint8(at + 1, id.length)
  record.set(id, at + headBytes)
  record.set(png, at + headBytes + id.length)
  return record
}

/** `png` is a view of the record. Throws WireError for what is no picture. */
export function readPicture(record: Uint8Array): { readonly pictureId: string; readonly png: Uint8Array } {
  const idBytes = record[1] ?? 0
  const pngAt = headBytes + idBytes
  if (record[0] !== pictureType || idBytes === 0 || idBytes > maxIdBytes || record.length <= pngAt)
    throw new WireError('LADDER_PICTURE', 1, `picture record of ${record.length} bytes has an id of ${idBytes}`)
  return { pictureId: new TextDecoder().decode(record.subarray(headBytes, pngAt)), png: record.subarray(pngAt) }
}
