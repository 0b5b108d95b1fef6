import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import { randomFrom } from '@sluice/testkit/random'
import { readSpliceSection } from './index.ts'

/** The examples of the standard. Spec: SCTE 35 §14 */
const cases = [
  {
    name: 'time_signal, placement opportunity start',
    hex: 'fc3034000000000000fffff00506fe72bd0050001e021c435545494800008e7fcf0001a599b00808000000002ca0a18a3402009ac9d17e',
    is: { kind: 'out', eventId: 0x4800008e, pts33: 0x72bd0050, durationTicks: 0x1a599b0 },
  },
  {
    name: 'splice_insert',
    hex: 'fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a',
    is: { kind: 'out', eventId: 0x4800008f, pts33: 0x7369c02e, durationTicks: 0x52ccf5 },
  },
  {
    name: 'time_signal, placement opportunity end',
    hex: 'fc302f000000000000fffff00506fe746290a000190217435545494800008e7f9f0808000000002ca0a18a350200a9cc6758',
    is: { kind: 'in', eventId: 0x4800008e, pts33: 0x746290a0, durationTicks: null },
  },
  {
    name: 'time_signal, program start and end in one',
    hex: 'fc3048000000000000fffff00506fe7a4d88b60032021743554549480000187f9f0808000000002ccbc344110000021743554549480000197f9f0808000000002ca4dba01000009972e343',
    is: { kind: 'other', eventId: 0x48000018, pts33: 0x7a4d88b6, durationTicks: null },
  },
] as const

for (const { name, hex, is } of cases) test(`${name} is read`, () => assert.deepEqual(readSpliceSection(fromHex(hex)), is))

test('the adjustment of a remultiplexer is added to the time, over the wrap too', () => {
  const section = fromHex(cases[1].hex)
  section.set([0x01, 0xff, 0xff, 0xff, 0xff], 4)
  assert.equal(readSpliceSection(section)?.pts33, 0x7369c02d)
})

test('a heartbeat, a cancelled event and what is encrypted announce nothing', () => {
  assert.equal(readSpliceSection(fromHex('fc301100000000000000fffffff0000000007a4fbfff')), null)
  const [cancelled, encrypted] = [fromHex(cases[1].hex), fromHex(cases[1].hex)]
  cancelled[18] = 0xff
  encrypted[4] = 0x80
  assert.deepEqual([readSpliceSection(cancelled), readSpliceSection(encrypted)], [null, null])
})

test('any bytes give a splice or none (seed 35)', () => {
  const random = randomFrom(35)
  for (let i = 0; i < 20_000; i++) {
    const section = fromHex(cases[i % cases.length]!.hex)
    for (let left = random.int(1, 6); left > 0; left--) section[random.int(1, section.length - 1)] = random.int(0, 255)
    readSpliceSection(section.subarray(0, random.int(0, section.length)))
  }
})
