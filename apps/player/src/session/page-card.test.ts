import type { EventPage } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { cardOf, formatLeft, type PageFacts } from './page-card.ts'

const nowMs = Date.parse('2026-11-29T18:00:00.000Z')
const empty: EventPage = {
  ...{ title: null, host: null, text: null, startsAt: null, beforeText: null, breakText: null, endText: null, colour: null },
  ...{ poster: null, logo: null },
}
const facts = (state: PageFacts['state'], page: Partial<EventPage> = {}, isBreak = false): PageFacts => ({
  name: 'Main',
  state,
  page: { ...empty, ...page },
  player: null,
  isBreak,
})
const soon = new Date(nowMs + 12 * 60_000 + 41_000).toISOString()

test('before the show there is a countdown in the viewer’s own time, and the operator’s words', () => {
  const card = cardOf(
    facts('before', { title: 'Evening show', startsAt: soon, beforeText: 'Doors open at 18:30.' }),
    'waiting',
    nowMs,
    'en-GB',
  )
  expect(card).toMatchObject({ kick: 'Evening show starts in', timer: '12:41' })
  expect(card?.text).toMatch(/^Sunday,? 29 November, \d\d:\d\d your time\. Doors open at 18:30\.$/)
})

test('without a time, and after it, it waits under the name', () => {
  expect(cardOf(facts('before'), 'waiting', nowMs)).toMatchObject({ kick: 'Waiting for the stream', title: 'Main', timer: '' })
  const late = cardOf(facts('before', { startsAt: new Date(nowMs).toISOString() }), 'waiting', nowMs)
  expect(late).toMatchObject({ kick: 'Starting soon', timer: '' })
})

test('a picture that plays is left alone until this viewer sees the slate', () => {
  expect(cardOf(facts('live'), 'live', nowMs)).toBeNull()
  expect(cardOf(facts('live', {}, true), 'live', nowMs)?.title).toBe('We’ll be right back')
  expect(cardOf(facts('break', { breakText: 'Ten minutes.' }), 'waiting', nowMs)?.text).toBe('Ten minutes.')
})

test('after the show viewers are thanked, and told of the next one when it has a time', () => {
  expect(cardOf(facts('ended'), 'waiting', nowMs)).toMatchObject({ title: 'Thank you for watching', text: '' })
  expect(cardOf(facts('ended', { startsAt: soon }), 'waiting', nowMs, 'en-GB')?.text).toMatch(/^The next show is on Sunday,? 29 November/)
  expect(cardOf(facts('ended', { startsAt: soon, endText: 'See you.' }), 'waiting', nowMs)?.text).toBe('See you.')
})

test('what concerns the player itself is not covered', () => {
  for (const player of ['loading', 'starting', 'unplayable', 'unreachable', 'unknown'] as const)
    expect(cardOf(facts('before'), player, nowMs)).toBeNull()
  expect(cardOf(null, 'waiting', nowMs)).toBeNull()
})

test('time left is as long as it must be', () => {
  expect([1, 59_000, 60_000, 3_600_000, 7_509_000, 86_400_000, 273_600_000].map(formatLeft)).toEqual([
    '0:01',
    '0:59',
    '1:00',
    '1:00:00',
    '2:05:09',
    '1 day 0 h',
    '3 days 4 h',
  ])
})
