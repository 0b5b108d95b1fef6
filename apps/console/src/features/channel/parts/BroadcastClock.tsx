import type { Channel, ChannelStats } from '@sluice/contract/api'
import { elapsedMs, formatClock, formatTimeOfDay, formatTimeWithZone } from '../../../ui/format/index.ts'
import { showStart } from '../../../ui/state/index.ts'
import styles from './ChannelHeader.module.css'

type Props = {
  channel: Channel
  /** When the show began, by control: over a lost engine too. */
  onAirSince: string | null
  broadcast: ChannelStats['broadcast']
  isStale: boolean
  isOver: boolean
  nowMs: number
}

/** How long the broadcast runs. A switch of source never sets it back; what is not known is not counted on. */
export function BroadcastClock(props: Props) {
  const { figure, caption, isStill } = clockOf(props)
  return (
    <p className={styles.clock} data-still={isStill} role="timer" aria-label="Broadcast">
      <b>{figure}</b>
      <span>{caption}</span>
    </p>
  )
}

function clockOf({ channel, onAirSince, broadcast, isStale, isOver, nowMs }: Props): { figure: string; caption: string; isStill: boolean } {
  const startedAt = showStart(onAirSince, broadcast, channel)
  if (channel.state === 'live' && startedAt !== null) {
    const figure = formatClock(elapsedMs(startedAt, nowMs))
    if (isStale) return { figure, caption: `as of ${formatTimeWithZone(nowMs)}`, isStill: true }
    return { figure, caption: `on air since ${formatTimeWithZone(Date.parse(startedAt))}`, isStill: channel.engine?.state === 'silent' }
  }
  if (isOver && broadcast?.endedAt != null) {
    const figure = formatClock(elapsedMs(broadcast.startedAt, Date.parse(broadcast.endedAt)))
    return { figure, caption: `${formatTimeOfDay(broadcast.startedAt)} to ${formatTimeOfDay(broadcast.endedAt)}`, isStill: true }
  }
  return { figure: '--:--:--', caption: 'off air', isStill: true }
}
