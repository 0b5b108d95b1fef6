import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WireError } from '@sluice/base/errors'
import { RecordReader } from '@sluice/base/records'
import { maxPictureBytes, readPicture, writePicture } from './index.ts'

test('a picture that is written is read, and what is none is refused', () => {
  const png = Uint8Array.of(1, 2, 3, 255)
  const seen: unknown[] = []
  new RecordReader(maxPictureBytes + 100).push(writePicture('logo-1', png), (record) => {
    const { pictureId, png: read } = readPicture(record)
    seen.push([pictureId, [...read]])
  })
  assert.deepEqual(seen, [['logo-1', [1, 2, 3, 255]]])
  for (const record of [[], [17], [17, 0, 1], [17, 3, 65, 66, 67], [16, 1, 65, 1], [17, 200, 65, 1]])
    assert.throws(() => readPicture(Uint8Array.from(record)), WireError, record.join())
})
