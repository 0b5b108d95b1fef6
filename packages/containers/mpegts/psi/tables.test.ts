import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { sectionCrc32 } from './crc32.ts'
import { formatIdentifier, makeRegistration, readDescriptors, writeDescriptors } from './descriptor.ts'
import { readPat, writePat } from './pat.ts'
import { readPmt, writePmt } from './pmt.ts'
import { readSection, type Section } from './section.ts'

/** As FFmpeg 5.1 writes them for H.264 and AAC. */
const ffmpegPat = '00b00d0001c100000001f0002ab104b2'
const ffmpegPmt = '02b0170001c10000e100f0001be100f0000fe101f0002f44b99b'

function section(hex: string): Section {
  const found = readSection(fromHex(hex))
  assert.ok(typeof found === 'object', `section is damaged: ${found}`)
  return found
}

test('the checksum of a whole section is 0, and that of "123456789" is the one of the catalogue', () => {
  assert.equal(sectionCrc32(fromHex(ffmpegPat), 0, 16), 0)
  assert.equal(sectionCrc32(new TextEncoder().encode('123456789'), 0, 9), 0x0376e6e7)
})

test("FFmpeg's PAT reads as its one program and is written the same", () => {
  assert.deepEqual(readPat(section(ffmpegPat)), [{ programNumber: 1, pmtPid: 0x1000 }])
  assert.equal(toHex(writePat(1, 0, [{ programNumber: 1, pmtPid: 0x1000 }])), ffmpegPat)
})

test("FFmpeg's PMT reads as its two streams and is written the same", () => {
  const pmt = readPmt(section(ffmpegPmt))
  assert.deepEqual(pmt, {
    programNumber: 1,
    pcrPid: 0x100,
    descriptors: [],
    streams: [
      { pid: 0x100, streamType: 0x1b, descriptors: [] },
      { pid: 0x101, streamType: 0x0f, descriptors: [] },
    ],
  })
  assert.equal(toHex(writePmt(pmt, 0)), ffmpegPmt)
})

test('the network PID of a PAT is no program', () => {
  const hex = toHex(
    writePat(7, 3, [
      { programNumber: 0, pmtPid: 0x10 },
      { programNumber: 2, pmtPid: 0x20 },
    ]),
  )
  const found = section(hex)
  assert.deepEqual(readPat(found), [{ programNumber: 2, pmtPid: 0x20 }])
  assert.deepEqual(
    [found.tableIdExtension, found.version, found.isCurrent, found.sectionNumber, found.lastSectionNumber],
    [7, 3, true, 0, 0],
  )
})

test('a PMT is written as it is read', () => {
  const pmt = {
    programNumber: 513,
    pcrPid: 0x100,
    descriptors: [makeRegistration('HDMV')],
    streams: [
      { pid: 0x100, streamType: 0x24, descriptors: [makeRegistration('HEVC')] },
      { pid: 0x1ffe, streamType: 0x0f, descriptors: [] },
    ],
  }
  const found = section(toHex(writePmt(pmt, 31)))
  assert.equal(found.version, 31)
  assert.deepEqual(readPmt(found), pmt)
})

test('a PMT whose stream loop is cut ends at its last whole stream', () => {
  const whole = section(
    toHex(writePmt({ programNumber: 1, pcrPid: 1, descriptors: [], streams: [{ pid: 5, streamType: 2, descriptors: [] }] }, 0)),
  )
  assert.deepEqual(readPmt({ ...whole, body: whole.body.subarray(0, whole.body.length - 1) })?.streams, [])
  assert.equal(readPmt({ ...whole, body: whole.body.subarray(0, 3) }), null)
  assert.equal(readPmt({ ...whole, body: fromHex('e001f010') }), null)
})

test('a damaged section is a value: checksum, short form, no room for a header', () => {
  const flipped = fromHex(ffmpegPat)
  flipped[9] = flipped[9]! ^ 1
  assert.equal(readSection(flipped), 'crc')
  assert.equal(readSection(fromHex('00300d0001c100000001f0002ab104b2')), 'form')
  assert.equal(readSection(fromHex('00b000')), 'form')
})

test('descriptors read up to the first that leaves the loop', () => {
  const all = [makeRegistration('Opus'), { tag: 0x7f, body: fromHex('8002') }]
  const loop = writeDescriptors(all)
  assert.equal(toHex(loop), '05044f7075737f028002')
  assert.deepEqual(readDescriptors(loop), all)
  assert.deepEqual(readDescriptors(loop.subarray(0, 9)), all.slice(0, 1))
  assert.equal(formatIdentifier(all), 'Opus')
  assert.equal(formatIdentifier([]), null)
})
