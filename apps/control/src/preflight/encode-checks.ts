import type { ChannelPlan, PlanOutput, PreflightCheck } from '@sluice/contract/api'
import { check } from './check.ts'

/** All encodes of the channel together against this machine. No check where nothing is encoded. */
export function encodeCheck({ fits, rungs, load, warnings }: ChannelPlan): PreflightCheck[] {
  if (fits && rungs.length === 0) return []
  const budget = Math.floor(load.budgetPercent)
  const expected = `at most ${budget} % of a core for encoding (70 % of ${load.cores} ${load.cores === 1 ? 'core' : 'cores'})`
  const asked = Math.ceil(load.channelPercent + load.othersPercent)
  const found = `${rungs.length} ${rungs.length === 1 ? 'encode' : 'encodes'}, ${asked} % of a core${load.othersPercent > 0 ? ' with other channels' : ''}`
  if (fits) return [check('encode', 'pass', { found, expected })]
  const fix = 'Use smaller rungs, let outputs share one, or pass the source through.'
  return [check('encode', 'fail', { found: warnings[0] ?? found, expected, fix })]
}

/** What one output gets instead of the source. */
export function outputEncodeCheck({ reason, warning }: PlanOutput): PreflightCheck {
  const expected = 'an encode that the destination accepts'
  if (warning === null) return check('encode', 'pass', { found: reason, expected })
  return check('encode', 'warn', { found: warning, expected, fix: 'Look at the plan of the channel: it has the figures.' })
}
