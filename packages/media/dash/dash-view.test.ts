import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeFrame, makeMedia } from '@sluice/testkit/frames'
import { ManifestChecker } from '@sluice/testkit/manifests'
import { randomFrom } from '@sluice/testkit/random'
import { ask, audio, growing, makeStage, manifest, piece, video } from './testing/dash-stage.ts'

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

test('a view that is closed breaks off what it sends and answers all who wait', () => {
  const stage = makeStage({ tracks: [video] })
  stage.send(piece(1000, 3540, null))
  const { url, number } = manifest(stage).mpd.periods[0]!.sets[0]!.representations[0]!.segments.at(-1)!
  const file = growing(stage, url)
  let told = 0
  file.follow(() => told++)
  const { answers } = ask(stage, url.replace(String(number), String(number + 1)))
  stage.dash.close()
  assert.deepEqual([file.state, told, answers], ['broken', 1, ['missing']])
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
