import { type Failover, FailoverOverrides, type FailoverPatch } from '@sluice/contract/api'
import type { ContentTriggers } from '@sluice/contract/link'
import { classPolicies, type OutputClass } from '@sluice/contract/policy'

/** Without an output the player page alone is kept up, for as long as it waits for a source anyway. */
const pageSlateMs = 60_000

/** What was set on the channel itself, out of its column. */
export const readOverrides = (column: string | null): FailoverOverrides =>
  column === null ? {} : FailoverOverrides.parse(JSON.parse(column))

/** The overrides after a patch: null takes one back, triggers are merged. Null when none is left. */
export function patchOverrides(
  before: FailoverOverrides,
  { expert: _, ...patch }: Omit<FailoverPatch, 'slate'> & { slate?: boolean },
): FailoverOverrides | null {
  const triggers = patch.triggers === undefined ? before.triggers : { ...before.triggers, ...patch.triggers }
  const merged = { ...before, ...patch, ...(triggers === undefined ? {} : { triggers }) }
  const kept = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null && value !== undefined))
  return Object.keys(kept).length === 0 ? null : FailoverOverrides.parse(kept)
}

function withDefaults(own: FailoverOverrides['triggers']): ContentTriggers {
  const { noKeyFrame = false, bitrateShare = 0, timeStall = false, audioLoss = false } = own ?? {}
  return { noKeyFrame, bitrateShare, timeStall, audioLoss }
}

/**
 * What holds on a channel: its own settings over those of the tightest class among its outputs, or of class B without outputs. A slate
 * lasts as long as the most patient output keeps its session.
 */
export function failoverOf(column: string | null, classes: readonly OutputClass[]): Failover {
  const own = readOverrides(column)
  const policies = (classes.length === 0 ? (['B'] as const) : classes).map((name) => classPolicies[name])
  const keptMs = classes.length === 0 ? pageSlateMs : Math.max(...policies.map((policy) => policy.keepSessionMs))
  return {
    triggerMs: own.triggerMs ?? Math.min(...policies.map((policy) => policy.failoverTriggerMs)),
    holdMs: own.holdMs ?? Math.min(...policies.map((policy) => policy.failoverHoldMs)),
    slateMs: own.slate === false ? 0 : keptMs,
    triggers: withDefaults(own.triggers),
    own: (['triggerMs', 'holdMs', 'slate', 'triggers'] as const).filter((field) => own[field] !== undefined && own[field] !== null),
  }
}
