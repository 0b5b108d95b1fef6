import type { Channel, ChannelStats, Output } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { gateLevel } from './channel-state.ts'

const channel = { inputs: [{ id: 'in', actual: { onAir: true } }] } as unknown as Channel
const output = (state: string): Output => ({ id: 'out', actual: { state } }) as unknown as Output
const stats = (inBps: number, outBps: number): ChannelStats =>
  ({ inputs: [{ inputId: 'in', bitrateBps: inBps }], outputs: [{ outputId: 'out', bitrateBps: outBps }] }) as unknown as ChannelStats

test('the water stands as high as the share of the source that passes', () => {
  expect(gateLevel(channel, output('live'), stats(6e6, 3e6))).toBe(0.5)
  expect(gateLevel(channel, output('live'), stats(6e6, 9e6))).toBe(1)
})

test('a gate without live media, source or figures is dry', () => {
  expect(gateLevel(channel, output('stalled'), stats(6e6, 3e6))).toBe(0)
  expect(gateLevel(channel, output('live'), stats(0, 3e6))).toBe(0)
  expect(gateLevel(channel, output('live'), undefined)).toBe(0)
})
