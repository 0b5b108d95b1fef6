import type { Channel } from '@sluice/contract/api'
import { IconChevronLeft } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useBitrate, useNow } from '../../../live/index.ts'
import { elapsedMs, formatBitrate, formatClock, formatSpan } from '../../../ui/format/index.ts'
import { channelLook, onAirInput, outputsSummary, StateBadge, silenceSentence, sourceLine, waitingLine } from '../../../ui/state/index.ts'
import styles from './ChannelHeader.module.css'
import { ChannelMenu } from './ChannelMenu.tsx'

/** What can be read from across the room: name, state, for how long, and from where. */
export function ChannelHeader({ channel }: { channel: Channel }) {
  const nowMs = useNow()
  const look = channelLook(channel)
  const bitrateBps = useBitrate(channel.id, onAirInput(channel)?.id ?? '')
  const silence = silenceSentence(channel, (since) => formatSpan(elapsedMs(since, nowMs)))
  const isLive = channel.state === 'live' && silence === null
  const sinceMs = channel.since === null ? null : elapsedMs(channel.since, nowMs)
  return (
    <header className={styles.header}>
      <div className={styles.title}>
        <Link to="/" className={styles.back} aria-label="All channels">
          <IconChevronLeft size={22} aria-hidden />
        </Link>
        <h1>{channel.name}</h1>
        <ChannelMenu channel={channel} />
      </div>
      <div className={styles.state}>
        <StateBadge {...look} size="large" />
        <span className={styles.clock} data-live={isLive}>
          {isLive && sinceMs !== null ? formatClock(sinceMs) : '--:--:--'}
        </span>
        <span className={styles.facts}>
          <span className={styles.source}>
            {silence ?? (isLive ? sourceLine(channel) : `${waitingLine(channel)}${sinceMs === null ? '' : `, ${formatSpan(sinceMs)}`}`)}
            {bitrateBps !== undefined && silence === null && <b>{formatBitrate(bitrateBps)}</b>}
          </span>
          <span>{outputsSummary(channel.outputs)}</span>
        </span>
      </div>
    </header>
  )
}
