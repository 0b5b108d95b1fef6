import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogueEntry, Output } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { OutputStats } from '@sluice/contract/link'
import { classPolicies, effectiveLimits } from '@sluice/contract/policy'
import { searchCatalogue } from './catalogue.ts'
import { formatEvent } from './event.ts'
import { formatOutputs } from './output.ts'
import { chooseStyle } from './style.ts'
import { formatTable } from './table.ts'
import { columnsOf, plain } from './text.ts'
import { formatBitrate, formatBytes, formatSpan } from './units.ts'

const style = chooseStyle(false, {})
const nowMs = Date.parse('2026-03-01T10:02:05Z')

const spans: [ms: number, text: string][] = [
  [-5000, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [3_600_000, '1 h 00 min'],
  [12_000_000, '3 h 20 min'],
  [187_200_000, '2 d 4 h'],
]
for (const [ms, text] of spans) test(`${ms} ms is shown as ${text}`, () => assert.equal(formatSpan(ms), text))

test('bitrates and sizes keep their unit readable', () => {
  assert.deepEqual([0, 640_400, 6_024_000].map(formatBitrate), ['-', '640 kbps', '6.02 Mbps'])
  assert.deepEqual([812, 640_000, 4_210_000, 1_500_000_000].map(formatBytes), ['812 B', '640 kB', '4.2 MB', '1.50 GB'])
})

test('a table is aligned by what the eye sees: wide characters take two columns, colours none', () => {
  const red = chooseStyle(true, {}).bad
  const text = formatTable(
    [{ head: 'name' }, { head: 'n', isNumber: true }],
    [
      ['日本', '7'],
      [red('ab'), '12'],
      ['é', ''],
    ],
  )
  assert.equal(text, `NAME   N\n日本   7\n${red('ab')}    12\né\n`)
  assert.equal(columnsOf('🎬 a'), 4)
})

test('control characters of other people’s names never reach the terminal', () => {
  assert.equal(plain('a\x1b[2Jb\r\n\x9bc\u202ed'), 'a\ufffd[2Jb\ufffd\ufffd\ufffdc\ufffdd')
})

test('colour is for terminals, and NO_COLOR takes it away', () => {
  assert.equal(chooseStyle(true, {}).good('x'), '\x1b[32mx\x1b[0m')
  for (const plainStyle of [chooseStyle(false, {}), chooseStyle(true, { NO_COLOR: '1' }), chooseStyle(true, { TERM: 'dumb' })]) {
    assert.equal(plainStyle.good('x'), 'x')
  }
})

const output = (name: string, actual: Output['actual']): Output => ({
  id: `id-${name}`,
  channelId: 'c1',
  destinationId: 'd1',
  name,
  platform: 'custom',
  url: 'rtmp://live.example/app',
  hasKey: true,
  guest: null,
  staleSince: null,
  isTroubled: ['stalled', 'backoff', 'disabled', 'failed'].includes(actual?.state ?? 'idle'),
  class: 'B',
  priority: 100,
  rung: 'source',
  latency: 'standard',
  probeUrl: null,
  delayMs: 0,
  audioTrack: null,
  enhanced: 'off',
  enhancedStanding: null,
  desired: 'running',
  actual,
  limits: {},
  effective: effectiveLimits(classPolicies.B, {}),
  overrides: [],
  violations: [],
  createdAt: '2026-03-01T10:00:00Z',
})

test('outputs are listed with their figures, and trouble says why and what to do', () => {
  const actual = { outputId: 'id-One', since: '2026-03-01T10:00:00Z', generation: 1, attempts: 0, nextRetryAt: null, liveSince: null }
  const outputs = [
    output('One', { ...actual, state: 'live', reason: null }),
    output('Two', {
      ...actual,
      state: 'failed',
      reason: { kind: 'auth', code: 'RTMP_AUTH', message: 'the server refused the key', hint: 'Copy the key again.' },
    }),
    output('Three', null),
  ]
  const figures = {
    outputId: 'id-One',
    bitrateBps: 6_020_000,
    bytesTotal: 94_000_000,
    framesDroppedTotal: 0,
    reconnectsTotal: 1,
    publish: { wantedMs: 100_000, liveMs: 99_999, share: 0.99999 },
  } as OutputStats
  const text = formatOutputs(outputs, { nowMs, style, stats: new Map([['id-One', figures]]), channelNames: new Map([['c1', 'Show']]) })
  assert.equal(
    text,
    [
      'CHANNEL  NAME   CLASS  STATE          FOR    BITRATE     SENT  SUCCESS  DROPPED  RECONNECTS  ADDRESS',
      'Show     One    B      live    2 min 05 s  6.02 Mbps  94.0 MB  99.99 %        0           1  rtmp://live.example/app',
      'Show     Two    B      failed  2 min 05 s          -      0 B        -        0           0  rtmp://live.example/app',
      'Show     Three  B      idle             -          -      0 B        -        0           0  rtmp://live.example/app',
      '',
      'Two: the server refused the key',
      '  Copy the key again.',
      '',
    ].join('\n'),
  )
})

test('an event is one line: time, severity as a word, name, sentence', () => {
  const event: StoredEvent = {
    id: '1',
    at: new Date(2026, 2, 1, 9, 5, 7).toISOString(),
    name: 'output.failed',
    severity: 'error',
    channelId: 'c1',
    subjectId: 'o1',
    message: 'Two: the key was refused\nfor good',
    data: {},
  }
  assert.equal(formatEvent(event, 'Show', style), '09:05:07 error output.failed      Show: Two: the key was refused\ufffdfor good\n')
  assert.equal(
    formatEvent({ ...event, severity: 'info' }, null, style),
    '09:05:07       output.failed      Two: the key was refused\ufffdfor good\n',
  )
})

test('the catalogue is searched by every word, in any case', () => {
  const entry = (id: string, name: string): CatalogueEntry => ({ id, name, category: 'social' }) as CatalogueEntry
  const all = [entry('youtube', 'YouTube Live'), entry('youtube-hls', 'YouTube HLS'), entry('twitch', 'Twitch')]
  const ids = (search: string) => searchCatalogue(all, search).map(({ id }) => id)
  assert.deepEqual(ids('you live'), ['youtube'])
  assert.deepEqual(ids('SOCIAL tw'), ['twitch'])
  assert.deepEqual(ids(''), ['youtube', 'youtube-hls', 'twitch'])
})

test('a limit outside of its class is told under the list, and an override with who and why', () => {
  const limit = { class: 'B', min: null, max: 4000 } as const
  const drifted = { ...output('One', null), violations: [{ field: 'limits.queueMs' as const, found: 5000, limit }] }
  const at = '2026-03-01T10:00:00Z'
  const answered = {
    ...output('Two', null),
    overrides: [{ field: 'limits.queueMs' as const, found: 6000, reason: 'a far\x1b server', by: 'Ada', at }],
  }
  const text = formatOutputs([drifted, answered], { nowMs: 0, style: chooseStyle(false, {}), stats: new Map(), channelNames: null })
  assert.match(text, /One: outside limits.queueMs is 5000; class B allows at most 4000\n/)
  assert.match(text, /Two: override limits.queueMs 6000: a far\ufffd server \(Ada, 2026-03-01T10:00:00Z\)\n/)
})
