import { makeChannel, makeInput, makeInputActual, makeOutput, makeOutputActual } from '@sluice/testkit/rows'
import { expect, test } from 'vitest'
import { gateLevel } from './channel-state.ts'

const channel = makeChannel({ inputs: [makeInput({ id: 'in', actual: makeInputActual({ onAir: true }) })] })
const output = (state: 'live' | 'stalled') => makeOutput({ id: 'out', actual: makeOutputActual({ state }) })
const bitrates = (inBps: number, outBps: number) => (id: string) => (id === 'in' ? inBps : id === 'out' ? outBps : 0)

test('the water stands as high as the share of the source that passes', () => {
  expect(gateLevel(channel, output('live'), bitrates(6e6, 3e6))).toBe(0.5)
  expect(gateLevel(channel, output('live'), bitrates(6e6, 9e6))).toBe(1)
})

test('a gate without live media or source is dry', () => {
  expect(gateLevel(channel, output('stalled'), bitrates(6e6, 3e6))).toBe(0)
  expect(gateLevel(channel, output('live'), bitrates(0, 3e6))).toBe(0)
})
