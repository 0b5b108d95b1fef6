import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeRegistration } from './descriptor.ts'
import { streamForm } from './stream-type.ts'

const dvb = (tag: number) => [{ tag, body: new Uint8Array(0) }]
const cases = [
  { streamType: 0x1b, descriptors: [], want: { form: 'h264' } },
  { streamType: 0x24, descriptors: [], want: { form: 'h265' } },
  { streamType: 0x11, descriptors: [], want: { form: 'latm' } },
  { streamType: 0x06, descriptors: [makeRegistration('Opus')], want: { form: 'opus' } },
  { streamType: 0x06, descriptors: [makeRegistration('HEVC')], want: { form: 'h265' } },
  { streamType: 0x06, descriptors: dvb(0x6a), want: { form: 'ac3' } },
  { streamType: 0x06, descriptors: dvb(0x7a), want: { form: 'eac3' } },
  { streamType: 0x06, descriptors: dvb(0x56), want: { form: null, name: 'teletext' } },
  { streamType: 0x06, descriptors: [makeRegistration('AV01')], want: { form: null, name: 'AV1 video' } },
  { streamType: 0x06, descriptors: [], want: { form: null, name: 'private data' } },
  { streamType: 0x02, descriptors: [], want: { form: null, name: 'MPEG-2 video' } },
  { streamType: 0x86, descriptors: [makeRegistration('CUEI')], want: { form: null, name: 'SCTE-35 splice information' } },
  { streamType: 0x99, descriptors: [], want: { form: null, name: 'stream type 0x99' } },
]
for (const { streamType, descriptors, want } of cases) {
  test(`stream type 0x${streamType.toString(16)} with ${descriptors.length} descriptors is ${want.form ?? want.name}`, () => {
    assert.deepEqual(streamForm(streamType, descriptors), want)
  })
}
