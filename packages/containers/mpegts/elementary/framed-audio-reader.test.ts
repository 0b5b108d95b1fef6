import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, toHex } from '@sluice/base/bytes'
import { writeAdtsHeader } from '@sluice/codecs/aac'
import { randomFrom } from '@sluice/testkit/random'
import { makeTsCounters } from '../demux/counters.ts'
import type { PesPacket } from '../pes/pes-assembler.ts'
import { makeCollector } from '../testing/collect.ts'
import { AdtsSyntax } from './adts-syntax.ts'
import { FramedAudioReader } from './framed-audio-reader.ts'

const random = randomFrom(8)
/** Bytes without a sync word inside. */
const payloads = Array.from({ length: 12 }, (_, i) => random.bytes(20 + i).map((byte) => byte & 0x7f))

function adts(payload: Uint8Array, coreSampleRate = 48_000): Uint8Array {
  return concatBytes([writeAdtsHeader({ objectType: 2, coreSampleRate, channelConfig: 2 }, payload.length)!, payload])
}

const pes = (bytes: Uint8Array, pts90k: number, isDamaged = false): PesPacket => {
  return { bytes, at: 0, end: bytes.length, pts90k, dts90k: pts90k, isDamaged, soundEnd: bytes.length }
}

function makeReader() {
  const counters = makeTsCounters()
  const collector = makeCollector()
  const reader = new FramedAudioReader(new AdtsSyntax(0), counters)
  return { counters, collector, push: (packet: PesPacket): void => reader.push(packet, collector) }
}

const timesOf = ({ frames }: ReturnType<typeof makeCollector>): number[] => frames.map((frame) => frame.pts)

test('frames behind the first of a PES packet get their time by counting samples, without drift', () => {
  const { collector, push } = makeReader()
  push(pes(concatBytes(payloads.map((payload) => adts(payload, 44_100))), 1000))
  const want = payloads.map((_, i) => 1000 + Math.round((i * 1024 * 90_000) / 44_100))
  assert.deepEqual(timesOf(collector), want)
  assert.deepEqual(
    collector.frames.map((frame) => toHex(frame.bytes)),
    payloads.map(toHex),
  )
})

test('a frame over two PES packets keeps the time of the packet that it began in', () => {
  const { collector, push } = makeReader()
  const all = concatBytes(payloads.slice(0, 4).map((payload) => adts(payload)))
  const cut = adts(payloads[0]!).length + adts(payloads[1]!).length + 5
  push(pes(all.subarray(0, cut), 90_000))
  assert.deepEqual(timesOf(collector), [90_000, 91_920])
  push(pes(all.subarray(cut), 95_000))
  assert.deepEqual(timesOf(collector), [90_000, 91_920, 93_840, 95_000])
})

test('a header over two PES packets is read', () => {
  const { collector, push } = makeReader()
  const all = concatBytes(payloads.slice(0, 2).map((payload) => adts(payload)))
  for (const headerPart of [1, 3, 6]) {
    const cut = adts(payloads[0]!).length + headerPart
    push(pes(all.subarray(0, cut), 0))
    push(pes(all.subarray(cut), 9000))
  }
  assert.equal(collector.frames.length, 6)
})

test('without any timestamp frames are dropped; without a new one they go on counting', () => {
  const { collector, counters, push } = makeReader()
  push(pes(adts(payloads[0]!), Number.NaN))
  push(pes(adts(payloads[1]!), 90_000))
  push(pes(adts(payloads[2]!), Number.NaN))
  assert.deepEqual(timesOf(collector), [90_000, 91_920])
  assert.equal(counters.droppedFrames, 1)
})

test('after garbage a frame is believed when another follows it', () => {
  const { collector, counters, push } = makeReader()
  const falseStart = concatBytes([writeAdtsHeader({ objectType: 2, coreSampleRate: 48_000, channelConfig: 2 }, 3)!, Uint8Array.of(1, 2, 3)])
  const sound = payloads.slice(0, 4).map((payload) => adts(payload))
  push(pes(concatBytes([sound[0]!, sound[1]!, Uint8Array.of(9, 9), falseStart, Uint8Array.of(9), sound[2]!, sound[3]!]), 0))
  assert.deepEqual(
    collector.frames.map((frame) => toHex(frame.bytes)),
    payloads.slice(0, 4).map(toHex),
  )
  assert.equal(counters.damagedFrames, 1)
})

test('the rest of a damaged PES packet is not joined to the next one', () => {
  const { collector, counters, push } = makeReader()
  push(pes(adts(payloads[0]!).subarray(0, 15), 0, true))
  push(pes(concatBytes([adts(payloads[1]!), adts(payloads[2]!)]), 1920))
  assert.deepEqual(timesOf(collector), [1920, 3840])
  assert.equal(counters.damagedFrames, 0) // nothing had been in sync yet
})

test('a new sample rate is a new track of the same id', () => {
  const { collector, push } = makeReader()
  push(pes(concatBytes([adts(payloads[0]!), adts(payloads[1]!), adts(payloads[2]!, 44_100)]), 0))
  assert.deepEqual(
    collector.tracks.map((track) => track.kind === 'audio' && [track.id, track.sampleRate]),
    [
      [0, 48_000],
      [0, 44_100],
    ],
  )
  assert.deepEqual(
    collector.frames.map((frame) => collector.tracks.indexOf(frame.track)),
    [0, 0, 1],
  )
})
