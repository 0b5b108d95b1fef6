import { expect, test } from 'vitest'
import { latencyOffer } from './latency-offer.ts'

test('a higher latency can be set here, a lower one only while it is ours', () => {
  expect(latencyOffer(560, 120, 120)).toEqual({ kind: 'set', latencyMs: 560 })
  expect(latencyOffer(120, 500, 500)).toEqual({ kind: 'set', latencyMs: 120 })
  expect(latencyOffer(120, 2000, 500)).toEqual({ kind: 'note', text: 'The encoder asks for 2000 ms. Lower it there.' })
})

test('a latency that is set already is not offered again', () => {
  expect(latencyOffer(560, 120, 560).kind).toBe('note')
  expect(latencyOffer(560, 560, 560).kind).toBe('none')
  expect(latencyOffer(null, 500, 500).kind).toBe('none')
})

test('what an input takes is the limit', () => {
  expect(latencyOffer(12_000, 500, 500)).toEqual({ kind: 'set', latencyMs: 8000 })
})
