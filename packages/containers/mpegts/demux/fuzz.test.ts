import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { concatBytes } from '@sluice/base/bytes'
import type { Frame } from '@sluice/codecs/frame'
import { bytesFrom, randomFrom, type SeededRandom } from '@sluice/testkit/random'
import { TsDemuxer, TsMuxer } from '../index.ts'
import { tsPacketBytes, tsSyncByte } from '../packet/constants.ts'
import { demuxAll, makeCollector } from '../testing/collect.ts'
import { makeAacTrack, makeAudioFrame, makeH264Frame, makeH264Track, makeOpusTrack, makePayload } from '../testing/make-media.ts'

const count = Number(process.env['SLUICE_FUZZ'] ?? 2000)

/** A short stream of all that the room writes by itself. */
function makeStream(random: SeededRandom): Uint8Array {
  const muxer = new TsMuxer()
  const [video, aac, opus] = [makeH264Track(), makeAacTrack(0), makeOpusTrack(1)]
  const frames: Frame[] = []
  for (let i = 0; i < 8; i++) {
    frames.push(makeH264Frame(video, i * 3600, i * 3600 + 3600, i % 4 === 0, makePayload(random, random.int(1, 900))))
    frames.push(makeAudioFrame(aac, i * 3600, random.bytes(200)), makeAudioFrame(opus, i * 3600, Uint8Array.of(0xfc, 1, 2, 3)))
  }
  return concatBytes(frames.map((frame) => muxer.write(frame)))
}

/** Breaks `ts` the way that lines and senders do: flipped bits, lost, doubled, swapped and cut pieces, strange bytes between. */
function breakBytes(random: SeededRandom, ts: Uint8Array): Uint8Array {
  const out = ts.slice()
  for (let i = random.int(0, 30); i > 0; i--) out[random.int(0, out.length - 1)] = random.int(0, 255)
  const from = random.int(0, out.length - 1)
  const to = from + random.int(0, 500)
  const head = out.subarray(0, from)
  const cut = out.subarray(from, to)
  const tail = out.subarray(to)
  const kinds = [
    [head, tail],
    [head, cut, cut, tail],
    [tail, cut, head],
    [head, random.bytes(random.int(0, 400)), cut, tail],
  ]
  return concatBytes(kinds[random.int(0, kinds.length - 1)]!)
}

/** A frame is what all downstream may rely on, however broken its source was. */
function checkFrame(frame: Frame): void {
  assert.ok(Number.isInteger(frame.dts) && Number.isInteger(frame.pts), `timestamps ${frame.dts} and ${frame.pts}`)
  assert.ok(frame.bytes.length > 0, 'an empty frame')
  assert.ok(Number.isInteger(frame.track.id) && frame.track.config.length >= 0)
}

test(`a broken stream never throws and gives sound frames (${count} streams, seed 21)`, () => {
  const random = randomFrom(21)
  let frames = 0
  for (let i = 0; i < count; i++) {
    const got = demuxAll(breakBytes(random, makeStream(random)), {}, () => random.int(1, 3000))
    got.frames.forEach(checkFrame)
    frames += got.frames.length
  }
  assert.ok(frames > count, 'most of what is not broken comes through')
})

test(`broken streams of FFmpeg and GStreamer never throw and give sound frames (${count / 4} streams, seed 25)`, () => {
  const random = randomFrom(25)
  const folder = join(import.meta.dirname, '..', 'fixtures')
  const streams = readdirSync(folder)
    .filter((name) => name.endsWith('.mpegts'))
    .map((name) => new Uint8Array(readFileSync(join(folder, name))))
  assert.equal(streams.length, 3)
  for (let i = 0; i < count / 4; i++) {
    demuxAll(breakBytes(random, streams[i % streams.length]!), {}, () => random.int(1, 3000)).frames.forEach(checkFrame)
  }
})

test(`packets of random bytes behind true headers never throw (${count} runs, seed 22)`, () => {
  const random = randomFrom(22)
  const known = makeStream(random)
  for (let i = 0; i < count; i++) {
    const demuxer = new TsDemuxer()
    const sink = makeCollector()
    demuxer.push(known.subarray(0, 2 * tsPacketBytes), sink)
    for (let n = 0; n < 40; n++) {
      const packet = random.bytes(tsPacketBytes)
      packet[0] = tsSyncByte
      packet[1] = (packet[1]! & 0x40) | [0x00, 0x10, 0x01, 0x01, 0x01][n % 5]!
      packet[2] = [0, 0, 0x00, 0x10, 0x11][n % 5]!
      packet[3] = (random.int(1, 3) << 4) | random.int(0, 15)
      if (random.next() < 0.5) packet[4] = random.int(0, 20)
      if (random.next() < 0.5) packet.set([0, 0, 1, 0xe0, 0, random.int(0, 90), 0x80, 0xc0, random.int(0, 12)], 4)
      if (random.next() < 0.2) packet.set([0, 0, 1, random.int(0, 255)], 18)
      demuxer.push(packet, sink)
    }
    demuxer.flush(sink)
    sink.frames.forEach(checkFrame)
  }
})

test(`any bytes never throw (${count} runs, seed 23)`, () => {
  for (const bytes of bytesFrom(23, count, 2000)) demuxAll(bytes).frames.forEach(checkFrame)
})

test('a stream that never ends a frame is held to the memory limit', () => {
  const maxBufferedBytes = 256 * 1024
  const demuxer = new TsDemuxer({ maxBufferedBytes })
  const sink = makeCollector()
  const random = randomFrom(24)
  const start = makeStream(random)
  demuxer.push(start, sink)
  const packet = new Uint8Array(tsPacketBytes).fill(0xaa)
  for (let i = 0; i < 20_000; i++) {
    packet.set([tsSyncByte, i === 0 ? 0x41 : 0x01, 0x00, 0x10 | (i & 15)])
    if (i === 0) packet.set([0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1], 4)
    demuxer.push(packet, sink)
  }
  assert.equal(demuxer.stats().oversizedPesPackets, 1)
})
