import type { ContentTriggers, SwitchPolicy } from './next-source.ts'

/** A policy as it comes from outside: what is absent has its default. */
export type SwitchSettings = Pick<SwitchPolicy, 'lock' | 'triggerMs' | 'holdMs'> & {
  readonly slateMs?: number | undefined
  readonly maxGopMs?: number | undefined
  readonly triggers?: ContentTriggers | undefined
  readonly isEnded?: boolean | undefined
}

const noTriggers: ContentTriggers = { noKeyFrame: false, bitrateShare: 0, timeStall: false, audioLoss: false }
/** The longest that large platforms take is 4 s; an encoder's GOPs are off by some frames. */
const usualMaxGopMs = 5000

/** Fills what is absent: no slate, no triggers on content, GOPs of up to 5 s. */
export function toSwitchPolicy(settings: SwitchSettings): SwitchPolicy {
  const { lock, triggerMs, holdMs, slateMs = 0, maxGopMs = usualMaxGopMs, triggers = noTriggers, isEnded = false } = settings
  return { lock, triggerMs, holdMs, slateMs, maxGopMs, triggers, isEnded }
}
