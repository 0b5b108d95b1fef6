import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BroadcastReport } from '@sluice/contract/api'
import { formatBroadcast, formatBroadcasts } from './broadcast.ts'
import { chooseStyle } from './style.ts'

const style = chooseStyle(false, {})
const nowMs = Date.parse('2026-03-01T20:10:00.000Z')
const report: BroadcastReport = {
  id: 'b1',
  channelId: 'c1',
  startedAt: '2026-03-01T20:00:00.000Z',
  endedAt: null,
  endedBy: null,
  figuresAt: '2026-03-01T20:09:59.000Z',
  ...{ wantedMs: 1_200_000, liveMs: 1_199_999, share: 0.999999, aim: 0.995, isAimMet: true },
  outputs: [
    { outputId: 'o1', name: 'Main\x1b[2J', wantedMs: 600_000, liveMs: 599_999, share: 0.999998, isAimMet: true },
    { outputId: 'o2', name: 'Partner', wantedMs: 600_000, liveMs: 596_999, share: 0.994998, isAimMet: false },
  ],
}

test('a broadcast that runs is shown with each output, and no share is rounded up to its target', () => {
  assert.equal(
    formatBroadcast(report, { nowMs, style }),
    [
      'Broadcast   b1',
      'Channel     c1',
      'Started     2026-03-01T20:00:00.000Z',
      'Ended       on air',
      'Lasted      10 min 00 s',
      'Success     99.99 % of scheduled output time, target 99.50 % met',
      'Figures of  2026-03-01T20:09:59.000Z',
      '',
      'OUTPUT      SCHEDULED        LIVE  SUCCESS  TARGET',
      'Main�[2J  10 min 00 s  9 min 59 s  99.99 %  met',
      'Partner   10 min 00 s  9 min 56 s  99.49 %  missed',
      '',
    ].join('\n'),
  )
})

test('a broadcast without outputs has no target, and a list says that there are older ones', () => {
  const endedAt = '2026-03-01T20:00:30.000Z'
  const nothing = { wantedMs: 0, liveMs: 0, share: null, isAimMet: null, outputs: [] }
  const alone: BroadcastReport = { ...report, ...nothing, endedAt, endedBy: 'engine', figuresAt: endedAt }
  const text = formatBroadcast(alone, { nowMs, style })
  assert.match(text, /^Success +no output was scheduled$/m)
  assert.match(text, /Lasted +30 s\n[\s\S]*\n\nNo output took part\.\n$/)
  assert.doesNotMatch(text, /Figures of/)
  const list = formatBroadcasts([alone], { nowMs, style, hasOlder: true })
  assert.match(list, /\n2026-03-01T20:00:00\.000Z +30 s +engine +- +- +b1\nThere are older ones: raise --last\.\n$/)
})
