import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex } from '@sluice/base/bytes'
import { ticksPerMs } from '@sluice/codecs/frame'
import { FakeClock } from '@sluice/testkit/clock'
import { makeHevcTrack, makeMedia } from '@sluice/testkit/frames'
import { ManifestChecker } from '@sluice/testkit/manifests'
import { audio, makeStage, manifest, piece, setsOf, small, video } from './testing/dash-stage.ts'

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
