import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { writeNalUnits } from '@sluice/codecs/nal'
import { formatH265Codec, formatH265Profile, isH265Irap, markHevcComplete, readH265Sps, readHevcConfig, writeHevcConfig } from './index.ts'

// Records that ffmpeg 5.1 wrote for libx265; the expected facts are what ffprobe reads out of the same files.
const records = [
  {
    name: 'Main',
    hvcc: '0101600000009000000000003ff000fcfdf8f800000f03200001001840010c01ffff01600000030090000003000003003f959409210001002b42010101600000030090000003000003003fa005020171f2e595952930bc05a020000003002000000303c122000100064401c073c189',
    expected: 'hvc1.1.6.L63.90 | Main 2.1 | 640x360 30.00 fps, 1 layer, 4:2:0 8 bit',
  },
  {
    name: 'Main 10, 1088 lines cropped to 1080, 60000/1001',
    hvcc: '0102200000009000000000007bf000fcfdfafa00000f03200001001840010c01ffff02200000030090000003000003007b959409210001002b42010102200000030090000003000003007ba003c0801107cad965654a4c2f01680800001f48000753004022000100064401c073c189',
    expected: 'hvc1.2.4.L123.90 | Main 10 4.1 | 1920x1080 59.94 fps, 1 layer, 4:2:0 10 bit',
  },
  {
    name: 'range extensions, 4:2:2',
    hvcc: '0104080000009d08000000003ff000fcfefafa00000f03200001001740010c01ffff0408000003009d0800000300003f959409210001002a4201010408000003009d0800000300003fb005020171f12d965654a4c2f0168080000003008000000f0422000100064401c073c189',
    expected: 'hvc1.4.10.L63.9D.8 | Range Extensions 2.1 | 640x360 30.00 fps, 1 layer, 4:2:2 10 bit',
  },
  {
    name: '4K in the high tier',
    hvcc: '01222000000090000000000099f000fcfdfafa00000f03200001001840010c01ffff222000000300900000030000030099959409210001002b420101222000000300900000030000030099a001e020021c4d965654a4c2f0168080000003008000000f0422000100064401c073c189',
    expected: 'hvc1.2.4.H153.90 | Main 10 5.1 High tier | 3840x2160 30.00 fps, 1 layer, 4:2:0 10 bit',
  },
  {
    name: 'two temporal layers and scaling lists',
    hvcc: '0101600000009000000000003ff000fcfdf8f800001303200001001c40010c02ffff01600000030090000003000003003f00009594aca048210001002e42010201600000030090000003000003003f0000a005020171f2e59594aca949c2f0168080000003008000000f0422000100064401c073c189',
    expected: 'hvc1.1.6.L63.90 | Main 2.1 | 640x360 30.00 fps, 2 layers, 4:2:0 8 bit',
  },
  {
    name: 'HRD parameters and an SEI array',
    hvcc: '0101600000009000000000003ff000fcfdf8f800000f04200001001840010c01ffff01600000030090000003000003003f959409210001003642010101600000030090000003000003003fa005020171f2e595952930bc05a020000003002000000303cc0292cdc001e848003d091022000100064401c073c18927000100064e0181010f80',
    expected: 'hvc1.1.6.L63.90 | Main 2.1 | 640x360 30.00 fps, 1 layer, 4:2:0 8 bit',
  },
]
const formats = ['4:0:0', '4:2:0', '4:2:2', '4:4:4']

for (const { name, hvcc, expected } of records) {
  test(`hvcC is read and made again: ${name}`, () => {
    const record = readHevcConfig(fromHex(hvcc))
    const sps = readH265Sps(record.sps[0]!)
    const layers = `${sps.temporalLayers} ${sps.temporalLayers === 1 ? 'layer' : 'layers'}`
    const shape = `${sps.width}x${sps.height} ${sps.vui?.fps?.toFixed(2)} fps, ${layers}, ${formats[sps.chromaFormatIdc]} ${sps.bitDepthLuma} bit`
    assert.equal(`${formatH265Codec(record.profile)} | ${formatH265Profile(record.profile)} | ${shape}`, expected)
    // Ours has no SEI array, and says that its parameter sets are all there are.
    const ours = readHevcConfig(writeHevcConfig(record))
    assert.deepEqual({ ...ours, profile: null }, { ...record, profile: null })
    const theirs = toHex(markHevcComplete(fromHex(hvcc)))
    assert.ok(theirs.startsWith(toHex(writeHevcConfig(record)).slice(0, 44)))
    if (!hvcc.includes('27000100064e')) assert.equal(toHex(writeHevcConfig(record)), theirs)
  })
}

const refused = [
  { name: 'a record of 22 bytes', hvcc: '01016000000090000000000000f000fcfdf8f800000f' },
  { name: 'another version', hvcc: '0201600000009000000000003ff000fcfdf8f800000f00' },
  { name: 'lengths of 3 bytes', hvcc: '0101600000009000000000003ff000fcfdf8f800000e00' },
  { name: 'no SPS', hvcc: '0101600000009000000000003ff000fcfdf8f800000f00' },
  { name: 'thousands of units', hvcc: `0101600000009000000000003ff000fcfdf8f800000f01a0ffff${'000140'.repeat(1025)}` },
  { name: 'an array that leaves the record', hvcc: '0101600000009000000000003ff000fcfdf8f800000f01a10001ffff4201' },
]
for (const { name, hvcc } of refused) {
  test(`hvcC refuses ${name}`, () => {
    assert.throws(
      () => readHevcConfig(fromHex(hvcc)),
      (err) => err instanceof WireError && err.code === 'H265_HVCC',
    )
  })
}

test('an SPS that breaks off behind its size keeps the size', () => {
  const sps = fromHex('42010101600000030090000003000003003fa005020171f2e595952930bc05a020000003002000000303c1')
  const cut = readH265Sps(sps.subarray(0, 26))
  assert.equal(`${cut.width}x${cut.height} ${cut.vui}`, '640x360 null')
  assert.throws(() => readH265Sps(sps.subarray(0, 18)), WireError)
})

const access = [
  { name: 'IDR_W_RADL', unit: '2601', isKey: true },
  { name: 'CRA', unit: '2a01', isKey: true },
  { name: 'BLA_W_LP', unit: '2001', isKey: true },
  { name: 'TRAIL_R', unit: '0201', isKey: false },
]
for (const { name, unit, isKey } of access) {
  test(`${name} behind parameter sets ${isKey ? 'is' : 'is not'} an access point`, () => {
    assert.equal(isH265Irap(writeNalUnits(['4001aa', '4201aa', '4401aa', '4e01aa', unit].map(fromHex)), 4), isKey)
  })
}
