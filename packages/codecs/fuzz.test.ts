import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { readAacConfig, readAdtsHeader } from '@sluice/codecs/aac'
import { readAc3Config, readAc3Frame } from '@sluice/codecs/ac3'
import {
  cleanAv1Unit,
  isAv1KeyFrame,
  isAv1UnitDamaged,
  readAv1Config,
  readAv1Obus,
  readAv1Sequence,
  writeAv1Config,
} from '@sluice/codecs/av1'
import { readRbsp } from '@sluice/codecs/bits'
import { readFlacInfo } from '@sluice/codecs/flac'
import { h264AccessPoint, h264RecoveryFrames, readAvcConfig, readH264Sps, writeAvcConfig } from '@sluice/codecs/h264'
import { isH265Irap, readH265Sps, readHevcConfig, writeHevcConfig } from '@sluice/codecs/h265'
import { readMpegAudioHeader } from '@sluice/codecs/mp3'
import { readAnnexB, readNalUnits, wholeNalBytes } from '@sluice/codecs/nal'
import { opusPacketSamples, readOpusBox, readOpusHead } from '@sluice/codecs/opus'
import { readFrameTrack, readTrack } from '@sluice/codecs/track'
import { readVp9Config, readVp9KeyFrame } from '@sluice/codecs/vp9'
import { mutationsOf } from '@sluice/testkit/random'

const avcc = '0164001effe100256764001eacd940a02ff970110000030001000003003c604000f424001e84a4c30078b16cb001000468ef8fcbfdf8f800'
const hvcc =
  '0101600000009000000000003ff000fcfdf8f800001303200001001c40010c02ffff01600000030090000003000003003f00009594aca048210001002e42010201600000030090000003000003003f0000a005020171f2e59594aca949c2f0168080000003008000000f0422000100064401c073c189'
const av1c = '81014c000a0e0000000cc4ff6736be5424402410'
const head = '4f707573486561640106380180bb00000000010402000401020305'
const flac = '00000022120012000000c20004ff0bb800f000002580bad7bf8f781a2330b6b7b8712dacb304'
const vpcc = '010000000015820202020000'

/** Every reader of this floor with bytes that it likes, to be damaged. */
const readers: { name: string; seeds: string[]; read: (b: Uint8Array) => unknown }[] = [
  { name: 'readRbsp', seeds: ['670000030000030001'], read: (b) => readRbsp(b, 1) },
  { name: 'readAnnexB', seeds: ['0000000167010000016802'], read: readAnnexB },
  { name: 'readNalUnits', seeds: ['000000026701000000026802'], read: (b) => readNalUnits(b, 4) },
  { name: 'wholeNalBytes', seeds: ['000267010002aabb'], read: (b) => wholeNalBytes(b, 2) },
  { name: 'readAvcConfig', seeds: [avcc], read: readAvcConfig },
  { name: 'readH264Sps', seeds: [avcc.slice(16, 90)], read: readH264Sps },
  { name: 'writeAvcConfig', seeds: [avcc.slice(16, 90)], read: (b) => writeAvcConfig([b], [b]) },
  { name: 'h264AccessPoint', seeds: ['00000005060601c08000000002419a'], read: (b) => h264AccessPoint(b, 4) },
  { name: 'h264RecoveryFrames', seeds: ['060503aabbcc06013180'], read: h264RecoveryFrames },
  { name: 'readHevcConfig', seeds: [hvcc], read: readHevcConfig },
  { name: 'readH265Sps', seeds: [hvcc.slice(112, 204)], read: readH265Sps },
  { name: 'writeHevcConfig', seeds: [hvcc.slice(112, 204)], read: (b) => writeHevcConfig({ vps: [b], sps: [b], pps: [] }) },
  { name: 'isH265Irap', seeds: ['000000034001aa000000022601'], read: (b) => isH265Irap(b, 4) },
  { name: 'readAv1Config', seeds: [av1c], read: readAv1Config },
  { name: 'readAv1Sequence', seeds: [av1c.slice(12)], read: readAv1Sequence },
  { name: 'writeAv1Config', seeds: [av1c.slice(8)], read: writeAv1Config },
  { name: 'readAv1Obus', seeds: ['12000a0100320310aabb'], read: readAv1Obus },
  { name: 'cleanAv1Unit', seeds: ['12000a010034080310aabb'], read: (b) => [cleanAv1Unit(b), isAv1KeyFrame(b), isAv1UnitDamaged(b)] },
  { name: 'readVp9Config', seeds: [vpcc], read: readVp9Config },
  { name: 'readVp9KeyFrame', seeds: ['824983420009f005961238', 'a2498342e009f005960038'], read: readVp9KeyFrame },
  { name: 'readAacConfig', seeds: ['118004c848002000c6400d4c61766335392e33372e31303056e500', '138856e5a54880'], read: readAacConfig },
  { name: 'readAdtsHeader', seeds: ['fff150802e7ffc'], read: (b) => readAdtsHeader(b, 0) },
  { name: 'readOpusHead', seeds: [head], read: readOpusHead },
  { name: 'readOpusBox', seeds: ['000601380000bb800000010402000401020305'], read: readOpusBox },
  { name: 'opusPacketSamples', seeds: ['fb06ff'], read: opusPacketSamples },
  { name: 'readMpegAudioHeader', seeds: ['fffb9064'], read: (b) => readMpegAudioHeader(b, 0) },
  { name: 'readAc3Frame', seeds: ['0b77b50b1e40ebf8', '0b77037f3f87c000'], read: (b) => readAc3Frame(b, 0) },
  { name: 'readAc3Config', seeds: ['103de0'], read: (b) => [readAc3Config('ac3', b), readAc3Config('eac3', b)] },
  { name: 'readFlacInfo', seeds: [flac], read: readFlacInfo },
  { name: 'readTrack h264', seeds: [avcc], read: (b) => readTrack('video', 0, 'h264', b) },
  { name: 'readTrack h265', seeds: [hvcc], read: (b) => readTrack('video', 0, 'h265', b) },
  { name: 'readTrack av1', seeds: [av1c], read: (b) => readTrack('video', 0, 'av1', b) },
  { name: 'readTrack vp9', seeds: [vpcc], read: (b) => readTrack('video', 0, 'vp9', b) },
  { name: 'readTrack opus', seeds: [head], read: (b) => readTrack('audio', 0, 'opus', b) },
  { name: 'readFrameTrack', seeds: ['0b77b50b1e40ebf8'], read: (b) => readFrameTrack(0, 'ac3', b) },
]
/** Inputs for each reader; SLUICE_FUZZ asks for more. */
const count = Number(process.env['SLUICE_FUZZ'] ?? 2000)

for (const { name, seeds, read } of readers) {
  test(`${name}: any bytes give a value or a WireError (seed 11)`, () => {
    for (const b of mutationsOf(11, count, seeds.map(fromHex))) {
      try {
        read(b)
      } catch (err) {
        assert.ok(err instanceof WireError, `${toHex(b)}: ${err instanceof Error ? err.stack : err}`)
      }
    }
  })
}
