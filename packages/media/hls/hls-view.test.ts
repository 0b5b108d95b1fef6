// long because: one stage of clock, packager and view, and every test of the view by it
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAacConfig } from '@sluice/codecs/aac'
import type { AudioTrack, Frame, Track } from '@sluice/codecs/frame'
import { parseMediaPlaylist, parseMultivariantPlaylist } from '@sluice/containers/m3u8'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { type ReadPlaylist, readPlaylist } from '@sluice/testkit/playlists'
import { ProgrammeBus } from '../bus/index.ts'
import { Packager } from '../packager/index.ts'
import { MediaStore } from '../store/index.ts'
import type { ViewFile } from '../view/index.ts'
import { bufferPolicyOf, HlsView } from './index.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()

const textOf = ({ body }: ViewFile): string => Buffer.concat(body).toString()

/** HLS of a programme whose frames arrive as they are due; the programme starts at one second. */
function makeStage(options: { startMs?: number; windowSegments?: number; tracks?: readonly Track[] } = {}) {
  const clock = new FakeClock(options.startMs)
  const bus = new ProgrammeBus()
  let readies = 0
  const windowSegments = options.windowSegments ?? 4
  const policy = bufferPolicyOf({ segmentMs: 2000, partMs: 500, windowSegments })
  const store = new MediaStore({ clock, maxSegments: windowSegments, targetDurationS: policy.targetDurationS })
  const hls = new HlsView({ store, clock, policy, onReady: () => readies++ })
  const packager = new Packager({ bus, store, clock, segmentMs: 2000, partMs: 500 })
  let dueMs = 0
  bus.splice(options.tracks ?? [video, audio])
  const send = (frames: readonly Frame[]): void => {
    for (const frame of frames) {
      clock.advance(Math.max(0, frame.dts / 90 - dueMs))
      dueMs = Math.max(dueMs, frame.dts / 90)
      bus.putFrame(frame)
    }
  }
  const text = (name: string): string => {
    const file = hls.file(name)
    assert.ok(file, `${name} is not there`)
    return textOf(file)
  }
  return { clock, bus, packager, hls, store, send, readies: () => readies, media: () => parseMediaPlaylist(text('media.m3u8')), text }
}

test('the playlists of a steady programme are as written down [PLB-01]', () => {
  const { send, text } = makeStage()
  send(makeMedia({ video, audio, startMs: 1000, durationMs: 12_000 }))
  assert.equal(
    text('media.m3u8'),
    `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:1700000001
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="m_source-s44we8-1i.mp4"
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:23.000Z
#EXTINF:2.000,
m_source-s44we8-1700000001.m4s
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:25.000Z
#EXTINF:2.000,
m_source-s44we8-1700000002.m4s
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:27.000Z
#EXTINF:2.000,
m_source-s44we8-1700000003.m4s
#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:29.000Z
#EXTINF:2.000,
m_source-s44we8-1700000004.m4s
`,
  )
  assert.match(
    text('plain.m3u8'),
    /CODECS="avc1\.42c00a,mp4a\.40\.2",RESOLUTION=64x64,FRAME-RATE=30\.000,CLOSED-CAPTIONS=NONE\nmedia\.m3u8\n$/,
  )
})

test('nothing is served before the first segment, and readiness is told once', () => {
  const { send, readies, hls } = makeStage()
  send(makeMedia({ video, audio, durationMs: 1990 }))
  assert.equal(hls.file('index.m3u8'), null)
  assert.equal(hls.isReady, false)
  send(makeMedia({ video, audio, startMs: 2000, durationMs: 6000 }))
  assert.equal(hls.isReady, true)
  assert.equal(readies(), 1)
})

test('a splice of the same tracks marks a discontinuity and keeps the init segment [FAI-10]', () => {
  const { send, bus, media } = makeStage()
  send(makeMedia({ video, audio, durationMs: 3000, gopFrames: 30 }))
  bus.splice([makeVideoTrack(), makeAudioTrack()])
  send(makeMedia({ video, audio, startMs: 3040, durationMs: 4200 }))
  const { segments, mediaSequence } = media()
  assert.deepEqual(
    segments.map((one) => [Math.round(one.durationS * 10) / 10, one.hasDiscontinuity ?? false]),
    [
      [2, false],
      [1, false],
      [2, true],
      [2, false],
    ],
  )
  assert.equal(new Set(segments.map((one) => one.map?.uri)).size, 1)
  assert.equal(mediaSequence, 1_700_000_000)
})

test('another size in mid-stream gives a new init segment behind a discontinuity, and both can be fetched', () => {
  const { send, media, hls } = makeStage()
  send(makeMedia({ video, audio, durationMs: 3000, gopFrames: 30 }))
  send(makeMedia({ video: makeVideoTrack('128x64'), audio, startMs: 3000, durationMs: 4200 }))
  const { segments } = media()
  const inits = segments.map((one) => one.map!.uri)
  assert.deepEqual(
    segments.map((one) => one.hasDiscontinuity ?? false),
    [false, false, true, false],
  )
  assert.equal(new Set(inits).size, 2)
  for (const uri of inits) assert.equal(hls.file(uri)?.contentType, 'video/mp4')
})

test('audio that joins late gives a new init segment', () => {
  const { send, media } = makeStage({ tracks: [video] })
  send(makeMedia({ video, durationMs: 2500, gopFrames: 30 }))
  send(makeMedia({ video, audio, startMs: 2500, durationMs: 6100, gopFrames: 30 }))
  assert.deepEqual(
    media().segments.map((one) => one.hasDiscontinuity ?? false),
    [false, false, true, false],
  )
})

test('every listed file can be fetched, with a type, and segments stay for a while after they left the playlist', () => {
  const { send, media, hls, clock } = makeStage()
  send(makeMedia({ video, audio, durationMs: 8100 }))
  const early = media().segments[0]!.uri
  send(makeMedia({ video, audio, startMs: 8100 + 33, durationMs: 6000 }))
  for (const { uri } of media().segments)
    assert.deepEqual([hls.file(uri)?.contentType, hls.file(uri)?.isFixed], ['video/iso.segment', true])
  assert.ok(media().segments.every(({ uri }) => uri !== early))
  assert.notEqual(hls.file(early), null)
  clock.advance(6000)
  send(makeMedia({ video, audio, startMs: 20_200, durationMs: 100 }))
  assert.equal(hls.file(early), null)
  assert.equal(hls.file('../secret'), null)
  assert.equal(hls.file('media.m3u8')?.isFixed, false)
})

test('a discontinuity is counted when it leaves the playlist, once, and by an end of the programme too', () => {
  const { send, packager, media, clock } = makeStage({ windowSegments: 3, tracks: [video] })
  const counts: number[] = []
  const add = (i: number): void => {
    send(makeMedia({ video, startMs: i * 2000, durationMs: 2000 }))
    if (i === 1 || i === 2 || i === 11) packager.finishSegment()
  }
  for (let i = 0; i < 15; i++) {
    add(i)
    if (i > 0) counts.push(media().discontinuitySequence)
  }
  assert.deepEqual(counts, [0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2])
  packager.clear()
  clock.advance(60_000)
  send(makeMedia({ video, startMs: 100_000, durationMs: 4100 }))
  assert.deepEqual([media().discontinuitySequence, media().segments[0]!.hasDiscontinuity], [3, true])
})

test('large segments leave the playlist sooner, and their discontinuities are counted', () => {
  const { send, packager, media } = makeStage({ tracks: [video] })
  for (let i = 0; i < 7; i++) {
    send(makeMedia({ video, startMs: 1000 + i * 2000, durationMs: 1900, fps: 4, frameBytes: 4_000_000 }))
    packager.finishSegment()
  }
  const { segments, discontinuitySequence } = media()
  assert.deepEqual([segments.length, discontinuitySequence], [4, 2])
})

test('a name that was never given out finds nothing, whatever number it holds', () => {
  const { send, media, hls } = makeStage()
  send(makeMedia({ video, audio, durationMs: 4100 }))
  const { uri, map } = media().segments[0]!
  const [id, epoch, number] = uri.replace('.m4s', '').split('-')
  const wrong = [
    `${id}-${epoch}-0${number}.m4s`,
    `${id}-0${epoch}-${number}.m4s`,
    `${id}-${epoch}x-${number}.m4s`,
    `${id}-${epoch}-${Number(number) + 2}.m4s`,
    `${id}-${epoch}-${number}.mp4`,
    `${id}-${epoch}-${number}i.mp4`,
    `x${uri}`,
  ]
  for (const name of [...wrong, `${map!.uri}x`, map!.uri.replace('-1i.', '-01i.'), map!.uri.replace('-1i.', '-2i.'), `init-${uri}`, ''])
    assert.deepEqual([hls.file(name), hls.has(name)], [null, false], name)
  assert.deepEqual([hls.has(uri), hls.has(map!.uri)], [true, true])
})

test('a view of a store that holds segments already shows them', () => {
  const { send, store, hls, clock } = makeStage({ tracks: [video] })
  send(makeMedia({ video, durationMs: 12_000, gopFrames: 135 }))
  const late = new HlsView({ store, clock, policy: hls.policy, onReady: () => assert.fail('it was ready all along') })
  assert.deepEqual(late.file('media.m3u8')?.body, hls.file('media.m3u8')?.body)
})

test('the media sequence never goes back: over splices, an end, and a start anew', () => {
  const seen: number[] = []
  const first = makeStage({ tracks: [video] })
  const note = (stage: ReturnType<typeof makeStage>): void => {
    const { mediaSequence, segments } = stage.media()
    seen.push(mediaSequence, mediaSequence + segments.length - 1)
  }
  first.send(makeMedia({ video, durationMs: 60_000, gopFrames: 59 }))
  note(first)
  first.packager.clear()
  assert.deepEqual([first.media().isEnded, first.hls.isReady], [true, false])
  first.clock.advance(59_999)
  assert.equal(first.media().isEnded, true)
  first.clock.advance(1)
  assert.equal(first.hls.file('media.m3u8'), null)
  first.send(makeMedia({ video, startMs: 70_000, durationMs: 5000 }))
  note(first)
  const again = makeStage({ startMs: first.clock.nowMs() + 3000, tracks: [video] })
  again.send(makeMedia({ video, durationMs: 5000 }))
  note(again)
  for (let i = 2; i < seen.length; i += 2) assert.ok(seen[i]! > seen[i - 1]!, seen.join(' '))
})

test('the last moments of a source can be had at once, and what follows is a discontinuity', () => {
  const { send, media, packager, bus } = makeStage()
  send(makeMedia({ video, audio, durationMs: 3000 }))
  packager.finishSegment()
  assert.deepEqual(
    media().segments.map((one) => Math.round(one.durationS)),
    [2, 1],
  )
  bus.splice([video, audio])
  send(makeMedia({ video, audio, startMs: 9000, durationMs: 2100 }))
  assert.deepEqual(
    media().segments.map((one) => one.hasDiscontinuity ?? false),
    [false, false, true],
  )
})

test('the target duration is at least every segment, rounded, and the same whatever the GOP is', () => {
  for (const gopFrames of [20, 60, 135, 600]) {
    const { send, media } = makeStage({ tracks: [video] })
    send(makeMedia({ video, durationMs: 20_000, gopFrames }))
    const { segments, targetDurationS } = media()
    assert.equal(targetDurationS, 2)
    for (const { durationS } of segments) assert.ok(Math.round(durationS) <= targetDurationS, `${durationS} s`)
  }
})

test('segments that a large GOP parts are not told to be independent, and are again once they are', () => {
  const { send, media, text } = makeStage()
  const isTold = () => [media().hasIndependentSegments, parseMultivariantPlaylist(text('index.m3u8')).hasIndependentSegments]
  const second = (atS: number, isKey: boolean, byteCount: number) =>
    Array.from({ length: 4 }, (_, i) => makeFrame(video, 1000 + atS * 1000 + i * 250, { isKey: isKey && i === 0, byteCount }))
  // 64 Mbit/s and key frames 10 s apart: more than one segment may hold.
  for (let atS = 0; atS < 12; atS++) send(second(atS, atS % 10 === 0, 2_000_000))
  assert.deepEqual(isTold(), [false, false])
  for (let atS = 12; atS < 30; atS++) send(second(atS, atS % 2 === 0, 1000))
  assert.deepEqual(isTold(), [true, true])
})

test('the stub before a splice does not count for the bandwidth', () => {
  const { send, bus, text } = makeStage({ tracks: [video] })
  send(makeMedia({ video, durationMs: 2000, frameBytes: 1000 }))
  send([makeFrame(video, 2000, { isKey: true, byteCount: 200_000 })])
  bus.splice([video])
  send(makeMedia({ video, startMs: 2100, durationMs: 2100, frameBytes: 1000 }))
  const [variant] = parseMultivariantPlaylist(text('index.m3u8')).variants
  assert.ok(variant!.bandwidthBps < 300_000, `${variant!.bandwidthBps}`)
})

/** Opus with a head that breaks off. */
const unpackable: AudioTrack = { ...audio, codec: 'opus', config: new Uint8Array(3) }

/** AAC-LC of 48 kHz with this channel configuration; 0 is 5.1(side) as FFmpeg writes it. */
function withLayout(channelConfig: number): AudioTrack {
  const side = [0x11, 0x80, 0x04, 0xc8, 0x44, 0x00, 0x20, 0x00, 0xc4, 0x00]
  const config = Uint8Array.from(channelConfig === 0 ? side : [0x11, 0x80 | (channelConfig << 3)])
  return { ...audio, channels: readAacConfig(config).channels, config }
}

const codecsIn = (index: string): string => /CODECS="([^"]+)"/.exec(index)?.[1] ?? ''
const withoutSound: readonly [name: string, track: AudioTrack, why: string][] = [
  ['MP3', { ...audio, codec: 'mp3', codecString: 'mp4a.40.34', config: new Uint8Array([0xff, 0xfb, 0x90, 0]) }, 'browsers'],
  ['AC-3', { ...audio, codec: 'ac3', codecString: 'ac-3' }, 'browsers'],
  ['E-AC-3', { ...audio, codec: 'eac3', codecString: 'ec-3' }, 'browsers'],
  ['AAC with a program config element', withLayout(0), 'layout'],
  ['AAC 7.1 of configuration 12', withLayout(12), 'layout'],
  ['a broken Opus head', unpackable, 'packaged'],
]
for (const [name, track, why] of withoutSound) {
  test(`sound that can not be played (${name}) is left out and named, and the picture is there`, () => {
    const { send, packager, text, hls } = makeStage({ tracks: [video, track] })
    send(makeMedia({ video, audio: track, startMs: 100, durationMs: 4400 }))
    assert.equal(hls.isReady, true)
    assert.equal(codecsIn(text('index.m3u8')), video.codecString)
    const { kind, codec, codecString } = track
    assert.deepEqual(packager.limits, { leftOut: [{ kind, codec, codecString, why }], limited: [] })
    send([makeFrame(audio, 4600)])
    send(makeMedia({ video, audio, startMs: 4700, durationMs: 4400 }))
    assert.deepEqual(packager.limits, { leftOut: [], limited: [] })
    assert.equal(codecsIn(text('index.m3u8')), `${video.codecString},${audio.codecString}`)
  })
}

test('a codec that some browsers lack is packaged and named', () => {
  const opus: AudioTrack = { ...audio, codec: 'flac', codecString: 'flac', config: new Uint8Array(38) }
  const { packager } = makeStage({ tracks: [video, opus] })
  assert.deepEqual(
    packager.limits.limited.map(({ codec, why }) => [codec, why]),
    [['flac', 'some-browsers']],
  )
})

test('a programme of nothing that can be played has no package, and says of what', () => {
  const { send, packager, hls } = makeStage({ tracks: [unpackable] })
  send(Array.from({ length: 200 }, (_, i) => makeFrame(unpackable, i * 21)))
  assert.equal(hls.isReady, false)
  assert.equal(packager.limits.leftOut.length, 1)
})

test('playlists name what stands beside them, or below another folder', () => {
  const { send, hls } = makeStage()
  send(makeMedia({ video, audio, durationMs: 4400 }))
  const names = textOf(hls.file('media.m3u8', { media: '', prefix: '../' })!).match(/^[^#\n].*$|(?<=URI=")[^"]+/gm)!
  assert.ok(names.length >= 3 && names.every((name) => name.startsWith('../') && hls.has(name.slice(3))), names.join(' '))
  assert.match(textOf(hls.file('plain.m3u8', { media: '~x/', prefix: '' })!), /^~x\/media\.m3u8$/m)
  assert.match(textOf(hls.file('index.m3u8', { media: '~x/', prefix: '' })!), /^~x\/v_source\.m3u8$/m)
})

test('a closed packager takes nothing more', () => {
  const { send, packager, hls } = makeStage({ tracks: [video] })
  packager.close()
  send(makeMedia({ video, durationMs: 3000 }))
  assert.equal(hls.isReady, false)
})

test('the first playlist is waited for, three seconds at most; a reload for three target durations', () => {
  const { send, hls, clock } = makeStage({ tracks: [video] })
  const answers: string[] = []
  const ask = (name: string, query = ''): unknown =>
    hls.ask(name, new URLSearchParams(query), { media: '', prefix: '' }, (answer) =>
      answers.push(typeof answer === 'string' ? answer : 'file'),
    )
  ask('index.m3u8')
  assert.deepEqual(answers, ['missing'], 'nothing is on')
  send(makeMedia({ video, durationMs: 100 }))
  ask('index.m3u8')
  ask('v_source.m3u8')
  assert.equal(hls.waiting, 2)
  clock.advance(3000)
  assert.deepEqual(answers.splice(0), ['missing', 'missing', 'missing'])
  ask('index.m3u8')
  send(makeMedia({ video, startMs: 200, durationMs: 2100 }))
  assert.deepEqual(answers.splice(0), ['file'])
  const open = media()
  ask('v_source.m3u8', `_HLS_msn=${open + 1}&_HLS_part=0`)
  assert.deepEqual([answers.length, hls.waiting], [0, 1])
  clock.advance(5999)
  assert.equal(answers.length, 0)
  clock.advance(1)
  assert.deepEqual([answers.splice(0), hls.waiting, clock.pendingTimers], [['late'], 0, 0])
  ask('v_source.m3u8', `_HLS_msn=${open + 1}&_HLS_part=0`)
  hls.close()
  assert.deepEqual([answers, clock.pendingTimers], [['missing'], 0])

  function media(): number {
    return Number(/MEDIA-SEQUENCE:(\d+)/.exec(textOf(hls.file('v_source.m3u8')!))![1]) + 1
  }
})

test('a player that waits at the end of the programme gets its end', () => {
  const { send, hls, packager } = makeStage({ tracks: [video] })
  send(makeMedia({ video, durationMs: 5000 }))
  const { hint } = readPlaylist(textOf(hls.file('v_source.m3u8')!))
  const answers: (ViewFile | string)[] = []
  for (const [name, query] of [
    ['v_source.m3u8', '_HLS_msn=1700000003&_HLS_part=0'],
    [hint!, ''],
  ]) {
    hls.ask(name!, new URLSearchParams(query), { media: '', prefix: '' }, (answer) => answers.push(answer))
  }
  assert.deepEqual([hls.waiting, answers.length], [2, 0])
  packager.clear()
  assert.equal(hls.waiting, 0)
  const list = answers.find((answer): answer is ViewFile => typeof answer === 'object' && answer.gzip !== null)!
  const part = answers.find((answer) => answer !== list)
  assert.match(textOf(list), /#EXT-X-ENDLIST/)
  assert.ok(part === 'missing' || typeof part === 'object', 'the hinted part is there, or never will be')
})

test('a delta leaves out what a player has had, and a player that puts them together has the full list', () => {
  const { send, hls, bus } = makeStage({ tracks: [video], windowSegments: 12 })
  let merged: ReadPlaylist | null = null
  for (let i = 0; i < 20; i++) {
    send(makeMedia({ video, startMs: 1000 + i * 2000, durationMs: 2000 }))
    if (i === 9) bus.splice([video])
    if (i < 1) continue
    const full = readPlaylist(textOf(hls.file('v_source.m3u8')!))
    const asked: ViewFile[] = []
    hls.ask('v_source.m3u8', new URLSearchParams('_HLS_skip=YES'), { media: '', prefix: '' }, (answer) => asked.push(answer as ViewFile))
    const delta = readPlaylist(textOf(asked[0]!))
    const before: ReadPlaylist['segments'] = merged?.segments.slice(delta.mediaSequence - merged.mediaSequence) ?? []
    assert.equal(delta.mediaSequence, full.mediaSequence)
    if (i > 10) assert.ok(delta.skipped >= 3, `${delta.skipped} are left out`)
    const segments: ReadPlaylist['segments'] = [...before.slice(0, delta.skipped), ...delta.segments]
    const facts = (list: ReadPlaylist['segments']): unknown => list.map(({ parts: _, ...facts }) => facts)
    assert.deepEqual(facts(segments), facts(full.segments))
    merged = { ...delta, segments, skipped: 0 }
  }
})

test('a crowd that waits is answered in turns, each once, and a fault in one answer costs nobody else theirs', () => {
  const { send, hls, store } = makeStage({ tracks: [video] })
  send(makeMedia({ video, durationMs: 5000 }))
  const { hint } = readPlaylist(textOf(hls.file('v_source.m3u8')!))
  const answered: number[] = []
  const atOnce: number[] = []
  store.subscribe({ onChange: () => atOnce.push(answered.length) })
  for (let i = 0; i < 1000; i++) {
    hls.ask(hint!, new URLSearchParams(), { media: '', prefix: '' }, () => {
      answered.push(i)
      if (i % 100 === 3) throw new Error('a connection that is gone')
    })
  }
  send(makeMedia({ video, startMs: 5000, durationMs: 600, gopFrames: 1000 }).slice(1))
  assert.ok(atOnce.includes(64), `${atOnce} in the programme's own turn`)
  assert.deepEqual([answered.length, new Set(answered).size, hls.waiting], [1000, 1000, 0])
})

test('the playlist of key frames keeps step with the segments, and says which have none', () => {
  const { send, text } = makeStage({ tracks: [video], windowSegments: 12 })
  send(makeMedia({ video, durationMs: 17_000, gopFrames: 240 }))
  const list = text('v_source-i.m3u8')
  const [uris, ranges, gaps] = [/^\S+\.m4s$/gm, /#EXT-X-BYTERANGE/g, /#EXT-X-GAP/g].map((form) => list.match(form)?.length ?? 0)
  assert.equal(uris, readPlaylist(text('v_source.m3u8')).segments.length)
  assert.ok(gaps! >= 4 && ranges! >= 2 && gaps! + ranges! === uris, list)
})
