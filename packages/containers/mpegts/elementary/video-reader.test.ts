import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex, toHex } from '@sluice/base/bytes'
import { h264Syntax } from '@sluice/codecs/access-unit'
import { readAvcConfig } from '@sluice/codecs/h264'
import { readNalUnits, writeAnnexB } from '@sluice/codecs/nal'
import { makeTsCounters } from '../demux/counters.ts'
import { makeCollector } from '../testing/collect.ts'
import { h264Delimiter, h264Pps, h264Sps, makeSlice, smallH264Sps } from '../testing/make-media.ts'
import { VideoReader } from './video-reader.ts'

/** From x264, interlaced: 320x192. */
const interlacedSps = fromHex('67640015acd94143360220000003002000000643e28532c0')
const slice = makeSlice(false, fromHex('9a112233'))
const idr = makeSlice(true, fromHex('8811223344'))

function makeReader() {
  const counters = makeTsCounters()
  const sink = makeCollector()
  const reader = new VideoReader(h264Syntax, 0, counters)
  const push = (bytes: Uint8Array, dts90k: number, soundEnd = bytes.length): void => {
    const isDamaged = soundEnd < bytes.length
    reader.push({ bytes, at: 0, end: bytes.length, pts90k: dts90k, dts90k, isDamaged, soundEnd }, sink)
  }
  return { counters, sink, push }
}

const unitsOf = (bytes: Uint8Array): string[] => readNalUnits(bytes, 4).map(toHex)

test('start codes of three and four bytes and zeros behind a unit give the same frame', () => {
  const { sink, push } = makeReader()
  const [three, four, zeros] = [fromHex('000001'), fromHex('00000001'), fromHex('0000')]
  push(concatBytes([four, h264Delimiter, three, h264Sps, four, h264Pps, three, idr, zeros]), 0)
  push(concatBytes([zeros, three, idr]), 3600)
  assert.deepEqual(
    sink.frames.map((frame) => unitsOf(frame.bytes)),
    [[toHex(idr)], [toHex(idr)]],
  )
})

test('a new picture parameter set joins those of other ids and replaces the one of its own', () => {
  const { sink, push } = makeReader()
  const other = fromHex('684e3cb0') // id 1
  const changed = fromHex('68efbc80')
  push(writeAnnexB([h264Sps, h264Pps, idr]), 0)
  push(writeAnnexB([other, idr]), 3600)
  push(writeAnnexB([changed, idr]), 7200)
  push(writeAnnexB([h264Sps, changed, idr]), 10_800)
  const sets = sink.tracks.map((track) => readAvcConfig(track.config).pps.map(toHex))
  assert.deepEqual(sets, [[toHex(h264Pps)], [toHex(h264Pps), toHex(other)], [toHex(changed), toHex(other)]])
})

test('a new sequence parameter set replaces all sets that came before', () => {
  const { sink, push } = makeReader()
  push(writeAnnexB([h264Sps, h264Pps, idr]), 0)
  push(writeAnnexB([smallH264Sps, h264Pps, idr]), 3600)
  const { sps, pps } = readAvcConfig(sink.tracks[1]!.config)
  assert.deepEqual([sps.map(toHex), pps.map(toHex)], [[toHex(smallH264Sps)], [toHex(h264Pps)]])
})

test('parameter sets in a packet of their own are kept for the pictures behind', () => {
  const { sink, push, counters } = makeReader()
  push(writeAnnexB([h264Sps]), 0)
  push(writeAnnexB([h264Pps]), 0)
  push(writeAnnexB([idr]), 3600)
  assert.deepEqual([sink.tracks.length, sink.frames.length, counters.droppedFrames], [1, 1, 0])
})

test('of a damaged picture the sets before the gap are believed, those behind it are not', () => {
  const { sink, push, counters } = makeReader()
  const bytes = writeAnnexB([h264Delimiter, h264Sps, h264Pps, idr])
  push(bytes, 0, 10)
  assert.deepEqual([sink.tracks.length, counters.droppedFrames], [0, 1])
  push(bytes, 3600, bytes.length - 2)
  assert.deepEqual([sink.tracks.length, sink.frames.length, counters.damagedFrames], [1, 1, 1])
})

test('pictures without a timestamp go on at the frame rate', () => {
  const { sink, push } = makeReader()
  push(writeAnnexB([h264Sps, h264Pps, idr]), 90_000)
  for (let i = 0; i < 3; i++) push(writeAnnexB([slice]), Number.NaN)
  assert.deepEqual(
    sink.frames.map((frame) => frame.dts),
    [90_000, 93_600, 97_200, 100_800],
  )
})

test('the two fields of an interlaced frame in one packet stay together', () => {
  const { sink, push } = makeReader()
  push(writeAnnexB([h264Delimiter, interlacedSps, h264Pps, idr]), 0)
  push(writeAnnexB([h264Delimiter, slice, h264Delimiter, slice]), 3600)
  assert.deepEqual(
    sink.frames.map((frame) => unitsOf(frame.bytes).length),
    [1, 2],
  )
})

test('a packet of more units than any picture has is dropped and counted', () => {
  const { sink, push, counters } = makeReader()
  push(writeAnnexB([h264Sps, h264Pps, idr]), 0)
  push(writeAnnexB(Array.from({ length: 5000 }, () => slice)), 3600)
  assert.deepEqual([sink.frames.length, counters.droppedFrames], [1, 1])
})

test('packets that part the stream anywhere give whole pictures once that is sure, each with the time of the packet that it begins in', () => {
  for (const cutBytes of [7, 23, 61, 200]) {
    const { sink, push } = makeReader()
    const pictures = Array.from({ length: 60 }, (_, i) =>
      makeSlice(i === 0, Uint8Array.from([0x9a, ...Array.from({ length: 40 }, () => 17 + i)])),
    )
    const parts = pictures.map((one, i) => writeAnnexB(i % 10 === 0 ? [h264Delimiter, h264Sps, h264Pps, one] : [h264Delimiter, one]))
    const stream = concatBytes(parts)
    const begins = pictures.map((_, i) => concatBytes(parts.slice(0, i)).length)
    for (let at = 0; at < stream.length; at += cutBytes) {
      const first = begins.findIndex((one) => one >= at)
      push(stream.slice(at, at + cutBytes), (first < 0 ? 60 : first) * 3600)
    }
    const given = sink.frames.map((frame) => unitsOf(frame.bytes))
    const found = given.filter(([unit]) => pictures.some((one) => toHex(one) === unit))
    assert.ok(found.length >= pictures.length - 14, `${cutBytes} bytes: ${found.length} whole pictures`)
    const tail = found.slice(-20).map(([unit]) => pictures.findIndex((one) => toHex(one) === unit))
    assert.deepEqual(
      tail,
      tail.map((_, i) => tail[0]! + i),
      'none is missing',
    )
    const dts = sink.frames.slice(-20).map((frame) => frame.dts)
    assert.deepEqual(
      dts,
      dts.map((_, i) => dts[0]! + i * 3600),
    )
  }
})

test('SEI in a packet of its own goes with the picture behind it, and gives it its time', () => {
  const { sink, push } = makeReader()
  const sei = fromHex('06050241428000')
  push(writeAnnexB([h264Delimiter, h264Sps, h264Pps]), 90_000)
  push(writeAnnexB([sei]), 90_000)
  push(writeAnnexB([idr]), Number.NaN)
  push(writeAnnexB([h264Delimiter, slice]), 93_600)
  assert.deepEqual(
    sink.frames.map((frame) => [frame.dts, ...unitsOf(frame.bytes)]),
    [
      [90_000, '060502414280', toHex(idr)],
      [93_600, toHex(slice)],
    ],
  )
})
