import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import { randomFrom } from '@sluice/testkit/random'
import { formatDemuxed, formatPackets } from './fixtures/format-ts.ts'
import { TsMuxer } from './index.ts'
import { demuxAll } from './testing/collect.ts'
import { makeAacTrack, makeAudioFrame, makeH264Frame, makeH264Track, makeOpusTrack, makePayload } from './testing/make-media.ts'

const folder = join(import.meta.dirname, 'fixtures')

/** Compares with what is written down; `SLUICE_GOLDEN=write` writes it anew. */
function assertGolden(name: string, text: string): void {
  const path = join(folder, name)
  if (process.env['SLUICE_GOLDEN'] === 'write') writeFileSync(path, text)
  assert.equal(text, readFileSync(path, 'utf8'))
}

for (const name of ['ffmpeg-h264-aac', 'ffmpeg-h265-latm', 'gstreamer-h264-opus']) {
  test(`${name}.mpegts gives the tracks and frames that are written down`, () => {
    const ts = new Uint8Array(readFileSync(join(folder, `${name}.mpegts`)))
    assertGolden(`${name}.txt`, formatDemuxed(demuxAll(ts)))
  })
}

test('the muxer lays its packets as is written down', () => {
  const random = randomFrom(1)
  const [video, aac, opus] = [makeH264Track(), makeAacTrack(0), makeOpusTrack(1)]
  const muxer = new TsMuxer()
  for (const track of [video, aac, opus]) assert.ok(muxer.addTrack(track))
  const frames = []
  for (let i = 0; i < 6; i++) {
    const dts = 2 ** 33 - 9000 + i * 3600
    frames.push(makeH264Frame(video, dts, dts + 7200, i % 5 === 0, makePayload(random, i % 5 === 0 ? 900 : 120)))
    frames.push(makeAudioFrame(aac, dts + 100, random.bytes(150)), makeAudioFrame(opus, dts + 200, random.bytes(400)))
  }
  assertGolden('muxed.txt', formatPackets(concatBytes(frames.map((frame) => muxer.write(frame)))))
})
