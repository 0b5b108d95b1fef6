import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ImageType, readExifOrientation, readImageHead } from './image-head.ts'
import { isOrientation, orientationOfMatrix } from './orientation.ts'
import { exifBlock } from './testing/exif.ts'

const readerOf =
  (bytes: Uint8Array) =>
  (offset: number, byteCount: number): Uint8Array =>
    bytes.subarray(offset, offset + byteCount)
const bytesOf = (...parts: (string | number[] | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : [...part])))

const types: ImageType[] = ['image/png', 'image/jpeg', 'image/webp']
const starts: Record<ImageType, Uint8Array> = {
  'image/png': bytesOf([0x89], 'PNG\r\n', [0x1a, 0x0a], [0, 0, 0, 13], 'IHDR'),
  'image/jpeg': bytesOf([0xff, 0xd8, 0xff]),
  'image/webp': bytesOf('RIFF', [0, 0, 0, 0], 'WEBP', 'VP8'),
}

test('size and orientation are read in both byte orders', () => {
  for (const order of ['II', 'MM'] as const)
    for (let orientation = 1; orientation <= 8; orientation++) {
      const exif = exifBlock(orientation, order)
      assert.equal(readExifOrientation(exif), orientation)
      const app1 = bytesOf([0xff, 0xe1, 0, exif.length + 8], 'Exif\0\0', exif)
      const jpeg = bytesOf([0xff, 0xd8], app1, [0xff, 0xff, 0xff, 0xc0, 0, 8, 8, 0, 90, 0, 160, 3], [0xff, 0xda, 0, 2])
      assert.deepEqual(readImageHead('image/jpeg', readerOf(jpeg)), { width: 160, height: 90, orientation })
      const png = bytesOf(starts['image/png'], [0, 0, 0, 160, 0, 0, 0, 90, 8, 2, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, exif.length], 'eXIf', exif)
      assert.deepEqual(readImageHead('image/png', readerOf(png)), { width: 160, height: 90, orientation })
      const vp8x = bytesOf('VP8X', [10, 0, 0, 0, 8, 0, 0, 0, 159, 0, 0, 89, 0, 0])
      const webp = bytesOf('RIFF', [0, 0, 0, 0], 'WEBP', vp8x, 'EXIF', [exif.length, 0, 0, 0], exif)
      assert.deepEqual(readImageHead('image/webp', readerOf(webp)), { width: 160, height: 90, orientation })
    }
})

test('an orientation that is none, or in a block that is broken anywhere, is upright', () => {
  const whole = exifBlock(6, 'II')
  for (const value of [0, 9, 255, 65_535]) assert.equal(readExifOrientation(exifBlock(value, 'II')), 1)
  for (let cut = 0; cut < whole.length - 4; cut++) assert.equal(readExifOrientation(whole.subarray(0, cut)), 1)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      assert.ok(isOrientation(readExifOrientation(bytesOf('II*\0', noise))))
      assert.ok(isOrientation(readExifOrientation(noise)))
    }),
  )
})

test('any bytes behind a start give a head or null, in bounded reads', () => {
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 400 }), (type, noise) => {
      const bytes = bytesOf(starts[type], noise)
      let reads = 0
      const head = readImageHead(type, (offset, byteCount) => {
        reads++
        assert.ok(byteCount <= 65_536)
        return readerOf(bytes)(offset, byteCount)
      })
      assert.ok(reads < 10_000)
      assert.ok(head === null || (head.width > 0 && head.height > 0 && isOrientation(head.orientation)))
    }),
    { numRuns: 2000 },
  )
})

test('a file of nothing but parts is given up after some thousand of them', () => {
  for (const type of types) {
    let reads = 0
    const part = {
      'image/png': [0, 0, 0, 0, 0x61, 0x61, 0x61, 0x61],
      'image/jpeg': [0xff, 0xfe, 0, 2],
      'image/webp': [0x61, 0x61, 0x61, 0x61, 0, 0, 0, 0],
    }
    const head = readImageHead(type, (_offset, byteCount) => {
      reads++
      return Uint8Array.from(part[type]).subarray(0, byteCount)
    })
    assert.equal(head, null)
    assert.ok(reads < 10_000, `${reads} reads`)
  }
})

test('a display matrix is one of the eight orientations', () => {
  const one = 0x10000
  const matrix = (a: number, b: number, c: number, d: number) =>
    new Uint8Array(Int32Array.from([a, b, 0, c, d, 0, 0, 0, 0x40000000]).buffer)
  const cases = [
    [1, 0, 0, 1],
    [-1, 0, 0, 1],
    [-1, 0, 0, -1],
    [1, 0, 0, -1],
    [0, 1, 1, 0],
    [0, 1, -1, 0],
    [0, -1, -1, 0],
    [0, -1, 1, 0],
  ] as const
  for (const [i, [a, b, c, d]] of cases.entries()) assert.equal(orientationOfMatrix(matrix(a * one, b * one, c * one, d * one)), i + 1)
  assert.equal(orientationOfMatrix(null), 1)
  assert.equal(orientationOfMatrix(new Uint8Array(10)), 1)
})
