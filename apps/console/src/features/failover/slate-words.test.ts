import type { Channel } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { slateNow, slateShows } from './slate-words.ts'

const slate: Channel['slate'] = { shows: 'name', clipId: null, state: 'ready', now: 'chosen', reason: null }

test('a slate that is there needs no words, one that is not says what would be shown and why', () => {
  expect(slateNow(slate)).toBeNull()
  expect(slateNow({ ...slate, state: 'off', now: 'nothing' })).toBeNull()
  expect(slateNow({ ...slate, shows: 'last-picture', now: 'last-picture' })).toBeNull()
  const waiting = slateNow({ ...slate, state: 'waiting', now: 'last-picture', reason: 'it is created once the channel is live' })
  expect(waiting).toEqual({
    text: 'If all inputs failed now, the slate would be the last picture: it is created once the channel is live.',
    isTroubled: false,
  })
  expect(slateNow({ ...slate, state: 'unavailable', now: 'last-picture', reason: 'node-av is not installed' })?.isTroubled).toBe(true)
})

test('a clip is called by its name, once that is known', () => {
  expect(slateShows(slate, undefined)).toBe("the channel's name")
  expect(slateShows({ ...slate, shows: 'clip', clipId: 'c' }, undefined)).toBe('a clip')
  expect(slateShows({ ...slate, shows: 'clip', clipId: 'c' }, 'Pause card')).toBe('Pause card')
})
