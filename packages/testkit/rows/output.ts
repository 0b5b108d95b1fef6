import type { Output } from '@sluice/contract/api'
import type { OutputActual } from '@sluice/contract/link'
import { classPolicies, effectiveLimits } from '@sluice/contract/policy'
import { rowTime } from './row-time.ts'

/** An output of class B as the API answers it: live, unless told otherwise. Its limits in effect follow from its class and its own. */
export function makeOutput(given: Partial<Output> = {}): Output {
  const { class: outputClass = 'B', limits = {} } = given
  return {
    id: 'o',
    channelId: 'c',
    destinationId: 'd',
    name: 'Output',
    platform: 'custom-rtmp',
    url: 'rtmp://live.example.com/app',
    hasKey: true,
    class: outputClass,
    priority: 100,
    rung: 'source',
    latency: 'standard',
    delayMs: 0,
    audioTrack: null,
    probeUrl: null,
    enhanced: 'off',
    enhancedStanding: null,
    desired: 'running',
    actual: makeOutputActual(),
    staleSince: null,
    isTroubled: false,
    limits,
    effective: effectiveLimits(classPolicies[outputClass], limits),
    overrides: [],
    violations: [],
    guest: null,
    createdAt: rowTime,
    ...given,
  }
}

/** What an engine reports of an output that is live. */
export const makeOutputActual = (given: Partial<OutputActual> = {}): OutputActual => ({
  outputId: 'o',
  state: 'live',
  since: rowTime,
  generation: 0,
  reason: null,
  attempts: 0,
  nextRetryAt: null,
  liveSince: null,
  ...given,
})
