import { makeChannel, makeInput, makeInputActual } from '@sluice/testkit/rows'
import { expect, test } from 'vitest'
import { outputsSummary, waitingLine } from './channel-look.ts'

test('outputs are counted in words, without the counts that are zero', () => {
  expect(outputsSummary({ total: 0, live: 0, troubled: 0 })).toBe('No outputs yet')
  expect(outputsSummary({ total: 3, live: 3, troubled: 0 })).toBe('3 live')
  expect(outputsSummary({ total: 5, live: 3, troubled: 1 })).toBe('3 live, 1 in trouble, 1 not sending')
})

test('an idle channel with an encoder connected does not say that it waits for one', () => {
  const withInput = (state: 'waiting' | 'connected') => makeChannel({ inputs: [makeInput({ actual: makeInputActual({ state }) })] })
  expect(waitingLine(withInput('waiting'))).toBe('Waiting for an encoder')
  expect(waitingLine(withInput('connected'))).toBe('Encoder connected, no usable media')
})
