import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mutationsOf } from '@sluice/testkit/random'
import { formatMpd, type Mpd, parseMpd } from './index.ts'
import { formatDuration90k, formatDurationMs, parseDateTime, parseDuration } from './times.ts'
import { element, escapeXml, readXml } from './xml.ts'

const timing = { schemeIdUri: 'urn:mpeg:dash:utc:http-iso:2014', value: 'time.iso' }
const mpd: Mpd = {
  profiles: ['urn:mpeg:dash:profile:isoff-live:2011'],
  availabilityStartMs: 0,
  publishMs: 1_700_000_000_123,
  minimumUpdatePeriodMs: 1000,
  duration90k: null,
  timeShiftBufferDepthMs: 12_000,
  maxSegmentDurationMs: 2000,
  minBufferTimeMs: 1000,
  suggestedPresentationDelayMs: 2050,
  location: '~a&b/manifest.mpd',
  serviceDescription: { latency: { targetMs: 2050, minMs: 1550, maxMs: 6000 }, playbackRate: { min: 0.96, max: 1.06 } },
  utcTimings: [timing],
  periods: [
    {
      id: 'a-1',
      start90k: 1_700_000_000 * 90_000 + 1,
      eventStreams: [
        {
          schemeIdUri: 'urn:scte:scte35:2013:xml+bin',
          timescale: 90_000,
          presentationTimeOffset: 90_000,
          events: [{ id: 7, time: 180_000, duration: 45_000, section: new Uint8Array([0xfc, 1, 2]) }],
        },
      ],
      adaptationSets: [
        {
          id: 100,
          contentType: 'audio',
          lang: 'de',
          label: 'Ton <1> & "2"',
          role: 'main',
          startsWithKey: true,
          continues: { periodId: 'a-0', by: 'continuity' },
          producerReference: { wallMs: 1_700_000_000_000, presentationTime: 90_000, utcTiming: timing },
          chunkDuration: 45_000,
          template: {
            timescale: 90_000,
            presentationTimeOffset: 90_000,
            availabilityTimeOffsetS: 1.45,
            media: '$RepresentationID$-e-$Number$.m4s',
            startNumber: 41,
            timeline: [
              { time: 90_000, duration: 180_000 },
              { time: 270_000, duration: 180_000 },
              { time: 450_000, duration: 178_000 },
              { time: 700_000, duration: 178_000 },
            ],
          },
          representations: [
            {
              id: 'a_source',
              bandwidthBps: 96_000,
              codecs: 'mp4a.40.2',
              initialization: 'i.mp4',
              sound: { sampleRate: 48_000, channels: 6 },
            },
          ],
        },
      ],
    },
  ],
}

test('what is written is read again', () => {
  const text = formatMpd(mpd)
  assert.match(text, /<S t="90000" d="180000" r="1"\/><S t="450000" d="178000"\/><S t="700000" d="178000"\/>/)
  const read = parseMpd(text)!
  assert.deepEqual(
    [read.isDynamic, read.publishMs, read.minimumUpdatePeriodMs, read.targetLatencyMs, read.location, read.utcTimings],
    [true, 1_700_000_000_123, 1000, 2050, '~a&b/manifest.mpd', [timing]],
  )
  const [period] = read.periods
  const [set] = period!.sets
  assert.deepEqual([set!.lang, set!.label, [...set!.supplements.values()]], ['de', 'Ton <1> & "2"', ['a-0']])
  assert.deepEqual(
    set!.representations[0]!.segments.map(({ number, time, url }) => [number, time, url]),
    [
      [41, 90_000, 'a_source-e-41.m4s'],
      [42, 270_000, 'a_source-e-42.m4s'],
      [43, 450_000, 'a_source-e-43.m4s'],
      [44, 700_000, 'a_source-e-44.m4s'],
    ],
  )
  const [event] = period!.events
  assert.deepEqual([Math.round(event!.atMs - period!.startMs), event!.durationMs, event!.text], [1000, 500, '/AEC'])
})

test('an end is a duration, and then there is no next version', () => {
  const read = parseMpd(formatMpd({ ...mpd, duration90k: 90_000 * 7, minimumUpdatePeriodMs: null }))!
  assert.deepEqual([read.durationMs, read.minimumUpdatePeriodMs, read.isDynamic], [7000, null, false])
})

test('a tick of 1/90000 s stands in a duration, after fifty years too', () => {
  const cases: [number, string][] = [
    [0, 'PT0S'],
    [1, 'PT0.000011S'],
    [90_000 * 86_400, 'P1D'],
    [90_000 * 3661 + 45_000, 'PT1H1M1.5S'],
    [1_700_000_000 * 90_000 + 1, 'P19675DT22H13M20.000011S'],
    [90_000 * 60 - 1, 'PT59.999989S'],
  ]
  for (const [ticks, text] of cases) {
    assert.equal(formatDuration90k(ticks), text)
    assert.equal(Math.round(parseDuration(text)! * 90), ticks)
  }
  assert.equal(formatDurationMs(2050), 'PT2.05S')
  for (const text of ['', 'P', 'PT', 'P1Y', 'P1M', 'PT-1S', '5', 'P1DT']) assert.equal(parseDuration(text), null, text)
  assert.deepEqual([parseDateTime('1970-01-01T00:00:01Z'), parseDateTime('1970-01-01T00:00:01'), parseDateTime('soon')], [1000, 1000, null])
})

test('text of users can not leave its place, and what XML has no place for is left out', () => {
  assert.equal(element('L', { a: '"<&' }, [escapeXml('a\0<b>\u{1f600}')]), '<L a="&quot;&lt;&amp;">a&lt;b&gt;\u{1f600}</L>')
})

test('XML that is not well formed is none', () => {
  for (const text of [
    '',
    '<a>',
    '</a>',
    '<a></b>',
    '<a b=c/>',
    '<a/><b/>',
    'text',
    '<a/>text',
    `${'<a>'.repeat(99)}${'</a>'.repeat(99)}`,
  ]) {
    assert.equal(readXml(text), null, text)
  }
  const read = readXml('<?xml version="1.0"?><!-- c --><a x=\'1 "2"\'> &#65;&#x42;&amp;<b/> </a>')
  assert.deepEqual([read!.text, read!.attributes.get('x'), read!.children[0]!.name], ['AB&', '1 "2"', 'b'])
})

test('any text is a manifest or none (seed 140)', () => {
  const good = new TextEncoder().encode(formatMpd(mpd))
  for (const bytes of mutationsOf(140, Number(process.env['SLUICE_FUZZ'] ?? 3000), [good])) {
    const read = parseMpd(new TextDecoder().decode(bytes))
    assert.ok(read === null || Array.isArray(read.periods))
  }
})
