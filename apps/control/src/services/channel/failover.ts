import { type Failover, FailoverOverrides, type FailoverPatch } from '@sluice/contract/api'
import type { ContentTriggers } from '@sluice/contract/link'
import { failoverOfClasses, type JudgedSetting, type PolicyOverride, type PolicyViolation, violationsOf } from '@sluice/contract/policy'
import { presentOverrides, readOverrides, unanswered } from '../../policy/index.ts'
import type { ChannelRecord } from './records.ts'

/** Without an output the player page alone is kept up, for as long as it waits for a source anyway. */
const pageSlateMs = 60_000

/** What was set on the channel itself, out of its column. */
export const readFailover = (column: string | null): FailoverOverrides =>
  column === null ? {} : FailoverOverrides.parse(JSON.parse(column))

/** The channel's own settings after a patch: null takes one back, triggers are merged. Null when none is left. */
export function patchFailover(
  before: FailoverOverrides,
  patch: Omit<FailoverPatch, 'slate'> & { slate?: boolean },
): FailoverOverrides | null {
  const triggers = patch.triggers === undefined ? before.triggers : { ...before.triggers, ...patch.triggers }
  const merged = { ...before, ...patch, ...(triggers === undefined ? {} : { triggers }) }
  const kept = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null && value !== undefined))
  return Object.keys(kept).length === 0 ? null : FailoverOverrides.parse(kept)
}

function withDefaults(own: FailoverOverrides['triggers']): ContentTriggers {
  const { noKeyFrame = false, bitrateShare = 0, timeStall = false, audioLoss = false, blackMs = 0, freezeMs = 0, silenceMs = 0 } = own ?? {}
  return { noKeyFrame, bitrateShare, timeStall, audioLoss, blackMs, freezeMs, silenceMs }
}

type Classes = Pick<ChannelRecord, 'outputClasses' | 'policies'>

/**
 * What holds on a channel: its own settings over those of the tightest class among its outputs, or of class B without outputs. A slate
 * lasts as long as the most patient output keeps its session.
 */
export function failoverOf({ channel, outputClasses, policies }: Classes & Pick<ChannelRecord, 'channel'>): Failover {
  const own = readFailover(channel.failover)
  const fromClasses = failoverOfClasses(policies, outputClasses)
  const keptMs = outputClasses.length === 0 ? pageSlateMs : Math.max(...outputClasses.map((name) => policies[name].keepSessionMs))
  return {
    triggerMs: own.triggerMs ?? fromClasses.triggerMs.default,
    holdMs: own.holdMs ?? fromClasses.holdMs.default,
    slateMs: own.slate === false ? 0 : keptMs,
    triggers: withDefaults(own.triggers),
    own: (['triggerMs', 'holdMs', 'slate', 'triggers'] as const).filter((field) => own[field] !== undefined && own[field] !== null),
    fromClasses,
  }
}

/** The channel's own times, each with what the tightest class allows. [FAI-02] [FAI-05] */
export function judgedFailover(own: FailoverOverrides, { outputClasses, policies }: Classes): JudgedSetting[] {
  const fromClasses = failoverOfClasses(policies, outputClasses)
  return (['triggerMs', 'holdMs'] as const).map((field) => {
    const { class: outputClass, min, max } = fromClasses[field]
    return { field: `failover.${field}`, found: own[field] ?? undefined, limit: { class: outputClass, min, max } }
  })
}

/** How a channel stands to its classes: what was let stand outside, and what came to be outside since it was set. */
export function channelStanding(record: ChannelRecord): { overrides: PolicyOverride[]; violations: PolicyViolation[] } {
  const settings = judgedFailover(readFailover(record.channel.failover), record)
  const kept = readOverrides(record.channel.policy_overrides)
  return { overrides: presentOverrides(kept, settings), violations: unanswered(violationsOf(settings), kept) }
}
