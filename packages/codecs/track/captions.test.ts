import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import { bytesFrom } from '@sluice/testkit/random'
import { carriesCaptions, hdrOf, readTrack } from './index.ts'

const avc = '0164002affe100196764002aacd940780227e5c04400000fa4000753003c60c65801000468ef8fcbfdf8f800'
/** x265, 128x128, 10 bit, with this transfer. */
const hevc = (transfer: string): string =>
  `0102200000009000000000001ef000fcfdfafa00000f03a00001001840010c01ffff02200000030090000003000003001e959409a10001002d42010102200000030090000003000003001ea01020204d965654a4c2f016a12${transfer}208000000300800000030284a2000100064401c073c189`
const tracks = {
  h264: readTrack('video', 0, 'h264', fromHex(avc)),
  h265: readTrack('video', 0, 'h265', fromHex(hevc('021'))),
  av1: readTrack('video', 0, 'av1', fromHex('81014c000a0e0000000cc4ff6736be5424402410')),
}
const unit = (hex: string): string => `${(hex.length / 2).toString(16).padStart(8, '0')}${hex}`
/** cc_data() of two pairs behind its head. */
const ccOf = (pairs: string): string => `b500314741393403c2ff${pairs}ff`
const spoken = ccOf('fc942cfa0000')
const sei = (payload: string): string => `04${(payload.length / 2).toString(16).padStart(2, '0')}${payload}80`
const [idr, slice265] = [unit('658884'), unit('2601af')]

const cases: { name: string; codec: keyof typeof tracks; bytes: string; has: boolean }[] = [
  { name: 'H.264 with a pair of CEA-608', codec: 'h264', bytes: unit('09f0') + unit(`06${sei(spoken)}`) + idr, has: true },
  { name: 'H.264 behind another message', codec: 'h264', bytes: unit(`0601020000${sei(spoken)}`) + idr, has: true },
  { name: 'H.264 with CEA-708 alone', codec: 'h264', bytes: unit(`06${sei(ccOf('f88080ff0241'))}`) + idr, has: true },
  { name: 'padding of CEA-608', codec: 'h264', bytes: unit(`06${sei(ccOf('fc8080fd8080'))}`) + idr, has: false },
  { name: 'pairs that are not valid', codec: 'h264', bytes: unit(`06${sei(ccOf('f8942cfa942c'))}`) + idr, has: false },
  { name: 'user data of somebody else', codec: 'h264', bytes: unit(`06${sei(spoken.replace('47413934', '44544731'))}`) + idr, has: false },
  { name: 'SEI behind the slice', codec: 'h264', bytes: idr + unit(`06${sei(spoken)}`), has: false },
  { name: 'no SEI', codec: 'h264', bytes: idr, has: false },
  { name: 'a message that is longer than its unit', codec: 'h264', bytes: unit('0604ffb50031') + idr, has: false },
  { name: 'H.265', codec: 'h265', bytes: unit(`4e01${sei(spoken)}`) + slice265, has: true },
  { name: 'H.265 without', codec: 'h265', bytes: slice265, has: false },
  { name: 'AV1', codec: 'av1', bytes: `2a${(1 + spoken.length / 2).toString(16).padStart(2, '0')}04${spoken}3201aa`, has: true },
  { name: 'AV1 without', codec: 'av1', bytes: '3201aa', has: false },
]
for (const { name, codec, bytes, has } of cases) {
  test(`captions: ${name} ${has ? 'has some' : 'has none'}`, () => assert.equal(carriesCaptions(tracks[codec], fromHex(bytes)), has))
}

test('any bytes have captions or none, and nothing throws (seed 31)', () => {
  for (const bytes of bytesFrom(31, 3000)) {
    for (const track of Object.values(tracks)) carriesCaptions(track, bytes)
    carriesCaptions(
      tracks.h264,
      fromHex(unit(`06${sei(spoken)}`)).map((byte, i) => byte ^ (bytes[i] ?? 0)),
    )
  }
})

test('the configuration of a track says whether it is HDR10, HLG or SDR', () => {
  const of = (codec: 'h264' | 'h265' | 'av1', config: string) => hdrOf(readTrack('video', 0, codec, fromHex(config)))
  assert.deepEqual([of('h265', hevc('201')), of('h265', hevc('241')), of('h265', hevc('021'))], ['pq', 'hlg', null])
  assert.equal(of('h264', '016e000affe1001c676e000aa6cb41023602d42440250000030001000003000a0f1226a001000468ce0fc8fdfafa00'), 'pq')
  assert.deepEqual([of('h264', avc), of('av1', '81014c000a0e0000000cc4ff6736be5424402410')], [null, 'pq'])
  assert.equal(of('av1', '81080c000a0b00000042abbfc3700be001'), null)
})

test('a track whose record cannot be read is no HDR', () => {
  assert.deepEqual(
    [hdrOf({ ...tracks.h265, config: new Uint8Array(0) }), hdrOf({ ...tracks.h264, config: new Uint8Array(3) })],
    [null, null],
  )
})
