import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes, fromHex, toHex } from '@sluice/base/bytes'
import { BitReader, BitWriter } from '@sluice/codecs/bits'
import { readLatmConfig } from './latm-config.ts'
import { LatmSyntax } from './latm-syntax.ts'

/** AAC-LC, 48 kHz, stereo. */
const lcStereo = fromHex('1190')
/** HE-AAC, 24 kHz core, 48 kHz out, stereo. */
const heStereo = fromHex('2b118800')

type Form = {
  version: 0 | 1
  config: Uint8Array
  configBits: number
  subFrames?: number
  fixedBytes?: number
  otherData?: boolean
  crc?: boolean
}

/** A StreamMuxConfig of one program with one layer. */
function writeConfig(w: BitWriter, form: Form): void {
  w.writeBits(form.version, 1)
  if (form.version === 1) w.writeBits(0, 1).writeBits(0, 2).writeBits(0xff, 8) // audioMuxVersionA, taraBufferFullness
  w.writeBits(1, 1)
    .writeBits((form.subFrames ?? 1) - 1, 6)
    .writeBits(0, 4)
    .writeBits(0, 3)
  if (form.version === 1) w.writeBits(0, 2).writeBits(form.configBits, 8)
  const r = new BitReader(form.config)
  for (let i = 0; i < form.configBits; i++) w.writeBits(r.readBits(1), 1)
  if (form.fixedBytes === undefined) w.writeBits(0, 3).writeBits(0xff, 8)
  else w.writeBits(1, 3).writeBits(form.fixedBytes - 20, 9)
  w.writeBits(form.otherData ? 1 : 0, 1)
  if (form.otherData && form.version === 0) w.writeBits(1, 1).writeBits(1, 8).writeBits(0, 1).writeBits(2, 8)
  if (form.otherData && form.version === 1) w.writeBits(1, 2).writeBits(300, 16)
  w.writeBits(form.crc ? 1 : 0, 1)
  if (form.crc) w.writeBits(0x5a, 8)
}

/** A LOAS frame around what `write` puts into its AudioMuxElement. */
function makeLoas(write: (w: BitWriter) => void): Uint8Array {
  const w = new BitWriter()
  write(w)
  const body = w.alignToByte().toBytes()
  return concatBytes([Uint8Array.of(0x56, 0xe0 | (body.length >>> 8), body.length), body])
}

const forms: (Form & { name: string; want: string })[] = [
  { name: 'the usual one', version: 0, config: lcStereo, configBits: 16, want: '1190' },
  { name: 'HE-AAC', version: 0, config: heStereo, configBits: 25, want: '2b118800' },
  { name: 'a stated length', version: 1, config: lcStereo, configBits: 16, want: '1190' },
  { name: 'other data and a checksum', version: 0, config: lcStereo, configBits: 16, otherData: true, crc: true, want: '1190' },
  { name: 'other data with a stated length', version: 1, config: lcStereo, configBits: 16, otherData: true, want: '1190' },
  { name: 'four payloads of fixed size', version: 0, config: lcStereo, configBits: 16, subFrames: 4, fixedBytes: 31, want: '1190' },
]
for (const form of forms) {
  test(`a LATM configuration of ${form.name} reads, and the reader stands behind it`, () => {
    const w = new BitWriter()
    writeConfig(w, form)
    const b = w.writeBits(0x2a5, 10).alignToByte().toBytes()
    const r = new BitReader(b)
    const config = readLatmConfig(b, r)
    assert.ok(config !== null)
    assert.deepEqual(
      [toHex(config.audioConfig), config.subFrames, config.fixedBytes],
      [form.want, form.subFrames ?? 1, form.fixedBytes ?? 0],
    )
    assert.equal(r.readBits(10), 0x2a5)
  })
}

test('a LATM configuration of several programs or layers, or one cut short, is refused', () => {
  for (const bits of ['1'.padStart(2, '0').padEnd(40, '1'), '01000000000100000000', '0100000']) {
    const w = new BitWriter()
    for (const bit of bits) w.writeBits(Number(bit), 1)
    const b = w.alignToByte().toBytes()
    assert.equal(readLatmConfig(b, new BitReader(b)), null, bits)
  }
})

test('LATM payloads are moved to byte boundaries, and the configuration holds until the next', () => {
  const payload = Uint8Array.from({ length: 300 }, (_, i) => i * 7)
  const writePayload = (w: BitWriter): void => {
    w.writeBits(255, 8).writeBits(45, 8)
    w.writeBytes(payload)
  }
  const syntax = new LatmSyntax(3)
  const first = makeLoas((w) => {
    w.writeBits(0, 1)
    writeConfig(w, forms[0]!)
    writePayload(w)
  })
  const second = makeLoas((w) => {
    w.writeBits(1, 1)
    writePayload(w)
  })
  assert.equal(syntax.frameBytes(first, 0), first.length)
  const units = [first, second].map((frame) => syntax.readFrame(frame)!)
  for (const unit of units) assert.deepEqual(unit.payloads.map(toHex), [toHex(payload)])
  assert.equal(units[0]!.track, units[1]!.track)
  const { codec, id, sampleRate, channels } = units[0]!.track
  assert.deepEqual([codec, id, sampleRate, channels, units[0]!.samples], ['aac', 3, 48_000, 2, 1024])
})

test('a LATM frame before the first configuration, or with a payload that leaves it, gives nothing', () => {
  const syntax = new LatmSyntax(0)
  const lost = makeLoas((w) => w.writeBits(1, 1).writeBits(1, 8).writeBits(7, 8))
  assert.equal(syntax.readFrame(lost), null)
  const torn = makeLoas((w) => {
    w.writeBits(0, 1)
    writeConfig(w, forms[0]!)
    w.writeBits(200, 8).writeBits(0, 8)
  })
  assert.equal(syntax.readFrame(torn), null)
})

test('several payloads in one LATM frame come out in order', () => {
  const syntax = new LatmSyntax(0)
  const unit = syntax.readFrame(
    makeLoas((w) => {
      w.writeBits(0, 1)
      writeConfig(w, { ...forms[0]!, subFrames: 3 })
      for (const bytes of ['01', '0203', '040506']) w.writeBits(bytes.length / 2, 8).writeBytes(fromHex(bytes))
    }),
  )
  assert.deepEqual(unit!.payloads.map(toHex), ['01', '0203', '040506'])
})
