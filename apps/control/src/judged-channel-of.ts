import { classWithoutOutputs } from '@sluice/contract/policy'
import { limitsOf } from '@sluice/judge'
import type { Plan } from '@sluice/judge/plan'
import type { ChannelConfig } from './desired/index.ts'
import type { Catalogue } from './destinations/index.ts'
import { ownBudgetsOf } from './services/channel/index.ts'
import { effectiveOf, readLimits } from './services/output/index.ts'
import type { JudgedChannel, VideoLimit } from './verdicts/index.ts'

type ConfiguredOutput = ChannelConfig['outputs'][number]

/** Asked for each second, and made once for each reload of a channel: with another plan it is read again. */
const known = new WeakMap<ChannelConfig, JudgedChannel>()

/** What the figures of a channel are held against, out of what is stored and planned. */
export function judgedChannelOf(config: ChannelConfig, plan: Plan, catalogue: Pick<Catalogue, 'rulesFor'>): JudgedChannel {
  const before = known.get(config)
  if (before !== undefined) return before
  const judged = readChannel(config, plan, catalogue)
  known.set(config, judged)
  return judged
}

function readChannel({ record, outputs }: ChannelConfig, plan: Plan, catalogue: Pick<Catalogue, 'rulesFor'>): JudgedChannel {
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
        limit: limitOf(output, encodedKbps, catalogue),
        isWanted: output.desired === 'running',
        isEncoded: encodedKbps !== null,
      }
    }),
  }
}

/**
 * The cap of a class is for what Sluice encodes, and for a source that somebody sends there whatever it is. What `auto` passes through may have what the
 * destination accepts, and the output's own limit still holds.
 */
function limitOf(output: ConfiguredOutput, encodedKbps: number | null, catalogue: Pick<Catalogue, 'rulesFor'>): VideoLimit {
  const own = readLimits(output.limits).maxVideoKbps
  const { maxVideoKbps } = effectiveOf(output)
  if (encodedKbps !== null) return { kbps: Math.max(encodedKbps, maxVideoKbps), from: own === undefined ? 'class' : 'output' }
  if (output.rung !== 'auto') return { kbps: maxVideoKbps, from: own === undefined ? 'class' : 'output' }
  const accepted = catalogue.rulesFor(output.platform, output.url)?.maxVideoKbps ?? null
  return own !== undefined && own <= (accepted ?? own) ? { kbps: own, from: 'output' } : { kbps: accepted, from: 'destination' }
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
