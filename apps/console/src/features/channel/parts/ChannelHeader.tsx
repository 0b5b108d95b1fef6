import { Button } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { IconChevronLeft } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useBroadcast, useCan, useConnection, useNow, useRollback, useTriage } from '../../../live/index.ts'
import { useAsk } from '../../../ui/intent/index.ts'
import { StateBadge } from '../../../ui/state/index.ts'
import { channelBadges, isEnded } from '../channel-look.ts'
import { BroadcastClock } from './BroadcastClock.tsx'
import styles from './ChannelHeader.module.css'
import { ChannelMenu } from './ChannelMenu.tsx'
import { EndShowButton } from './EndShowButton.tsx'
import { ProofLine } from './ProofLine.tsx'
import { RecordingMark } from './RecordingMark.tsx'

/** What can be read from across the room: name and proof; state, how long the broadcast runs, and the two things done to a whole show. */
export function ChannelHeader({ channel }: { channel: Channel }) {
  const nowMs = useNow()
  const ask = useAsk()
  const { data: triage } = useTriage(channel.id)
  const { data: rollback } = useRollback(channel.id)
  const broadcast = useBroadcast(channel.id)
  const isStale = useConnection().name === 'lost'
  const canWrite = useCan('output:write')
  const badges = channelBadges({ channel, triage, rollback, broadcast, isStale, nowMs })
  const isOver = isEnded({ channel, broadcast, nowMs })
  return (
    <header className={styles.head}>
      <div className={styles.who}>
        <div className={styles.title}>
          <Link to="/" className={styles.back} aria-label="All channels">
            <IconChevronLeft size={22} aria-hidden />
          </Link>
          <h1>{channel.name}</h1>
          <ChannelMenu channel={channel} />
          <RecordingMark channel={channel} nowMs={nowMs} />
        </div>
        <ProofLine channel={channel} triage={triage} isStale={isStale} />
      </div>
      <span className={styles.state} role="status" aria-label="State">
        {badges.map((look) => (
          <StateBadge key={look.word} {...look} size="large" />
        ))}
      </span>
      <BroadcastClock
        channel={channel}
        onAirSince={triage?.onAirSince ?? null}
        broadcast={broadcast}
        isStale={isStale}
        isOver={isOver}
        nowMs={nowMs}
      />
      <div className={styles.acts}>
        {canWrite && channel.state === 'idle' && (
          <Button variant="default" onClick={() => ask({ kind: 'preflight' })}>
            Preflight
          </Button>
        )}
        {canWrite && channel.state === 'live' && (
          <Button
            variant="default"
            className={styles.wide}
            disabled={rollback?.isActive === true}
            onClick={() => ask({ kind: 'rollback' })}
          >
            Roll back
          </Button>
        )}
        <EndShowButton channel={channel} />
      </div>
    </header>
  )
}
