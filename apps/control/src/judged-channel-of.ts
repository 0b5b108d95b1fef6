import { classWithoutOutputs } from '@sluice/contract/policy'
import { limitsOf } from '@sluice/judge'
import type { Plan } from '@sluice/judge/plan'
import type { ChannelConfig } from './desired/index.ts'
import { ownBudgetsOf } from './services/channel/index.ts'
import { effectiveOf, readLimits } from './services/output/index.ts'
import type { JudgedChannel } from './verdicts/index.ts'

/** Asked for each second, and made once for each reload of a channel: with another plan it is read again. */
const known = new WeakMap<ChannelConfig, JudgedChannel>()

/** What the figures of a channel are held against, out of what is stored and planned. */
export function judgedChannelOf(config: ChannelConfig, plan: Plan): JudgedChannel {
  const before = known.get(config)
  if (before !== undefined) return before
  const judged = readChannel(config, plan)
  known.set(config, judged)
  return judged
}

function readChannel({ record, outputs }: ChannelConfig, plan: Plan): JudgedChannel {
  const { channel, outputClasses, policies } = record
  const classes = outputClasses.length === 0 ? [classWithoutOutputs] : [...new Set(outputClasses)]
  return {
    limits: limitsOf(classes.map((name) => policies[name])),
    own: ownBudgetsOf(channel.latency_budgets),
    outputs: outputs.map((output) => {
      const encodedKbps = encodedKbpsOf(plan, output.id)
      const effective = effectiveOf(output)
      return {
        id: output.id,
        name: output.name,
        class: output.policy.class,
        effective: encodedKbps === null ? effective : encodedLimits(effective, encodedKbps),
        isOwnLimit: readLimits(output.limits).maxVideoKbps !== undefined,
        isWanted: output.desired === 'running',
        isEncoded: encodedKbps !== null,
      }
    }),
  }
}

/** The video bitrate of what is encoded for an output; null: it gets the source's picture. */
function encodedKbpsOf({ outputs, rungs }: Plan, outputId: string): number | null {
  const way = outputs.find((one) => one.outputId === outputId)
  return rungs.find(({ id }) => id === way?.rung)?.spec.video?.bitrateKbps ?? null
}

/** What is encoded is held against what it is encoded at, and not against the source. */
const encodedLimits = (effective: ReturnType<typeof effectiveOf>, kbps: number): ReturnType<typeof effectiveOf> => ({
  ...effective,
  targetVideoKbps: kbps,
  maxVideoKbps: Math.max(kbps, effective.maxVideoKbps),
})
