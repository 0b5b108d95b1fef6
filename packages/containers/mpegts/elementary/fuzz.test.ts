import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex } from '@sluice/base/bytes'
import { writeAdtsHeader } from '@sluice/codecs/aac'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import { makeTsCounters } from '../demux/counters.ts'
import type { CarriedForm } from '../psi/stream-type.ts'
import { makeCollector } from '../testing/collect.ts'
import { h264Pps, h264Sps } from '../testing/make-media.ts'
import { makeReader } from './make-reader.ts'

const count = Number(process.env['SLUICE_FUZZ'] ?? 1000)

/** Bytes that bring a reader past its first test, to be followed by anything. */
const starts: { readonly [form in CarriedForm]: readonly Uint8Array[] } = {
  h264: [
    fromHex('00000001'),
    concatBytes([fromHex('000001'), h264Sps, fromHex('000001'), h264Pps]),
    fromHex('00000165'),
    fromHex('00000109f0'),
  ],
  h265: ['00000140', '0000014201', '0000014401', '0000012601', '0000014601'].map(fromHex),
  adts: [writeAdtsHeader({ objectType: 2, coreSampleRate: 48_000, channelConfig: 2 }, 60)!, fromHex('fff9'), fromHex('fff1508003fffc')],
  latm: ['56e040200011900ff0', '56e0', '56e010a0', '56e0ff200013', '56e04020001190'].map(fromHex),
  mpegAudio: ['fffb9464', 'fff3', 'fffd'].map(fromHex),
  ac3: ['0b77', '0b77a1b2144043e1', '0b77003f3486'].map(fromHex),
  eac3: ['0b77', '0b77017f3f86ff', '0b7740203487'].map(fromHex),
  opus: ['7fe0', '7fe020fc', '7ffc', '7fe0ffff'].map(fromHex),
}

function makePayload(random: SeededRandom, parts: readonly Uint8Array[]): Uint8Array {
  const pick = (): Uint8Array => parts[random.int(0, parts.length - 1)]!
  return concatBytes(Array.from({ length: random.int(0, 6) }, () => [pick(), random.bytes(random.int(0, 120))]).flat())
}

for (const form of Object.keys(starts) as CarriedForm[]) {
  test(`any payloads of ${form} never throw, and every frame has a track and whole timestamps (${count} streams, seed 41)`, () => {
    const random = randomFrom(41)
    let frames = 0
    for (let i = 0; i < count; i++) {
      const sink = makeCollector()
      const reader = makeReader(form, { descriptors: [], counters: makeTsCounters(), takeId: () => 0, onUnsupported() {} })!
      for (let n = 0; n < 4; n++) {
        const bytes = makePayload(random, starts[form])
        const pts90k = random.next() < 0.2 ? Number.NaN : n * 1000
        const isDamaged = random.next() < 0.2
        reader.push({ bytes, at: 0, end: bytes.length, pts90k, dts90k: pts90k, isDamaged, soundEnd: random.int(0, bytes.length) }, sink)
      }
      for (const frame of sink.frames)
        assert.ok(Number.isInteger(frame.pts) && Number.isInteger(frame.dts) && sink.tracks.includes(frame.track))
      frames += sink.frames.length
    }
    assert.ok(form === 'h265' || form === 'latm' || frames > 0, 'some get through')
  })
}
