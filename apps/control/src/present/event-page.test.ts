import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageState } from '@sluice/contract/api'
import { pageState } from './event-page.ts'

const nowMs = Date.parse('2026-01-01T20:00:00.000Z')
const minutes = 60_000
const at = (offsetMs: number): string => new Date(nowMs + offsetMs).toISOString()
const running = { endedAt: null }
const over = (agoMs: number) => ({ endedAt: at(-agoMs) })
const live = { state: 'live', source: 'primary' } as const
const slate = { state: 'live', source: 'slate' } as const
const idle = { state: 'idle', source: 'none' } as const
const planned = { endedAtMs: null, startsAt: at(60 * minutes) }
const unplanned = { endedAtMs: null, startsAt: null }

const cases: { name: string; given: Parameters<typeof pageState>; want: PageState }[] = [
  { name: 'a channel that was never on waits', given: [idle, null, unplanned, nowMs], want: 'before' },
  { name: 'a channel that no engine carries waits', given: [null, null, planned, nowMs], want: 'before' },
  { name: 'media is live', given: [live, running, planned, nowMs], want: 'live' },
  { name: 'a slate is a break', given: [slate, running, unplanned, nowMs], want: 'break' },
  { name: 'a source that is gone within the hold is a break', given: [idle, running, unplanned, nowMs], want: 'break' },
  { name: 'a broadcast that is over has ended', given: [idle, over(3 * minutes), unplanned, nowMs], want: 'ended' },
  { name: 'the thanks stay although the next show is planned', given: [idle, over(29 * minutes), planned, nowMs], want: 'ended' },
  { name: 'the next show comes half an hour later', given: [idle, over(31 * minutes), planned, nowMs], want: 'before' },
  {
    name: 'a start that has passed plans nothing',
    given: [idle, over(31 * minutes), { endedAtMs: null, startsAt: at(-1) }, nowMs],
    want: 'ended',
  },
  {
    name: 'a show that was ended is over though its encoder sends',
    given: [live, running, { endedAtMs: nowMs - 1000, startsAt: null }, nowMs],
    want: 'ended',
  },
]
for (const { name, given, want } of cases) test(`the player page: ${name}`, () => assert.equal(pageState(...given), want))
