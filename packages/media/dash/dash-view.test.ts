import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import { type AudioTrack, type Frame, type Track, ticksPerMs } from '@sluice/codecs/frame'
import { parseMpd, type ReadMpd } from '@sluice/containers/mpd'
import { FakeClock } from '@sluice/testkit/clock'
import { makeAudioTrack, makeFrame, makeHevcTrack, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import { ManifestChecker } from '@sluice/testkit/manifests'
import { randomFrom } from '@sluice/testkit/random'
import { ProgrammeBus } from '../bus/index.ts'
import { bufferPolicyOf } from '../hls/index.ts'
import { Packager, RungPackager } from '../packager/index.ts'
import { MediaStore } from '../store/index.ts'
import type { GrowingFile, ViewAnswer } from '../view/index.ts'
import { DashView } from './index.ts'

const video = makeVideoTrack()
const small = makeVideoTrack('128x64')
const audio = makeAudioTrack()
const policy = bufferPolicyOf({ segmentMs: 2000, partMs: 500, windowSegments: 4 })
const beside = { media: '', prefix: '' }
const lagMs = 250

/** What of one programme that begins at a second comes from `fromMs` up to `toMs`. */
const piece = (fromMs: number, toMs: number, sound: AudioTrack | null = audio): Frame[] =>
  makeMedia({ video, audio: sound, startMs: 1000, durationMs: toMs - 1000 }).filter(({ dts }) => dts >= fromMs * ticksPerMs)

type Stage = ReturnType<typeof makeStage>

/** DASH of a programme whose frames arrive as they are due, and of a rung that lags where `hasRung` says so. */
function makeStage(options: { tracks?: readonly Track[]; hasRung?: boolean; clock?: FakeClock; after?: MediaStore['position'] } = {}) {
  const clock = options.clock ?? new FakeClock()
  const faults: unknown[] = []
  const onFault = (error: unknown): void => void faults.push(error)
  const [bus, rungBus] = [new ProgrammeBus(onFault), new ProgrammeBus(onFault)]
  const store = new MediaStore({ clock, maxSegments: 4, targetDurationS: 2, ...(options.after && { after: options.after }) })
  const rungs = options.hasRung ? ['source', '720p'] : ['source']
  const dash = new DashView({ store, clock, policy, rungs, onFault })
  const parts = { store, clock, segmentMs: 2000, partMs: 500, onFault }
  const packager = new Packager({ ...parts, bus })
  if (options.hasRung) new RungPackager({ ...parts, bus: rungBus, rung: '720p' })
  const splice = (own: Track = small): void => {
    bus.splice(options.tracks ?? [video, audio])
    rungBus.splice([own])
  }
  splice()
  const send = (frames: readonly Frame[]): void => {
    const all = frames.map((frame) => ({ frame, atMs: frame.dts / ticksPerMs, to: bus }))
    const own = options.hasRung
      ? frames
          .filter(({ track }) => track.kind === 'video')
          .map((frame) => ({ frame: { ...frame, track: rungBus.tracks[0]! }, atMs: frame.dts / ticksPerMs + lagMs, to: rungBus }))
      : []
    for (const { frame, atMs, to } of [...all, ...own].sort((a, b) => a.atMs - b.atMs)) {
      clock.advance(Math.max(0, atMs - clock.nowMs()))
      to.putFrame(frame)
    }
  }
  return { clock, bus, rungBus, store, dash, packager, splice, send, faults }
}

function ask({ dash }: Pick<Stage, 'dash'>, name: string, addresses = beside): { answers: ViewAnswer[]; cancel: (() => void) | null } {
  const answers: ViewAnswer[] = []
  const cancel = dash.ask(name, new URLSearchParams(), addresses, (answer) => void answers.push(answer))
  return { answers, cancel }
}

function manifest(stage: Pick<Stage, 'dash'>, addresses = beside): { text: string; mpd: ReadMpd } {
  const [answer] = ask(stage, 'manifest.mpd', addresses).answers
  assert.ok(typeof answer === 'object' && 'gzip' in answer, `the manifest is ${answer}`)
  const text = Buffer.concat(answer.body).toString()
  return { text, mpd: parseMpd(text)! }
}

const growing = (stage: Stage, name: string): GrowingFile => {
  const [file] = ask(stage, name).answers
  assert.ok(typeof file === 'object' && 'follow' in file, `${name} is ${file}`)
  return file
}
const setsOf = ({ mpd }: { mpd: ReadMpd }) =>
  mpd.periods.map(({ sets }) => sets.map(({ representations }) => representations.map(({ id }) => id)))

test('the manifest of a steady programme is as written down [PLB-02]', () => {
  const stage = makeStage()
  stage.send(piece(1000, 5600))
  assert.equal(
    manifest(stage).text.replaceAll('><', '>\n<'),
    `<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:mpeg:dash:schema:mpd:2011 DASH-MPD.xsd" profiles="urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019,http://www.dashif.org/guidelines/low-latency-live-v5" type="dynamic" availabilityStartTime="1970-01-01T00:00:00.000Z" publishTime="2023-11-14T22:13:25.587Z" minimumUpdatePeriod="PT1S" timeShiftBufferDepth="PT8S" maxSegmentDuration="PT2S" minBufferTime="PT1S" suggestedPresentationDelay="PT2.05S">
<ServiceDescription id="0">
<Latency referenceId="0" target="2050" min="1550" max="6000"/>
<PlaybackRate min="0.96" max="1.06"/>
</ServiceDescription>
<Period id="s44we8-0" start="P19675DT22H13M21S">
<AdaptationSet id="1" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">
<InbandEventStream schemeIdUri="https://aomedia.org/emsg/ID3"/>
<ProducerReferenceTime id="0" type="encoder" wallClockTime="2023-11-14T22:13:21.000Z" presentationTime="90000">
<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="time.iso"/>
</ProducerReferenceTime>
<Resync type="1" dT="45000"/>
<Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
<SegmentTemplate timescale="90000" presentationTimeOffset="90000" availabilityTimeOffset="1.45" availabilityTimeComplete="false" media="$RepresentationID$-s44we8-$Number$.m4s" startNumber="1700000000">
<SegmentTimeline>
<S t="90000" d="180000" r="2"/>
</SegmentTimeline>
</SegmentTemplate>
<Representation id="v_source" bandwidth="54000" codecs="avc1.42c00a" width="64" height="64" frameRate="30">
<SegmentTemplate initialization="v_source-s44we8-0i.mp4"/>
</Representation>
</AdaptationSet>
<AdaptationSet id="100" contentType="audio" mimeType="audio/mp4" segmentAlignment="true" startWithSAP="1">
<Label>Audio</Label>
<ProducerReferenceTime id="0" type="encoder" wallClockTime="2023-11-14T22:13:21.000Z" presentationTime="90000">
<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="time.iso"/>
</ProducerReferenceTime>
<Resync type="1" dT="45000"/>
<Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
<SegmentTemplate timescale="90000" presentationTimeOffset="90000" availabilityTimeOffset="1.45" availabilityTimeComplete="false" media="$RepresentationID$-s44we8-$Number$.m4s" startNumber="1700000000">
<SegmentTimeline>
<S t="90000" d="180480"/>
<S t="270480" d="178560"/>
<S t="449040" d="180960"/>
</SegmentTimeline>
</SegmentTemplate>
<Representation id="a_source" bandwidth="29000" codecs="mp4a.40.2" audioSamplingRate="48000">
<AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="2"/>
<SegmentTemplate initialization="a_source-s44we8-0i.mp4"/>
</Representation>
</AdaptationSet>
</Period>
<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="time.iso"/>
</MPD>
`,
  )
})

test('an entry gives each viewer a playback of its own, whose manifests name the same files', () => {
  const stage = makeStage()
  stage.send(piece(1000, 5600))
  const entry = manifest(stage, { media: '~me/', prefix: '' }).mpd
  const own = manifest(stage, { media: '', prefix: '../' }).mpd
  assert.deepEqual([entry.location, own.location], ['~me/manifest.mpd', null])
  assert.equal(entry.publishMs, own.publishMs)
  const [first, second] = [entry, own].map(({ periods }) => periods[0]!.sets[0]!.representations[0]!)
  assert.equal(second!.segments[0]!.url, `../${first!.segments[0]!.url}`)
  assert.equal(second!.initialization, `../${first!.initialization}`)
})

test('the open segment is listed at its first part, and the manifest keeps its date until it says something else [livesim2 181]', () => {
  const stage = makeStage({ tracks: [video] })
  stage.send(piece(1000, 3480, null))
  const [one, again] = [manifest(stage).mpd, manifest(stage).mpd]
  assert.equal(one.periods[0]!.sets[0]!.representations[0]!.segments.length, 1)
  stage.send(piece(3480, 3540, null))
  const open = manifest(stage).mpd
  const { segments } = open.periods[0]!.sets[0]!.representations[0]!
  assert.deepEqual([segments.length, segments[1]!.duration], [2, 180_000])
  assert.equal(one.publishMs, again.publishMs)
  assert.ok(open.publishMs! > one.publishMs!)
})

test('the open segment goes out part by part to all who ask, and is the file that stays', () => {
  const stage = makeStage({ tracks: [video] })
  stage.send(piece(1000, 3540, null))
  const name = manifest(stage).mpd.periods[0]!.sets[0]!.representations[0]!.segments.at(-1)!.url
  const [first, second] = [growing(stage, name), growing(stage, name)]
  assert.equal(first, second, 'it is kept once')
  const heard: number[] = []
  first.follow(() => heard.push(first.body.length))
  const end = second.follow(() => assert.fail('a viewer that went heard of more'))
  end()
  stage.send(piece(3540, 5040, null))
  assert.deepEqual([heard, first.state], [[2, 3, 4], 'whole'])
  const segment = stage.store.rendition('v_source')!.segments.find(({ parts }) => parts[0]!.bytes === first.body[0])!
  assert.deepEqual(
    first.body,
    segment.parts.map(({ bytes }) => bytes),
  )
  assert.equal(stage.dash.serves(name), false, 'a whole segment is the other view’s')
})

test('who asks for the segment that comes next waits for it, and who asks too far ahead or for what never was does not', () => {
  const stage = makeStage({ tracks: [video] })
  stage.send(piece(1000, 4900, null))
  const { segments } = manifest(stage).mpd.periods[0]!.sets[0]!.representations[0]!
  const last = segments.at(-1)!
  const name = (ahead: number): string => last.url.replace(String(last.number), String(last.number + ahead))
  const { answers, cancel } = ask(stage, name(1))
  assert.ok(cancel !== null && stage.dash.serves(name(1)))
  assert.deepEqual([stage.dash.serves(name(3)), ask(stage, name(3)).answers], [false, ['missing']])
  stage.send(piece(4900, 5600, null))
  assert.ok(typeof answers[0] === 'object')
  const silent = ask(stage, name(2))
  stage.clock.advance(6000)
  assert.deepEqual(silent.answers, ['late'])
})

test('nothing is there before the first segment is whole: a player waits three seconds, then it is told so', () => {
  const stage = makeStage()
  assert.deepEqual(ask(stage, 'manifest.mpd').answers, ['missing'], 'an idle channel')
  stage.send(piece(1000, 2000))
  const early = ask(stage, 'manifest.mpd')
  assert.equal(stage.dash.isReload('manifest.mpd', true), false)
  stage.clock.advance(3000)
  assert.deepEqual(early.answers, ['missing'])
})

test('a splice begins a period at the moment it is on the wall, and says what of the one before goes on', () => {
  const stage = makeStage()
  stage.send(piece(1000, 4000))
  stage.packager.finishSegment()
  stage.splice()
  stage.send(makeMedia({ video, audio, startMs: 4700, durationMs: 2600 }))
  const { mpd } = manifest(stage)
  assert.equal(mpd.periods.length, 2)
  const [before, after] = mpd.periods
  assert.equal(after!.startMs - before!.startMs, 3700)
  assert.deepEqual([...after!.sets[0]!.supplements], [['urn:mpeg:dash:period-connectivity:2015', before!.id]])
  const { presentationTimeOffset, segments } = after!.sets[0]!.representations[0]!
  assert.equal(segments[0]!.time, presentationTimeOffset)
})

test('a rung that lags is listed with the source, and its segments are waited for', () => {
  const stage = makeStage({ hasRung: true })
  stage.send(piece(1000, 6400))
  const read = manifest(stage)
  assert.deepEqual(setsOf(read), [[['v_source', 'v_720p'], ['a_source']]])
  const [source, rung] = read.mpd.periods[0]!.sets[0]!.representations
  assert.deepEqual(
    rung!.segments.map(({ number, time }) => [number, time]),
    source!.segments.map(({ number, time }) => [number, time]),
  )
  assert.deepEqual([source!.width, rung!.width, rung!.codecs], [64, 128, small.codecString])
  for (const { url } of rung!.segments.slice(-1)) assert.ok(stage.dash.serves(url))
})

test('a rung with another configuration begins a period that goes on in time', () => {
  const stage = makeStage({ hasRung: true })
  const checker = new ManifestChecker()
  stage.store.subscribe({ onChange: () => stage.dash.isReload('manifest.mpd', true) && void checker.check(manifest(stage).text) })
  stage.send(piece(1000, 5000))
  stage.rungBus.splice([video])
  stage.send(piece(5000, 9000))
  const { mpd } = manifest(stage)
  assert.equal(mpd.periods.length, 2)
  const [before, after] = mpd.periods
  const ends = before!.sets[0]!.representations[0]!.segments.at(-1)!
  const from = before!.sets[0]!.representations[0]!.presentationTimeOffset
  assert.equal(after!.startMs, before!.startMs + (ends.time + ends.duration - from) / ticksPerMs)
  assert.deepEqual(
    [before, after].map((period) => period!.sets[0]!.representations[1]!.width),
    [128, 64],
  )
  assert.deepEqual([...after!.sets[1]!.supplements.keys()], ['urn:mpeg:dash:period-continuity:2015'], 'the sound goes on')
  assert.equal(after!.sets[0]!.supplements.size, 0)
  assert.deepEqual(stage.faults, [])
})

test('a rung that is gone leaves the manifest, and one that comes joins in a period of its own', () => {
  const stage = makeStage({ hasRung: true })
  stage.dash.setRungs(['source'])
  stage.send(piece(1000, 5400))
  assert.deepEqual(setsOf(manifest(stage)), [[['v_source'], ['a_source']]])
  stage.dash.setRungs(['source', '720p'])
  stage.send(piece(5400, 7800))
  assert.deepEqual(setsOf(manifest(stage)), [
    [['v_source'], ['a_source']],
    [['v_source', 'v_720p'], ['a_source']],
  ])
  stage.dash.setRungs(['720p'])
  assert.deepEqual(setsOf(manifest(stage)).at(-1), [['v_720p'], ['a_source']])
})

test('each audio track has a set of its own, and pictures of another codec too', () => {
  const [second, hevc] = [{ ...audio, id: 1 }, makeHevcTrack()]
  const stage = makeStage({ tracks: [video, audio, second], hasRung: true })
  stage.rungBus.splice([hevc])
  const both = piece(1000, 5600)
  stage.send(both.flatMap((frame) => (frame.track === audio ? [frame, { ...frame, track: second }] : [frame])))
  const { mpd } = manifest(stage)
  assert.deepEqual(
    mpd.periods.at(-1)!.sets.map(({ id, representations }) => [id, representations.map((one) => one.id)]),
    [
      ['1', ['v_source']],
      ['2', ['v_720p']],
      ['100', ['a_source']],
      ['101', ['a_source_1']],
    ],
  )
})

test('sounds have languages and names, pictures their captions, and a break is an event of its moment', () => {
  const [german, second] = [
    { ...audio, language: 'de' },
    { ...audio, id: 1 },
  ]
  const stage = makeStage({ tracks: [video, german, second] })
  stage.dash.setSounds([{ track: 1, language: 'en', name: 'Commentary & more' }])
  const both = piece(1000, 5600).flatMap((frame) =>
    frame.track === audio ? [german, second].map((track) => ({ ...frame, track })) : [frame],
  )
  stage.send(both.filter(({ dts }) => dts < 3000 * ticksPerMs))
  stage.store.setCaptions(['CC1', 'SERVICE1'])
  const section = fromHex('fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a')
  stage.store.mark('scte35', 4000 * ticksPerMs, section)
  stage.store.mark('scte35', 4000 * ticksPerMs, section)
  stage.send(both.filter(({ dts }) => dts >= 3000 * ticksPerMs))
  const [period] = manifest(stage).mpd.periods
  const [pictures, first, other] = period!.sets
  assert.deepEqual(
    [first, other].map((set) => [set!.lang, set!.label]),
    [
      ['de', 'Deutsch'],
      ['en', 'Commentary & more'],
    ],
  )
  assert.deepEqual(
    [...pictures!.accessibility],
    [
      ['urn:scte:dash:cc:cea-608:2015', 'CC1=und'],
      ['urn:scte:dash:cc:cea-708:2015', '1=lang:und'],
    ],
  )
  const [event, ...more] = period!.events
  assert.deepEqual([event!.atMs - period!.startMs, event!.durationMs, more.length], [3000, 0x52ccf5 / ticksPerMs, 0])
  assert.deepEqual(Buffer.from(event!.text, 'base64'), Buffer.from(section))
})

test('the end of the programme is its duration, and there is no next version', () => {
  const stage = makeStage()
  stage.send(piece(1000, 6000))
  const before = manifest(stage).mpd
  const name = before.periods[0]!.sets[0]!.representations[0]!.segments.at(-1)!.url
  const file = growing(stage, name)
  stage.packager.clear()
  const { mpd } = manifest(stage)
  assert.equal(file.state, 'whole')
  assert.equal(mpd.minimumUpdatePeriodMs, null)
  assert.ok(Math.abs(mpd.durationMs! - (mpd.periods[0]!.startMs + 5000)) < 30, `${mpd.durationMs! - mpd.periods[0]!.startMs} ms`)
  stage.clock.advance(60_000)
  assert.deepEqual(ask(stage, 'manifest.mpd').answers, ['missing'])
  stage.dash.close()
  assert.equal(stage.clock.pendingTimers, 0)
})

test('a segment whose rendition is removed is broken off, and is not whole', () => {
  const stage = makeStage({ hasRung: true })
  stage.send(piece(1000, 6400))
  const name = manifest(stage).mpd.periods[0]!.sets[0]!.representations[1]!.segments.at(-1)!.url
  const file = growing(stage, name)
  assert.ok(stage.dash.has(name))
  stage.store.remove('v_720p')
  stage.store.publish()
  assert.deepEqual([file.state, stage.dash.has(name)], ['broken', false])
})

test('over a restart the presentation goes on: its start stays, dates and numbers rise, periods have new ids', () => {
  const clock = new FakeClock()
  const checker = new ManifestChecker()
  const first = makeStage({ clock })
  first.send(piece(1000, 6000))
  const before = checker.check(manifest(first).text)
  first.packager.finishSegment()
  const second = makeStage({ clock, after: first.store.position })
  second.send(piece(7000, 12000))
  const after = checker.check(manifest(second).text)
  assert.ok(after.publishMs! > before.publishMs!)
  assert.equal(after.availabilityStartMs, before.availabilityStartMs)
  const ids = new Set(before.periods.map(({ id }) => id))
  assert.ok(after.periods.every(({ id }) => !ids.has(id)))
})

test('what a rate needs is told once, and rises only', () => {
  const stage = makeStage({ tracks: [video] })
  const told: number[] = []
  for (let i = 0; i < 6; i++) {
    const frames = piece(1000 + i * 2000, 3000 + i * 2000, null)
    stage.send(frames.map((frame) => (i === 4 ? { ...frame, bytes: new Uint8Array(20_000) } : frame)))
    if (stage.dash.isReload('manifest.mpd', true)) told.push(manifest(stage).mpd.periods[0]!.sets[0]!.representations[0]!.bandwidthBps)
  }
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  )
  assert.equal(new Set(told).size, 2)
})

test('a hundred players of one segment are told in turns, and a fault of one is nobody else’s', () => {
  const stage = makeStage({ tracks: [video] })
  stage.send(piece(1000, 3540, null))
  const file = growing(stage, manifest(stage).mpd.periods[0]!.sets[0]!.representations[0]!.segments.at(-1)!.url)
  let told = 0
  file.follow(() => {
    throw new Error('this one')
  })
  for (let i = 0; i < 100; i++) file.follow(() => told++)
  stage.send(piece(3540, 4001, null))
  assert.ok(told >= 63 && told < 100, `${told} at once`)
  stage.clock.advance(1)
  assert.equal(told, 100)
  assert.match(String(stage.faults[0]), /this one/)
})

test('the clock file tells the time of the server', () => {
  const stage = makeStage()
  const [answer] = ask(stage, 'time.iso').answers
  assert.ok(typeof answer === 'object' && 'gzip' in answer)
  assert.equal(Date.parse(Buffer.concat(answer.body).toString()), stage.clock.wallMs())
  assert.equal(answer.maxAgeS, null)
})

test('any name and query give an answer or a wait, and leave nothing behind (seed 140)', () => {
  const stage = makeStage()
  stage.send(piece(1000, 5600))
  const random = randomFrom(140)
  const epoch = stage.store.firstNumber.toString(36)
  const pieces = [
    'manifest',
    '.mpd',
    'time',
    '.iso',
    'v_source',
    'a_source',
    '-',
    epoch,
    String(stage.store.firstNumber + 1),
    'p',
    'i',
    '.m4s',
    '.mp4',
    '9'.repeat(15),
    '$Number$',
    '..',
    '/',
    '\0',
    'ü',
  ]
  const names = Array.from({ length: 20_000 }, () =>
    Array.from({ length: random.int(1, 7) }, () => pieces[random.int(0, pieces.length - 1)]).join(''),
  )
  for (const name of [...names, `v_source-${epoch}-${stage.store.firstNumber + 2}.m4s`]) {
    stage.dash.serves(name)
    stage.dash.has(name)
    ask(stage, name).cancel?.()
  }
  assert.deepEqual(stage.faults, [])
  stage.dash.close()
})

test('frames that go backwards and a programme of one frame break no manifest', () => {
  const stage = makeStage()
  const checker = new ManifestChecker()
  stage.store.subscribe({ onChange: () => stage.dash.isReload('manifest.mpd', true) && void checker.check(manifest(stage).text) })
  stage.send([makeFrame(video, 1000, { isKey: true })])
  for (const startMs of [3000, 9000, 9500]) {
    stage.splice()
    stage.send(makeMedia({ video, audio, startMs, durationMs: 400 }))
  }
  stage.send(piece(9200, 12200))
  assert.ok(checker.versions > 2)
  assert.deepEqual(stage.faults, [])
})
