import { isOrientation, type Orientation, upright } from './orientation.ts'

/** Bytes of a file from `offset` on: fewer where it ends, none behind it. */
export type ReadAt = (offset: number, byteCount: number) => Uint8Array

/** What a picture says of itself before anything of it is decoded. */
export type ImageHead = { readonly width: number; readonly height: number; readonly orientation: Orientation }

export type ImageType = 'image/png' | 'image/jpeg' | 'image/webp'

/** A camera's file has some thirty; a file with more is made to keep its reader busy. */
const maxParts = 2000
/** An EXIF block is 64 KB at most in JPEG; its first entries have the orientation. */
const maxExifBytes = 65_536

/** Size and orientation of a picture; null when it has no head that can be read. A broken EXIF block counts as none. */
export function readImageHead(type: ImageType, read: ReadAt): ImageHead | null {
  const found = readers[type](read)
  return found.width > 0 && found.height > 0 ? found : null
}

type Found = { width: number; height: number; orientation: Orientation }
const nothing = (): Found => ({ width: 0, height: 0, orientation: upright })

const readers: Readonly<Record<ImageType, (read: ReadAt) => Found>> = {
  'image/png': readPng,
  'image/jpeg': readJpeg,
  'image/webp': readWebp,
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
const textAt = (bytes: Uint8Array, at: number, byteCount: number): string => String.fromCharCode(...bytes.subarray(at, at + byteCount))

/** Spec: PNG (Third Edition) §5.3, §11.2.1, §11.3.3.3 (eXIf) */
function readPng(read: ReadAt): Found {
  const found = nothing()
  let offset = 8
  for (let part = 0; part < maxParts; part++) {
    const head = read(offset, 8)
    if (head.length < 8) break
    const bodyBytes = viewOf(head).getUint32(0)
    const type = textAt(head, 4, 4)
    if (type === 'IHDR') {
      const size = read(offset + 8, 8)
      if (size.length < 8) break
      found.width = viewOf(size).getUint32(0)
      found.height = viewOf(size).getUint32(4)
    }
    if (type === 'eXIf') {
      found.orientation = readExifOrientation(read(offset + 8, Math.min(bodyBytes, maxExifBytes)))
      break
    }
    if (type === 'IEND') break
    offset += 12 + bodyBytes
  }
  return found
}

const startOfFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** Spec: ITU-T T.81 §B.1.1, §B.2.2; Exif 3.0 §4.7.2 (APP1) */
function readJpeg(read: ReadAt): Found {
  const found = nothing()
  let offset = 2
  let hasExif = false
  for (let part = 0; part < maxParts; part++) {
    const head = read(offset, 4)
    if (head.length < 4 || head[0] !== 0xff) break
    const marker = head[1]!
    // Fill bytes, and markers without a length.
    if (marker === 0xff) offset += 1
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) offset += 2
    else {
      if (marker === 0xd9 || marker === 0xda) break
      const bodyBytes = viewOf(head).getUint16(2) - 2
      if (bodyBytes < 0) break
      if (startOfFrame(marker)) {
        const size = read(offset + 4, 5)
        if (size.length < 5) break
        found.height = viewOf(size).getUint16(1)
        found.width = viewOf(size).getUint16(3)
      }
      if (marker === 0xe1 && !hasExif) {
        const body = read(offset + 4, bodyBytes)
        hasExif = textAt(body, 0, 6) === 'Exif\0\0'
        if (hasExif) found.orientation = readExifOrientation(body.subarray(6))
      }
      offset += 4 + bodyBytes
    }
  }
  return found
}

/** Spec: RFC 9649 §2.3 to §2.7 */
function readWebp(read: ReadAt): Found {
  const found = nothing()
  let offset = 12
  for (let part = 0; part < maxParts; part++) {
    const head = read(offset, 8)
    if (head.length < 8) break
    const type = textAt(head, 0, 4)
    const bodyBytes = viewOf(head).getUint32(4, true)
    const body = read(offset + 8, Math.min(bodyBytes, type === 'EXIF' ? maxExifBytes : 16))
    if (found.width === 0) sizeOfWebp(type, body, found)
    if (type === 'EXIF') {
      // Some writers put JPEG's own head before it.
      found.orientation = readExifOrientation(textAt(body, 0, 6) === 'Exif\0\0' ? body.subarray(6) : body)
      break
    }
    offset += 8 + bodyBytes + (bodyBytes % 2)
  }
  return found
}

function sizeOfWebp(type: string, body: Uint8Array, found: Found): void {
  if (body.length < 10) return
  const view = viewOf(body)
  if (type === 'VP8X') {
    found.width = (view.getUint32(4, true) & 0xffffff) + 1
    found.height = (view.getUint16(7, true) | (body[9]! << 16)) + 1
  } else if (type === 'VP8 ') {
    found.width = view.getUint16(6, true) & 0x3fff
    found.height = view.getUint16(8, true) & 0x3fff
  } else if (type === 'VP8L') {
    const bits = view.getUint32(1, true)
    found.width = (bits & 0x3fff) + 1
    found.height = ((bits >>> 14) & 0x3fff) + 1
  }
}

const orientationTag = 0x0112
const shortType = 3
const maxEntries = 512

/** The orientation in an EXIF block (a TIFF head and directories); upright where it has none or is broken. Spec: Exif 3.0 §4.5, §4.6.5.1.6 */
export function readExifOrientation(exif: Uint8Array): Orientation {
  if (exif.length < 8) return upright
  const view = viewOf(exif)
  const order = textAt(exif, 0, 2)
  if (order !== 'II' && order !== 'MM') return upright
  const isLittle = order === 'II'
  if (view.getUint16(2, isLittle) !== 42) return upright
  const at = view.getUint32(4, isLittle)
  if (at + 2 > exif.length) return upright
  const entries = Math.min(view.getUint16(at, isLittle), maxEntries)
  for (let entry = 0; entry < entries; entry++) {
    const entryAt = at + 2 + 12 * entry
    if (entryAt + 12 > exif.length) break
    if (view.getUint16(entryAt, isLittle) !== orientationTag) continue
    const isOneShort = view.getUint16(entryAt + 2, isLittle) === shortType && view.getUint32(entryAt + 4, isLittle) === 1
    const value = view.getUint16(entryAt + 8, isLittle)
    return isOneShort && isOrientation(value) ? value : upright
  }
  return upright
}
