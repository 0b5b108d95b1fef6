import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import type { Frame } from '@sluice/codecs/frame'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import { demuxAll, framesOf } from '../testing/collect.ts'
import {
  comparable,
  makeAacTrack,
  makeAudioFrame,
  makeH264Frame,
  makeH264Track,
  makeOpusTrack,
  makePayload,
} from '../testing/make-media.ts'
import { TsMuxer } from './muxer.ts'

const runs = Number(process.env['SLUICE_FUZZ'] ?? 12)
/** A 20 ms Opus packet starts with this byte: CELT, stereo, one frame. */
const opusToc = 0xfc

/**
 * Some seconds of two video, an AAC and an Opus track from `start` on, in the order of their DTS, with sizes from one byte to
 * many packets.
 */
function makeProgramme(random: SeededRandom, start: number): Frame[] {
  const frames: Frame[] = []
  const aac = makeAacTrack(0)
  const opus = makeOpusTrack(1)
  for (const id of [0, 1]) {
    const track = makeH264Track(id)
    for (let i = 0; i < 50; i++) {
      const dts = start + i * 3600
      const isKey = i % 12 === 0
      const bytes = random.next() < 0.1 ? random.int(60_000, 70_000) : random.int(1, 3000)
      frames.push(makeH264Frame(track, dts, dts + 1800 * random.int(0, 4), isKey, makePayload(random, bytes)))
    }
  }
  for (let i = 0; i < 90; i++) frames.push(makeAudioFrame(aac, start + i * 1920, random.bytes(random.int(1, 900))))
  for (let i = 0; i < 90; i++) {
    const bytes = random.bytes(random.int(1, 600))
    bytes[0] = opusToc
    frames.push(makeAudioFrame(opus, start + i * 1800, bytes))
  }
  return frames.sort((a, b) => a.dts - b.dts)
}

test(`muxed and demuxed frames are the same, whatever way the bytes are cut (${runs} programmes, seeds from 1)`, () => {
  for (let seed = 1; seed <= runs; seed++) {
    const random = randomFrom(seed)
    const start = random.next() < 0.3 ? 2 ** 33 - random.int(0, 180_000) : random.int(0, 2 ** 31)
    const frames = makeProgramme(random, start)
    const muxer = new TsMuxer()
    for (const frame of frames) muxer.addTrack(frame.track)
    const ts = concatBytes(frames.map((frame) => muxer.write(frame)))
    const most = random.next() < 0.5 ? 50 : 4000
    const got = demuxAll(ts, {}, () => random.int(1, most))
    for (const kind of ['video', 'audio'] as const) {
      for (const id of [0, 1]) {
        const want = framesOf(frames, kind, id).map(comparable)
        assert.deepEqual(framesOf(got.frames, kind, id).map(comparable), want, `seed ${seed}, ${kind} ${id}`)
      }
    }
    // One time base for all tracks, also over the wrap: distances are kept, not only the 33 bits.
    const shift = got.frames[0]!.dts - frames.find((frame) => comparable(frame).bytes === comparable(got.frames[0]!).bytes)!.dts
    assert.equal(Math.max(...got.frames.map((frame) => frame.dts)), Math.max(...frames.map((frame) => frame.dts)) + shift, `seed ${seed}`)
    assert.equal(got.stats.continuityErrors + got.stats.crcErrors + got.stats.syncLosses + got.stats.droppedFrames, 0, `seed ${seed}`)
  }
})
