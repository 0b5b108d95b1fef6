import { roleName } from '@sluice/base/words'
import type { Channel, ChannelStats, Rollback, Triage, TriageProblem } from '@sluice/contract/api'
import {
  type Icon,
  IconAlertTriangle,
  IconArrowBackUp,
  IconBroadcast,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconCpu,
  IconDatabase,
  IconKey,
  IconLock,
  IconPhoto,
  IconPlayerPauseFilled,
  IconPlugConnectedX,
  IconRefresh,
  IconSwitchHorizontal,
} from '@tabler/icons-react'
import { type Look, unknownLook } from '../../ui/state/index.ts'

/** A broadcast that ended is spoken of for so long. */
const endedShownMs = 6 * 60 * 60_000

type Seen = {
  channel: Channel
  triage: Triage | undefined
  rollback: Rollback | undefined
  broadcast: ChannelStats['broadcast']
  isStale: boolean
  nowMs: number
}

/** Whether the last broadcast ended a while ago and nothing has begun since. */
export const isEnded = ({ channel, broadcast, nowMs }: Pick<Seen, 'channel' | 'broadcast' | 'nowMs'>): boolean =>
  channel.state === 'idle' &&
  (channel.ended !== null || (broadcast?.endedAt != null && nowMs - Date.parse(broadcast.endedAt) < endedShownMs))

/** The state in two halves: what viewers get, then what is not as planned. */
export function channelBadges(seen: Seen): Look[] {
  const { channel, triage, rollback, isStale } = seen
  if (isStale) return [{ tone: 'quiet', word: channel.state === 'live' ? 'Last seen live' : 'Last seen off air', Icon: IconClock }]
  if (channel.engine?.state === 'silent') return [unknownLook]
  const problems = triage?.problems ?? []
  const [worst] = problems
  if (channel.state === 'idle') {
    const state: Look = isEnded(seen)
      ? { tone: 'quiet', word: 'Ended', Icon: IconCircleCheck }
      : { tone: 'quiet', word: 'Off air', Icon: IconPlayerPauseFilled }
    return worst === undefined ? [state] : [state, badgeOf(worst, problems)]
  }
  if (channel.source === 'slate') return [{ tone: 'bad', word: 'Slate', Icon: IconPhoto }]
  const live: Look = { tone: 'ok', word: 'Live', Icon: IconBroadcast }
  if (worst?.tone === 'bad') return [live, badgeOf(worst, problems)]
  if (rollback?.isActive === true) return [live, { tone: 'warn', word: 'Rolled back', Icon: IconArrowBackUp }]
  if (worst !== undefined) return [live, badgeOf(worst, problems)]
  // The channel says so before it is judged anew.
  return channel.lock === 'auto' ? [live] : [live, { tone: 'warn', word: 'Locked', Icon: IconLock }]
}

/** Outputs that are in the same trouble count together. */
function badgeOf(problem: TriageProblem, all: readonly TriageProblem[]): Look {
  const isCounted = problem.action?.outputId != null
  const count = all.filter(({ badge, action }) => badge === problem.badge && action?.outputId != null).length
  return { tone: problem.tone, word: isCounted ? `${count} ${problem.badge}` : problem.badge, Icon: problemIcon(problem) }
}

const icons: Partial<Record<TriageProblem['code'], Icon>> = {
  'engine-restarted': IconCpu,
  'engine-missing': IconCpu,
  'engine-silent': IconCpu,
  storage: IconDatabase,
  'inputs-gone': IconCircleX,
  'primary-down': IconSwitchHorizontal,
  'backup-down': IconPlugConnectedX,
  locked: IconLock,
  'key-refused': IconKey,
  'output-failed': IconCircleX,
  'output-disabled': IconCircleX,
  'output-stalled': IconRefresh,
  'output-retrying': IconRefresh,
}

export const problemIcon = ({ code }: Pick<TriageProblem, 'code'>): Icon => icons[code] ?? IconAlertTriangle

/** What the mode says: a state of the channel that somebody or something chose, with its time. */
export type Mode =
  | { readonly kind: 'slate'; readonly endsMs: number | null }
  | { readonly kind: 'rollback'; readonly rollback: Rollback }
  | { readonly kind: 'lock'; readonly lockedTo: string }

export function modeOf(channel: Channel, rollback: Rollback | undefined): Mode | null {
  if (channel.state === 'live' && channel.source === 'slate') {
    return { kind: 'slate', endsMs: channel.slateEndsAt === null ? null : Date.parse(channel.slateEndsAt) }
  }
  if (rollback?.isActive === true) return { kind: 'rollback', rollback }
  return channel.lock === 'auto' ? null : { kind: 'lock', lockedTo: roleName(channel.lock) }
}
