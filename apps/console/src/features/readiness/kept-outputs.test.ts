import type { Output } from '@sluice/contract/api'
import { classPolicies, effectiveLimits } from '@sluice/contract/policy'
import { expect, test } from 'vitest'
import { keptOutputs } from './kept-outputs.ts'

const output = (name: string, priority: number, day: number, desired: Output['desired'] = 'running'): Output => ({
  id: name,
  channelId: 'c',
  destinationId: 'd',
  name,
  platform: 'custom',
  url: 'rtmp://h/a',
  hasKey: true,
  guest: null,
  class: 'B',
  priority,
  rung: 'source',
  desired,
  actual: null,
  limits: {},
  effective: effectiveLimits(classPolicies.B, {}),
  overrides: [],
  violations: [],
  createdAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
})

test('the dialog names the outputs that the server will keep [OPS-03]', () => {
  const outputs = [output('new', 100, 2), output('old', 100, 1), output('top', 900, 9), output('off', 1000, 1, 'stopped')]
  expect(keptOutputs(outputs, 2).map(({ name }) => name)).toEqual(['top', 'old'])
})
