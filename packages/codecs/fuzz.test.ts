import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { readAacConfig, readAdtsHeader, readProgramElement } from '@sluice/codecs/aac'
import { readAc3Config, readAc3Frame } from '@sluice/codecs/ac3'
import { makePictureSyntax } from '@sluice/codecs/access-unit'
import {
  cleanAv1Unit,
  isAv1KeyFrame,
  isAv1UnitDamaged,
  readAv1Config,
  readAv1Obu,
  readAv1Obus,
  readAv1Sequence,
  writeAv1Config,
} from '@sluice/codecs/av1'
import { BitReader, readRbsp, readTransfer } from '@sluice/codecs/bits'
import { readFlacInfo } from '@sluice/codecs/flac'
import {
  h264AccessPoint,
  h264RecoveryFrames,
  readAvcConfig,
  readGlassStamp,
  readH264Pps,
  readH264Sps,
  writeAvcConfig,
} from '@sluice/codecs/h264'
import { isH265Irap, readH265Pps, readH265Sps, readHevcConfig, writeHevcConfig } from '@sluice/codecs/h265'
import { readMpegAudioHeader } from '@sluice/codecs/mp3'
import { isCutInto, readAnnexB, readNalUnits, wholeNalBytes } from '@sluice/codecs/nal'
import { opusPacketSamples, readOpusBox, readOpusHead } from '@sluice/codecs/opus'
import { readSpliceSection } from '@sluice/codecs/scte35'
import { audioSamples, isKeyFrame, readFrameTrack, readTrack } from '@sluice/codecs/track'
import { isVp9KeyFrame, readVp9Config, readVp9KeyFrame } from '@sluice/codecs/vp9'
import { type ReaderCase, readerContract } from '@sluice/testkit/readers'

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
  { name: 'isCutInto', seeds: ['000267010002aabb'], read: (b) => ([1, 2, 4] as const).map((lengthBytes) => isCutInto(b, lengthBytes)) },
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
  { name: 'readAv1Obu', seeds: ['12000a0100320310aabb'], read: (b) => readAv1Obu(b, 0) },
  { name: 'readAv1Obus', seeds: ['12000a0100320310aabb'], read: readAv1Obus },
  { name: 'cleanAv1Unit', seeds: ['12000a010034080310aabb'], read: (b) => [cleanAv1Unit(b), isAv1KeyFrame(b), isAv1UnitDamaged(b)] },
  { name: 'readVp9Config', seeds: [vpcc], read: readVp9Config },
  { name: 'readVp9KeyFrame', seeds: ['824983420009f005961238', 'a2498342e009f005960038'], read: readVp9KeyFrame },
  { name: 'isVp9KeyFrame', seeds: ['824983420009f005961238'], read: isVp9KeyFrame },
  { name: 'readAacConfig', seeds: ['118004c848002000c6400d4c61766335392e33372e31303056e500', '138856e5a54880'], read: readAacConfig },
  { name: 'readAdtsHeader', seeds: ['fff150802e7ffc'], read: (b) => readAdtsHeader(b, 0) },
  { name: 'readProgramElement', seeds: ['a0a4c20000c3a2', 'a081020040008000'], read: readProgramElement },
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
  {
    name: 'isKeyFrame and audioSamples',
    seeds: ['000000026701000000026802'],
    read: (b) => [
      isKeyFrame(readTrack('video', 0, 'h264', fromHex(avcc)), b),
      audioSamples(readTrack('audio', 0, 'opus', fromHex(head)), b),
    ],
  },
  {
    name: 'readGlassStamp',
    seeds: ['00000014060510536c75696365476c6173735374616d7080', '00000002068000000002658800'],
    read: (b) => readGlassStamp(b, 4),
  },
  {
    name: 'readSpliceSection',
    seeds: ['fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a'],
    read: readSpliceSection,
  },
  { name: 'readTransfer', seeds: ['ac1210', 'a0'], read: (b) => readTransfer(new BitReader(b)) },
  { name: 'readH264Pps', seeds: ['68ef8fcbfd', '68ce3c80'], read: readH264Pps },
  { name: 'readH265Pps', seeds: ['4401c073c189'], read: readH265Pps },
  {
    // By it readH264SliceHeader, isOtherH264Picture and isH264FieldPair; readH265SliceHeader, isFirstH265Slice and isH265Idr.
    name: 'makePictureSyntax, slices and parameter sets from the peer',
    seeds: [avcc.slice(16, 90), '65888421a04f0000', '419a2468419fffff'],
    read: (b) => {
      const sets = { vps: [b], sps: [b, fromHex(avcc.slice(16, 90))], pps: [b, fromHex('68ef8fcbfd')] }
      return (['h264', 'h265'] as const).map((codec) => {
        const syntax = makePictureSyntax(codec, sets)
        const slice = syntax.readSlice(b, 0, b.length)
        return [slice, syntax.relation(slice, slice), syntax.isFirstSlice(b, 0), syntax.maxReorder]
      })
    },
  },
  { name: 'readFrameTrack', seeds: ['0b77b50b1e40ebf8'], read: (b) => readFrameTrack(0, 'ac3', b) },
]
const table: ReaderCase[] = readers.map(({ seeds, ...one }) => ({ ...one, seeds: seeds.map(fromHex) }))
readerContract(table)

test('every reader at a door of this floor is in the table', async () => {
  const text = readFileSync(import.meta.filename, 'utf8')
  const used = text.slice(text.indexOf('const readers'))
  for (const door of ['aac', 'ac3', 'av1', 'bits', 'flac', 'h264', 'h265', 'mp3', 'nal', 'opus', 'scte35', 'track', 'vp9']) {
    const names = Object.keys((await import(`@sluice/codecs/${door}`)) as object)
    const readers = names.filter((name) => /^(read|is|clean)[A-Z]|(AccessPoint|PacketSamples|RecoveryFrames|wholeNalBytes)$/.test(name))
    assert.deepEqual(
      readers.filter((name) => !new RegExp(`\\b${name}\\b`).test(used)),
      [],
      door,
    )
  }
})

const absurd = [
  { name: 'an AAC rate of 16.7 MHz', read: () => readTrack('audio', 0, 'aac', fromHex('17fffffff810')), code: 'AAC_CONFIG' },
  {
    name: 'a FLAC rate of 1 Hz',
    read: () => readTrack('audio', 0, 'flac', fromHex(`${flac.slice(0, 28)}000010f0${flac.slice(36)}`)),
    code: 'TRACK_NUMBERS',
  },
]
for (const { name, read, code } of absurd) test(`${name} is refused where it is read`, () => assert.throws(read, { code }))

test('a frame rate of one picture in months is none', () => {
  // 64x64 of x264 with num_units_in_tick and time_scale made to be 2^32-1 and 1.
  const sps = fromHex('6742c00ada109b0110000003000100000300 03c0f1226a'.replace(' ', ''))
  for (let at = 10; at < sps.length; at++) {
    const bent = new Uint8Array(sps)
    bent.fill(0xff, at, at + 4)
    try {
      const { vui } = readH264Sps(bent)
      assert.ok(vui === null || vui.fps === null || (vui.fps >= 0.1 && vui.fps <= 1000), `${vui?.fps}`)
    } catch (err) {
      assert.ok(err instanceof WireError)
    }
  }
})
