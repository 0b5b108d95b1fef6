import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import type { AudioTrack, Frame, Track } from '@sluice/codecs/frame'
import { writeNalUnits } from '@sluice/codecs/nal'
import { readBoxes } from '@sluice/containers/fmp4'
import { writeAmf0 } from '@sluice/protocols/rtmp'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { ProgrammeBus, type ProgrammeData } from '../bus/index.ts'
import { Packager } from '../packager/index.ts'
import { MediaStore } from '../store/index.ts'
import { bufferPolicyOf, HlsView } from './index.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()
const policy = bufferPolicyOf({ segmentMs: 2000, partMs: 500, windowSegments: 6 })

/** HLS of a programme that arrives as it is due. */
function makeStage(tracks: readonly Track[] = [video, audio]) {
  const clock = new FakeClock()
  const bus = new ProgrammeBus()
  const store = new MediaStore({ clock, maxSegments: policy.windowSegments, targetDurationS: policy.targetDurationS })
  const hls = new HlsView({ store, clock, policy, onReady: () => {} })
  const packager = new Packager({ bus, store, clock, segmentMs: policy.segmentMs, partMs: policy.partMs })
  let dueMs = 0
  bus.splice(tracks)
  const send = (frames: readonly Frame[], data: readonly ProgrammeData[] = []): void => {
    const left = [...data]
    for (const frame of frames) {
      clock.advance(Math.max(0, frame.dts / 90 - dueMs))
      dueMs = Math.max(dueMs, frame.dts / 90)
      for (; left[0] !== undefined && left[0].dts <= frame.dts; left.shift()) bus.putData(left[0])
      bus.putFrame(frame)
    }
  }
  const lines = (name: string, start: string): string[] => {
    const file = hls.file(name)
    assert.ok(file, `${name} is not there`)
    return Buffer.concat(file.body)
      .toString()
      .split('\n')
      .filter((line) => line.startsWith(start))
  }
  return { clock, bus, store, hls, packager, send, lines }
}

const attribute = (line: string, name: string): string | undefined => new RegExp(`[:,]${name}="?([^",]*)"?`).exec(line)?.[1]

/** splice_insert of event 0x4800008f: out for 60.3 s, and back. Spec: SCTE 35 §14.2 */
const way = fromHex('fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a')
const back = way.slice()
back[19] = 0x5f
const splice = { kind: 'data', id: 0, codec: 'scte35' } as const
const at = (dtsMs: number, aheadMs: number, body: Uint8Array): ProgrammeData => ({
  track: splice,
  dts: dtsMs * 90,
  aheadTicks: aheadMs * 90,
  body,
  isSet: false,
})

test('a break of SCTE-35 is one date range, the same in every rendition, and begins and ends a segment', () => {
  const { send, lines, store } = makeStage()
  const keyMs = 1000
  const media = makeMedia({ video, audio, durationMs: 12_000, gopFrames: 30 })
  send(media, [at(1200, 3800, way), at(1700, 3300, way), at(6500, 2500, back)])
  const ranges = lines('v_source.m3u8', '#EXT-X-DATERANGE')
  assert.equal(ranges.length, 2)
  const [out, home] = ranges
  assert.equal(attribute(out!, 'ID'), attribute(home!, 'ID'))
  assert.equal(attribute(out!, 'PLANNED-DURATION'), (0x52ccf5 / 90_000).toFixed(3))
  assert.equal(attribute(out!, 'SCTE35-OUT'), `0x${Buffer.from(way).toString('hex').toUpperCase()}`)
  assert.equal(attribute(home!, 'SCTE35-IN'), `0x${Buffer.from(back).toString('hex').toUpperCase()}`)
  assert.equal(attribute(home!, 'DURATION'), '4.000')
  for (const name of ['a_source.m3u8', 'media.m3u8']) assert.deepEqual(lines(name, '#EXT-X-DATERANGE'), ranges)
  const starts = store.rendition('v_source')!.segments.map(({ startPts }) => startPts / 90)
  assert.ok(starts.includes(5 * keyMs) && starts.includes(9 * keyMs), `segments begin at ${starts}`)
  const startAt = store.rendition('v_source')!.segments.find(({ startPts }) => startPts === 5000 * 90)!
  assert.equal(attribute(out!, 'START-DATE'), new Date(startAt.startWallMs).toISOString())
})

test('a date range leaves with the last moment that it holds for, and its name is not used again', () => {
  const { send, lines } = makeStage()
  const short = way.slice()
  short.set(fromHex('fe00015f90'), 25) // one second
  send(makeMedia({ video, audio, durationMs: 8000, gopFrames: 30 }), [at(1500, 500, short)])
  const id = attribute(lines('v_source.m3u8', '#EXT-X-DATERANGE')[0]!, 'ID')
  send(makeMedia({ video, audio, startMs: 8000, durationMs: 12_000, gopFrames: 30 }), [at(17_500, 500, short)])
  const now = lines('v_source.m3u8', '#EXT-X-DATERANGE')
  assert.equal(now.length, 1)
  assert.notEqual(attribute(now[0]!, 'ID'), id)
})

test('cue points of RTMP and ID3 are event messages before the fragment of their time', () => {
  const { send, store } = makeStage()
  const cue = (dtsMs: number): ProgrammeData => ({
    track: { kind: 'data', id: 0, codec: 'amf0' },
    dts: dtsMs * 90,
    body: writeAmf0(['onCuePoint', { name: 'goal', time: 3 }]),
    isSet: false,
  })
  send(makeMedia({ video, audio, durationMs: 6000 }), [cue(1200), cue(3100)])
  const parts = store.rendition('v_source')!.segments.flatMap((segment) => segment.parts)
  const found = parts.flatMap(({ startDts, duration90k, bytes }) =>
    readBoxes(bytes)
      .filter(({ type }) => type === 'emsg')
      .map(({ at: from, end }) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset + from, end - from)
        const pts = Number(view.getBigUint64(16))
        assert.ok(pts >= startDts && pts < startDts + duration90k, 'it lies in the part of its time')
        return { pts: pts / 90, text: Buffer.from(bytes.subarray(from, end)).toString('latin1') }
      }),
  )
  assert.deepEqual(
    found.map(({ pts }) => pts),
    [1200, 3100],
  )
  for (const { text } of found)
    assert.match(text, /https:\/\/aomedia\.org\/emsg\/ID3\0\0ID3.*TXXX.*onCuePoint\0\{"name":"goal","time":3\}$/s)
  assert.equal(
    store
      .rendition('a_source')!
      .segments.flatMap((one) => one.parts)
      .some(({ bytes }) => bytes[4] === 0x65),
    false,
  )
})

/** One frame with a pair of CEA-608 in its SEI, in place of what it was. */
const captioned = (frame: Frame): Frame =>
  frame.track.kind === 'audio'
    ? frame
    : {
        ...frame,
        bytes: writeNalUnits([
          fromHex('0604 0e b500314741393403c1fffc9420ff 80'.replaceAll(' ', '')),
          fromHex(frame.isKey ? '658884' : '418884'),
        ]),
      }

test('captions stand in the entry playlist once they were there for ten seconds; without any it says so; before that it says nothing', () => {
  for (const isCaptioned of [true, false]) {
    const { send, lines, packager } = makeStage()
    const media = (startMs: number, durationMs: number): Frame[] =>
      makeMedia({ video, audio, startMs, durationMs }).map((frame) => (isCaptioned ? captioned(frame) : frame))
    send(media(0, 9000))
    assert.equal(attribute(lines('index.m3u8', '#EXT-X-STREAM-INF')[0]!, 'CLOSED-CAPTIONS'), undefined)
    send(media(9000, 3000))
    assert.equal(attribute(lines('index.m3u8', '#EXT-X-STREAM-INF')[0]!, 'CLOSED-CAPTIONS'), isCaptioned ? 'captions' : 'NONE')
    assert.deepEqual(
      lines('index.m3u8', '#EXT-X-MEDIA:TYPE=CLOSED').map((line) => attribute(line, 'INSTREAM-ID')),
      isCaptioned ? ['CC1'] : [],
    )
    // Nobody speaks for a while: a player has it in its menu, and keeps it.
    send(makeMedia({ video, audio, startMs: 12_000, durationMs: 30_000 }))
    assert.equal(lines('plain.m3u8', '#EXT-X-MEDIA:TYPE=CLOSED').length, isCaptioned ? 1 : 0)
    packager.clear()
  }
})

test('sounds have the language of their source or the one that the operator says, and names that differ', () => {
  const sound = (id: number, language?: string): AudioTrack => ({ ...audio, id, ...(language === undefined ? {} : { language }) })
  const tracks = [sound(0, 'en'), sound(1, 'de'), sound(2), sound(3, 'de')]
  const { send, lines, hls } = makeStage([video, ...tracks])
  const frames = [
    ...makeMedia({ video, durationMs: 5000 }),
    ...tracks.flatMap((track) => makeMedia({ audio, durationMs: 5000 }).map((frame) => ({ ...frame, track }))),
  ].sort((a, b) => a.dts - b.dts)
  send(frames)
  const read = (): unknown[] =>
    lines('index.m3u8', '#EXT-X-MEDIA:TYPE=AUDIO').map((line) =>
      ['NAME', 'LANGUAGE', 'DEFAULT', 'AUTOSELECT'].map((name) => attribute(line, name)),
    )
  assert.deepEqual(read(), [
    ['English', 'en', 'YES', 'YES'],
    ['Deutsch', 'de', 'NO', 'YES'],
    ['Audio 3', undefined, 'NO', 'YES'],
    ['Deutsch 2', 'de', 'NO', 'YES'],
  ])
  hls.setSounds([
    { track: 2, language: 'pt-BR' },
    { track: 3, name: 'Audio description' },
  ])
  assert.deepEqual(read().slice(2), [
    ['Português (Brasil)', 'pt-BR', 'NO', 'YES'],
    ['Audio description', 'de', 'NO', 'YES'],
  ])
})

test('the init of another picture size is hinted before the first part that needs it, and can be had at once', () => {
  const other = makeVideoTrack('128x64')
  const { send, bus, lines, hls } = makeStage()
  send(makeMedia({ video, audio, durationMs: 5000 }))
  assert.deepEqual(lines('v_source.m3u8', '#EXT-X-PRELOAD-HINT:TYPE=MAP'), [])
  bus.splice([other, audio])
  const [hint] = lines('v_source.m3u8', '#EXT-X-PRELOAD-HINT:TYPE=MAP')
  const uri = attribute(hint!, 'URI')!
  assert.ok(hls.file(uri))
  assert.equal(lines('a_source.m3u8', '#EXT-X-PRELOAD-HINT:TYPE=MAP').length, 0, 'sound goes on with its own')
  send(makeMedia({ video: other, audio, startMs: 5000, durationMs: 3000 }))
  assert.equal(attribute(lines('v_source.m3u8', '#EXT-X-MAP').at(-1)!, 'URI'), uri)
  assert.deepEqual(lines('v_source.m3u8', '#EXT-X-PRELOAD-HINT:TYPE=MAP'), [])
})
