import { classWithoutOutputs } from '@sluice/contract/policy'
import { limitsOf } from '@sluice/judge'
import type { ChannelConfig } from './desired/index.ts'
import { ownBudgetsOf } from './services/channel/index.ts'
import { effectiveOf, readLimits } from './services/output/index.ts'
import type { JudgedChannel } from './verdicts/index.ts'

/** Asked for each second, and made once for each reload of a channel. */
const known = new WeakMap<ChannelConfig, JudgedChannel>()

/** What the figures of a channel are held against, out of what is stored. */
export function judgedChannelOf(config: ChannelConfig): JudgedChannel {
  const before = known.get(config)
  if (before !== undefined) return before
  const judged = readChannel(config)
  known.set(config, judged)
  return judged
}

function readChannel({ record, outputs }: ChannelConfig): JudgedChannel {
  const { channel, outputClasses, policies } = record
  const classes = outputClasses.length === 0 ? [classWithoutOutputs] : [...new Set(outputClasses)]
  return {
    limits: limitsOf(classes.map((name) => policies[name])),
    own: ownBudgetsOf(channel.latency_budgets),
    outputs: outputs.map((output) => ({
      id: output.id,
      name: output.name,
      class: output.policy.class,
      effective: effectiveOf(output),
      isOwnLimit: readLimits(output.limits).maxVideoKbps !== undefined,
      isWanted: output.desired === 'running',
    })),
  }
}
