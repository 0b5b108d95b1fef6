import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import { writeAnnexB } from '@sluice/codecs/nal'
import { type TsData, TsDemuxer, TsMuxer } from '../index.ts'
import type { Descriptor } from '../psi/descriptor.ts'
import { makeCollector } from '../testing/collect.ts'
import { makeAacTrack, makeAudioFrame } from '../testing/make-media.ts'
import { TsBuilder } from '../testing/make-ts.ts'

const only = [{ programNumber: 1, pmtPid: 0x1000 }]
const language = (code: string): Descriptor => ({ tag: 0x0a, body: Uint8Array.from([...[...code].map((one) => one.charCodeAt(0)), 0]) })
/** Out at 0x7369c02e for 60.3 s. Spec: SCTE 35 §14.2 */
const section = fromHex('fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a')

function demux(ts: Uint8Array, takesTimed = true) {
  const data: TsData[] = []
  const sink = makeCollector()
  const demuxer = new TsDemuxer()
  const all = takesTimed ? { ...sink, onTimed: (one: TsData) => data.push(one) } : sink
  demuxer.push(ts, all)
  demuxer.flush(all)
  return { ...sink, data }
}

const picture = writeAnnexB([
  fromHex('0910'),
  fromHex('6742c00ad9078880000003008000001907899e'),
  fromHex('68ce3c80'),
  fromHex('658884000033ff'),
])

test('a splice point is given with the time until it, by the clock of the program, and a broken section is not', () => {
  const newest = 0x7369c02e - 4 * 90_000
  const ts = new TsBuilder().pat(only).pmt(0x1000, {
    programNumber: 1,
    streams: [
      { pid: 0x100, streamType: 0x1b, descriptors: [] },
      { pid: 0x1f0, streamType: 0x86, descriptors: [] },
    ],
  })
  ts.section(0x1f0, section)
    .pes(0x100, picture, newest)
    .pes(0x100, picture, newest + 3600)
  const broken = section.slice()
  broken[20] = 0xfa
  ts.section(0x1f0, section).section(0x1f0, broken)
  const bytes = ts.take()
  const { data, facts } = demux(bytes)
  assert.equal(data.length, 1, 'before the first picture there is no time to place it by')
  assert.deepEqual(data[0]!.track, { kind: 'data', id: 0, codec: 'scte35' })
  assert.deepEqual(data[0]!.bytes, section)
  assert.equal(data[0]!.dts + data[0]!.aheadTicks, 0x7369c02e)
  assert.equal(
    facts.some(({ type }) => type === 'stream.unsupported'),
    false,
  )
  assert.ok(
    demux(bytes, false).notes.some(({ subject }) => subject.includes('SCTE-35')),
    'who takes none reads that it is not carried',
  )
})

test('ID3 is given whole, at its own time', () => {
  const metadata: Descriptor = {
    tag: 0x26,
    body: Uint8Array.from([0xff, 0xff, 0x49, 0x44, 0x33, 0x20, 0xff, 0x49, 0x44, 0x33, 0x20, 0, 0x0f]),
  }
  const tag = fromHex('494433040000000000105458585800000006000003610062')
  const ts = new TsBuilder().pat(only).pmt(0x1000, {
    programNumber: 1,
    streams: [
      { pid: 0x100, streamType: 0x1b, descriptors: [] },
      { pid: 0x102, streamType: 0x15, descriptors: [metadata] },
    ],
  })
  ts.pes(0x100, picture, 90_000).pes(0x102, tag, 91_000).pes(0x100, picture, 93_600).pes(0x100, picture, 97_200)
  const { data } = demux(ts.take())
  assert.deepEqual(
    data.map(({ track, dts, aheadTicks, bytes }) => [track.codec, dts, aheadTicks, bytes]),
    [['id3', 91_000, 0, tag]],
  )
})

test('a sound has the language of its stream as a short tag, and none where its stream names none', () => {
  const track = makeAacTrack()
  const audio = new TsMuxer().write(makeAudioFrame(track, 90_000, fromHex('2110')))
  const payload = audio.subarray(audio.length - 188)
  const adts = payload.subarray(188 - 9)
  for (const [code, tag] of [
    ['eng', 'en'],
    ['ger', 'de'],
    ['gsw', 'gsw'],
    ['und', undefined],
    ['qaa', undefined],
  ] as const) {
    const ts = new TsBuilder()
      .pat(only)
      .pmt(0x1000, { programNumber: 1, streams: [{ pid: 0x110, streamType: 0x0f, descriptors: [language(code)] }] })
    const { tracks, frames } = demux(ts.pes(0x110, adts, 90_000).pes(0x110, adts, 91_920).take())
    assert.equal(frames.length, 2)
    assert.equal(tracks.length, 1)
    assert.equal(tracks[0]!.kind === 'audio' ? tracks[0]!.language : '', tag)
    assert.ok(frames.every((frame) => frame.track === tracks[0]))
  }
})
