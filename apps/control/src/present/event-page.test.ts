import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageState } from '@sluice/contract/api'
import { pageState } from './event-page.ts'

const nowMs = Date.parse('2026-01-01T20:00:00.000Z')
const minutes = 60_000
const at = (offsetMs: number): string => new Date(nowMs + offsetMs).toISOString()
const running = { endedAt: null }
const over = (agoMs: number) => ({ endedAt: at(-agoMs) })
const cutShort = (agoMs: number) => ({ endedAtMs: nowMs - agoMs, endedBy: 'engine' })
const live = { state: 'live', source: 'primary' } as const
const slate = { state: 'live', source: 'slate' } as const
const idle = { state: 'idle', source: 'none' } as const
const planned = { endedAtMs: null, startsAt: at(60 * minutes) }
const unplanned = { endedAtMs: null, startsAt: null }

const cases: { name: string; given: Parameters<typeof pageState>; want: PageState }[] = [
  { name: 'a channel that was never on waits', given: [idle, null, null, unplanned, nowMs], want: 'before' },
  { name: 'a channel that no engine carries waits', given: [null, null, null, planned, nowMs], want: 'before' },
  { name: 'media is live', given: [live, running, null, planned, nowMs], want: 'live' },
  { name: 'a slate is a break', given: [slate, running, null, unplanned, nowMs], want: 'break' },
  { name: 'a source that is gone within the hold is a break', given: [idle, running, null, unplanned, nowMs], want: 'break' },
  { name: 'a broadcast that is over has ended', given: [idle, over(3 * minutes), null, unplanned, nowMs], want: 'ended' },
  { name: 'the thanks stay although the next show is planned', given: [idle, over(29 * minutes), null, planned, nowMs], want: 'ended' },
  { name: 'the next show comes half an hour later', given: [idle, over(31 * minutes), null, planned, nowMs], want: 'before' },
  {
    name: 'a start that has passed plans nothing',
    given: [idle, over(31 * minutes), null, { endedAtMs: null, startsAt: at(-1) }, nowMs],
    want: 'ended',
  },
  {
    name: 'a show that was ended is over though its encoder sends',
    given: [live, running, null, { endedAtMs: nowMs - 1000, startsAt: null }, nowMs],
    want: 'ended',
  },
  {
    name: 'an engine that was restarted knows of no show, and the show goes on',
    given: [idle, null, { endedAtMs: null, endedBy: null }, planned, nowMs],
    want: 'break',
  },
  {
    name: 'a show that was given up with its engine is a break for as long as its encoder may come back',
    given: [null, null, cutShort(59_000), unplanned, nowMs],
    want: 'break',
  },
  {
    name: 'a show whose encoder never came back has ended',
    given: [idle, null, cutShort(61_000), unplanned, nowMs],
    want: 'ended',
  },
  {
    name: 'a show that ended before the engine was restarted has ended',
    given: [idle, null, { endedAtMs: nowMs - 5000, endedBy: 'source' }, unplanned, nowMs],
    want: 'ended',
  },
  {
    name: 'a show that an operator ended is over though its engine was restarted since',
    given: [idle, null, { endedAtMs: null, endedBy: null }, { endedAtMs: nowMs - 1000, startsAt: null }, nowMs],
    want: 'ended',
  },
  { name: 'what runs now counts more than what is stored', given: [live, running, cutShort(90_000), unplanned, nowMs], want: 'live' },
]
for (const { name, given, want } of cases) test(`the player page: ${name}`, () => assert.equal(pageState(...given), want))
