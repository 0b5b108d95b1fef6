import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { BitWriter } from '@sluice/codecs/bits'
import { Ac3Syntax } from './ac3-syntax.ts'

/** An E-AC-3 sync frame of `bytes` at 48 kHz, six blocks; its content is zeros. */
function makeEac3(bytes: number, isDependent: boolean, acmod = 7): Uint8Array {
  const w = new BitWriter().writeBits(0x0b77, 16)
  w.writeBits(isDependent ? 1 : 0, 2)
    .writeBits(0, 3)
    .writeBits(bytes / 2 - 1, 11)
  w.writeBits(0, 2).writeBits(3, 2).writeBits(acmod, 3).writeBits(1, 1).writeBits(16, 5)
  const out = new Uint8Array(bytes)
  out.set(w.alignToByte().toBytes())
  return out
}

test('dependent substreams stay with the frame that they belong to', () => {
  const syntax = new Ac3Syntax(0)
  const first = concatBytes([makeEac3(200, false), makeEac3(100, true), makeEac3(60, true)])
  const b = concatBytes([first, makeEac3(200, false)])
  assert.equal(syntax.frameBytes(b, 0), first.length)
  assert.equal(syntax.frameBytes(b, first.length), 200)
  const unit = syntax.readFrame(first)
  assert.deepEqual([unit?.payloads[0]?.length, unit?.samples, unit?.track.codec], [360, 1536, 'eac3'])
})

test('a dependent substream without its frame gives nothing', () => {
  assert.equal(new Ac3Syntax(0).readFrame(makeEac3(100, true)), null)
})

test('frames of other lengths keep the track, another channel mode makes a new one', () => {
  const syntax = new Ac3Syntax(2)
  const tracks = [makeEac3(200, false), makeEac3(400, false), makeEac3(400, false, 2)].map((frame) => syntax.readFrame(frame)!.track)
  assert.equal(tracks[0], tracks[1])
  assert.notEqual(tracks[1], tracks[2])
  assert.deepEqual(
    tracks.map(({ id, channels }) => [id, channels]),
    [
      [2, 6],
      [2, 6],
      [2, 3],
    ],
  )
})
