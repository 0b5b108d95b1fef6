import type { ChannelConfig } from '../desired/index.ts'
import { effectiveOf, readLimits } from '../services/output/index.ts'
import type { TargetOutput } from './target-watch.ts'

/** What each output of a channel is to give. */
export const targetsOf = (config: ChannelConfig, stateOf: (outputId: string) => string | undefined): TargetOutput[] =>
  config.outputs.map((output) => ({
    outputId: output.id,
    isLive: stateOf(output.id) === 'live',
    limits: effectiveOf(output),
    isOwnLimit: readLimits(output.limits).maxVideoKbps !== undefined,
  }))
