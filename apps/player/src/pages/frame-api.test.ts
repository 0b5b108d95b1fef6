import { expect, test } from 'vitest'
import { readWish } from './frame-api.ts'

test('the page around asks in our form, and gets what it may ask for', () => {
  expect(readWish({ sluice: 1, do: 'play' })).toEqual({ do: 'play' })
  expect(readWish({ sluice: 1, do: 'seek', value: -10, more: 1 })).toEqual({ do: 'seek', value: -10 })
  expect(readWish({ sluice: 1, do: 'choose', kind: 'captions', id: -1 })).toEqual({ do: 'choose', kind: 'captions', id: -1 })
})

test('whatever else is posted is no wish', () => {
  for (const data of [
    null,
    'play',
    { do: 'play' },
    { sluice: 2, do: 'play' },
    { sluice: 1, do: 'constructor' },
    { sluice: 1, do: 'volume', value: '1' },
    { sluice: 1, do: 'seek', value: Number.NaN },
    { sluice: 1, do: 'choose', kind: '__proto__', id: 1 },
  ])
    expect(readWish(data)).toBe(null)
})
