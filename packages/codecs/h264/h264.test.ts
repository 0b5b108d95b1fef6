import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { writeNalUnits } from '@sluice/codecs/nal'
import {
  formatH264Codec,
  formatH264Profile,
  h264AccessPoint,
  h264RecoveryFrames,
  readAvcConfig,
  readH264Sps,
  writeAvcConfig,
} from './index.ts'

// Records that ffmpeg 5.1 wrote for libx264; the expected facts are what ffprobe reads out of the same files.
const records = [
  {
    name: 'Constrained Baseline, 4:3',
    avcc: '0142c00cffe100166742c00cda0507ec0440000003004000000783c50aa801000468ce0fc8',
    expected: 'avc1.42c00c | Constrained Baseline 1.2 | 320x240 15.00 fps, reorder 0, 4:2:0 8 bit',
  },
  {
    name: 'level 1b',
    avcc: '0142d00bffe100176742d00bda0b13b0110000030001000003001e0f1226a001000468ce0fc8',
    expected: 'avc1.42d00b | Constrained Baseline 1b | 176x144 15.00 fps, reorder 0, 4:2:0 8 bit',
  },
  {
    name: 'Main at 50 frames a second',
    avcc: '014d4020ffe10019674d4020eca02802dd80880000030008000003032078c18cb001000468ef8fc8',
    expected: 'avc1.4d4020 | Main 3.2 | 1280x720 50.00 fps, reorder 2, 4:2:0 8 bit',
  },
  {
    name: 'High with 1088 lines cropped to 1080, 60000/1001',
    avcc: '0164002affe100196764002aacd940780227e5c04400000fa4000753003c60c65801000468ef8fcbfdf8f800',
    expected: 'avc1.64002a | High 4.2 | 1920x1080 59.94 fps, reorder 2, 4:2:0 8 bit',
  },
  {
    name: 'interlaced',
    avcc: '01640028ffe1001a67640028acd94078044fde0220000003002000000643e2c5b2c001000468fe8fcbfdf8f800',
    expected: 'avc1.640028 | High 4.0 | 1920x1080 25.00 fps interlaced, reorder 2, 4:2:0 8 bit',
  },
  {
    name: 'High 10',
    avcc: '016e001effe1001a676e001ea6cd940a03db0110000003001000000303c0f162d96001000468ef8fcbfdfafa00',
    expected: 'avc1.6e001e | High 10 3.0 | 640x480 30.00 fps, reorder 2, 4:2:0 10 bit',
  },
  {
    name: 'High 4:2:2',
    avcc: '017a001effe1001a677a001eb6cd940a03db0110000003001000000303c0f162d96001000468ef8fcbfefafa00',
    expected: 'avc1.7a001e | High 4:2:2 3.0 | 640x480 30.00 fps, reorder 2, 4:2:2 10 bit',
  },
  {
    name: 'High 4:4:4 with an uneven height',
    avcc: '01f4001effe1001b67f4001e919b281407ff1f8088000003000800000301e078b16cb001000668ef8f192190fff8f800',
    expected: 'avc1.f4001e | High 4:4:4 Predictive 3.0 | 640x482 30.00 fps, reorder 2, 4:4:4 8 bit',
  },
  {
    name: 'HRD parameters before the restrictions',
    avcc: '0164001effe100256764001eacd940a02ff970110000030001000003003c604000f424001e84a4c30078b16cb001000468ef8fcbfdf8f800',
    expected: 'avc1.64001e | High 3.0 | 640x360 30.00 fps, reorder 2, 4:2:0 8 bit',
  },
  {
    name: 'a sample aspect ratio of its own',
    avcc: '0164001effe1001d6764001eacd940b4126ffc010000b440000003004000000c83c58b658001000468ef8fcbfdf8f800',
    expected: 'avc1.64001e | High 3.0 | 720x576 25.00 fps, reorder 2, 4:2:0 8 bit',
  },
]
const formats = ['4:0:0', '4:2:0', '4:2:2', '4:4:4']

for (const { name, avcc, expected } of records) {
  test(`avcC is read and made again: ${name}`, () => {
    const record = readAvcConfig(fromHex(avcc))
    const sps = readH264Sps(record.sps[0]!)
    const shape = `${sps.width}x${sps.height} ${sps.vui?.fps?.toFixed(2)} fps${sps.isInterlaced ? ' interlaced' : ''}`
    const depth = `reorder ${sps.vui?.maxNumReorder}, ${formats[sps.chromaFormatIdc]} ${sps.bitDepthLuma} bit`
    assert.equal(`${formatH264Codec(record)} | ${formatH264Profile(record)} | ${shape}, ${depth}`, expected)
    assert.equal(record.lengthBytes, 4)
    assert.equal(toHex(writeAvcConfig(record.sps, record.pps)), avcc)
  })
}

const sps = '6764001eacd940a02ff970110000030001000003003c604000f424001e84a4c30078b16cb0'
const refused = [
  { name: 'an empty record', avcc: '', code: 'H264_AVCC' },
  { name: 'a record of another version', avcc: '0064001effe10000000000', code: 'H264_AVCC' },
  { name: 'lengths of 3 bytes', avcc: '0164001efee10000', code: 'H264_AVCC' },
  { name: 'no SPS', avcc: '0164001effe000', code: 'H264_AVCC' },
  { name: 'an SPS that leaves the record', avcc: '0164001effe1002567640000', code: 'H264_AVCC' },
]
for (const { name, avcc, code } of refused) {
  test(`avcC refuses ${name}`, () => {
    assert.throws(
      () => readAvcConfig(fromHex(avcc)),
      (err) => err instanceof WireError && err.code === code,
    )
  })
}

test('an SPS whose VUI is cut short keeps its size and loses its rate', () => {
  const cut = readH264Sps(fromHex(sps).subarray(0, 18))
  assert.equal(`${cut.width}x${cut.height}`, '640x360')
  assert.equal(cut.vui, null)
})

test('an SPS that ends before its size is refused', () => {
  assert.throws(() => readH264Sps(fromHex(sps).subarray(0, 8)), WireError)
  assert.throws(() => readH264Sps(fromHex('68ce0fc8')), /type 8/)
})

test('an avcC record without PPS is read', () => {
  const record = readAvcConfig(fromHex(`0164001effe10025${sps}`))
  assert.equal(record.sps.length, 1)
  assert.equal(record.pps.length, 0)
})

// SEI of x264 with open-gop: recovery point, recovery_frame_cnt 0, exact_match_flag 1.
const recoverySei = '060601c080'
// The same with cnt 5 behind a user data message of 3 bytes.
const recoveryBehindUserData = '060503aabbcc060131' + '80'
const points = [
  { name: 'an IDR slice', units: ['09f0', '6742', '6588'], point: 'idr' },
  { name: 'an inter slice', units: ['09f0', '419a'], point: 'none' },
  { name: 'a recovery point', units: ['09f0', recoverySei, '419a'], point: 'recovery-point' },
  { name: 'a recovery point behind user data', units: [recoveryBehindUserData, '419a'], point: 'recovery-point' },
  { name: 'SEI of another kind', units: ['060503aabbcc80', '419a'], point: 'none' },
  { name: 'parameter sets alone', units: ['6742', '68ce'], point: 'none' },
  { name: 'nothing', units: [], point: 'none' },
]
for (const { name, units, point } of points) {
  test(`access point: ${name} is ${point}`, () => {
    assert.equal(h264AccessPoint(writeNalUnits(units.map(fromHex)), 4), point)
  })
}

test('recovery frames are counted', () => {
  assert.equal(h264RecoveryFrames(fromHex(recoverySei)), 0)
  assert.equal(h264RecoveryFrames(fromHex(recoveryBehindUserData)), 5)
  assert.equal(h264RecoveryFrames(fromHex('0605ff')), null)
})
