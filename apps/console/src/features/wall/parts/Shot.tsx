import type { Channel, Triage } from '@sluice/contract/api'
import type { ReactNode } from 'react'
import { useBroadcast, useNow } from '../../../live/index.ts'
import { elapsedMs, formatClock } from '../../../ui/format/index.ts'
import { initialsOf } from '../../../ui/platform/index.ts'
import { showStart } from '../../../ui/state/index.ts'
import styles from './Tile.module.css'

/** The picture of a tile with what lies over it: its state, and how long the broadcast runs. The room is 16:9 before the first picture. */
export function Shot({ channel, triage, children }: { channel: Channel; triage: Triage | undefined; children: ReactNode }) {
  const nowMs = useNow()
  const broadcast = useBroadcast(channel.id)
  const startedAt = showStart(triage?.onAirSince ?? null, broadcast, channel)
  return (
    <div className={styles.shot} data-slate={channel.source === 'slate'}>
      <span className={styles.initials} aria-hidden>
        {initialsOf(channel.name)}
      </span>
      <div className={styles.over}>
        {children}
        {channel.state === 'live' && startedAt !== null && <span className={styles.time}>{formatClock(elapsedMs(startedAt, nowMs))}</span>}
      </div>
    </div>
  )
}
