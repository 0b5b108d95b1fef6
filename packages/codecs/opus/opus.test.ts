import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex } from '@sluice/base/bytes'
import { WireError } from '@sluice/base/errors'
import { makeOpusHead, opusPacketSamples, readOpusBox, readOpusHead, writeOpusBox, writeOpusHead } from './index.ts'

// By ffmpeg 5.1 with libopus.
const heads = [
  { name: 'mono', head: '4f707573486561640101380180bb0000000000', box: '0001013800' + '00bb80000000', channels: 1, preSkip: 312 },
  {
    name: '5.1',
    head: '4f707573486561640106380180bb00000000010402000401020305',
    box: '000601380000bb8000000104020004' + '01020305',
    channels: 6,
    preSkip: 312,
  },
  { name: 'a gain of -1 dB', head: '4f707573486561640102000044ac000000ff00', box: '000200000000ac44ff0000', channels: 2, preSkip: 0 },
]
for (const { name, head, box, channels, preSkip } of heads) {
  test(`OpusHead and dOps both ways: ${name}`, () => {
    const facts = readOpusHead(fromHex(head))
    assert.equal(facts.channels, channels)
    assert.equal(facts.preSkip, preSkip)
    assert.equal(toHex(writeOpusHead(facts)), head)
    assert.equal(toHex(writeOpusBox(facts)), box)
    assert.deepEqual(readOpusBox(fromHex(box)), facts)
  })
}

test('a stream without header is taken as mono or stereo', () => {
  assert.equal(toHex(writeOpusHead(makeOpusHead(2))), '4f707573486561640102380180bb0000000000')
})

const refused = [
  { name: 'nothing', head: '' },
  { name: 'another magic', head: '4f707573546167730101380180bb0000000000' },
  { name: 'version 16', head: '4f707573486561641001380180bb0000000000' },
  { name: 'no channels', head: '4f707573486561640100380180bb0000000000' },
  { name: 'three channels without a mapping', head: '4f707573486561640103380180bb0000000000' },
  { name: 'half a mapping', head: '4f707573486561640106380180bb000000000104020004' },
]
for (const { name, head } of refused) {
  test(`OpusHead refuses ${name}`, () => assert.throws(() => readOpusHead(fromHex(head)), WireError))
}

const packets = [
  { name: 'CELT 20 ms', bytes: 'f8ff', samples: 960 },
  { name: 'CELT 2.5 ms', bytes: 'e0ff', samples: 120 },
  { name: 'SILK 60 ms', bytes: '18ff', samples: 2880 },
  { name: 'hybrid 10 ms, two frames', bytes: '61ff', samples: 960 },
  { name: 'CELT 20 ms, six frames', bytes: 'fb06ff', samples: 5760 },
  { name: 'more than 120 ms', bytes: 'fb07ff', samples: 0 },
  { name: 'no frames', bytes: 'fb00', samples: 0 },
  { name: 'half a header', bytes: 'fb', samples: 0 },
  { name: 'nothing', bytes: '', samples: 0 },
]
for (const { name, bytes, samples } of packets) {
  test(`packet duration: ${name} is ${samples} samples`, () => assert.equal(opusPacketSamples(fromHex(bytes)), samples))
}
