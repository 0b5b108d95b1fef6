import type { Channel } from '@sluice/contract/api'
import { Link } from '@tanstack/react-router'
import { useBitrate, useHistory, useNow } from '../../../live/index.ts'
import { elapsedMs, formatBitrate, formatClock } from '../../../ui/format/index.ts'
import { GateBar, gatesOfCounts } from '../../../ui/gates/index.ts'
import { Sparkline } from '../../../ui/graph/index.ts'
import { channelLook, onAirInput, outputsSummary, StateBadge, sourceLine, waitingLine } from '../../../ui/state/index.ts'
import styles from './ChannelRow.module.css'

const windowMs = 60_000

/** One channel as a link to its page: state, source and outputs in one line that does not move as figures change. */
export function ChannelRow({ channel }: { channel: Channel }) {
  const nowMs = useNow()
  const input = onAirInput(channel)
  const bitrateBps = useBitrate(channel.id, input?.id ?? '')
  const points = useHistory(input?.id ?? '').map((sample) => ({ atMs: sample.atMs, value: sample.bitrateBps }))
  const look = channelLook(channel)
  const isSilent = channel.engine?.state === 'silent'
  const isLive = channel.state === 'live' && !isSilent
  return (
    <Link to="/channels/$channelId" params={{ channelId: channel.id }} className={styles.row} data-tone={look.tone}>
      <span className={styles.state}>
        <StateBadge {...look} />
        <span className={styles.clock}>{isLive && channel.since ? formatClock(elapsedMs(channel.since, nowMs)) : ''}</span>
      </span>
      <span className={styles.what}>
        <span className={styles.name}>{channel.name}</span>
        <span className={styles.source}>
          {isSilent ? 'No report from the engine' : isLive ? sourceLine(channel) : waitingLine(channel)}
        </span>
      </span>
      <span className={styles.rate}>
        <Sparkline points={points} endMs={nowMs} windowMs={windowMs} max={Math.max(...points.map((point) => point.value), 1) * 1.2} />
        <span>{isSilent ? 'Unknown' : bitrateBps === undefined ? 'No media' : formatBitrate(bitrateBps)}</span>
      </span>
      <span className={styles.outputs}>
        <GateBar gates={gatesOfCounts(channel.outputs)} />
        <span>{outputsSummary(channel.outputs)}</span>
      </span>
    </Link>
  )
}
