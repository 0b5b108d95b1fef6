import type { Channel, Output } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { gateLevel } from './channel-state.ts'

const channel = { inputs: [{ id: 'in', actual: { onAir: true } }] } as unknown as Channel
const output = (state: string): Output => ({ id: 'out', actual: { state } }) as unknown as Output
const bitrates = (inBps: number, outBps: number) => (id: string) => (id === 'in' ? inBps : id === 'out' ? outBps : 0)

test('the water stands as high as the share of the source that passes', () => {
  expect(gateLevel(channel, output('live'), bitrates(6e6, 3e6))).toBe(0.5)
  expect(gateLevel(channel, output('live'), bitrates(6e6, 9e6))).toBe(1)
})

test('a gate without live media or source is dry', () => {
  expect(gateLevel(channel, output('stalled'), bitrates(6e6, 3e6))).toBe(0)
  expect(gateLevel(channel, output('live'), bitrates(0, 3e6))).toBe(0)
})
