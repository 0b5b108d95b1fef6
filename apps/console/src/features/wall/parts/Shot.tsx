import type { Channel, Triage } from '@sluice/contract/api'
import { type ReactNode, useRef } from 'react'
import { useBroadcast, useNow, useThumbnail } from '../../../live/index.ts'
import { elapsedMs, formatClock, formatSpan } from '../../../ui/format/index.ts'
import { initialsOf } from '../../../ui/platform/index.ts'
import { showStart } from '../../../ui/state/index.ts'
import { useInSight } from '../use-in-sight.ts'
import styles from './Tile.module.css'

/** Twice what a long group of pictures and a look at the wall take: an older picture is not what is on the air. */
const staleMs = 20_000

/** The picture of a tile with what lies over it: its state, and how long the broadcast runs. The room is 16:9 before the first picture. */
export function Shot({ channel, triage, children }: { channel: Channel; triage: Triage | undefined; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null)
  const isInSight = useInSight(frame)
  const nowMs = useNow()
  const broadcast = useBroadcast(channel.id)
  const isLive = channel.state === 'live'
  const thumbnail = useThumbnail(channel.id, !isLive ? 'none' : isInSight ? 'fresh' : 'known')
  const startedAt = showStart(triage?.onAirSince ?? null, broadcast, channel)
  const ageMs = thumbnail === null ? 0 : Math.max(0, nowMs - thumbnail.takenAtMs)
  const isStale = ageMs > staleMs
  return (
    <div ref={frame} className={styles.shot} data-slate={channel.source === 'slate'} data-stale={isStale}>
      <span className={styles.initials} aria-hidden>
        {initialsOf(channel.name)}
      </span>
      {thumbnail !== null && <img src={thumbnail.url} alt="" />}
      <div className={styles.over}>
        {children}
        {isLive && startedAt !== null && <span className={styles.time}>{formatClock(elapsedMs(startedAt, nowMs))}</span>}
      </div>
      {isLive && (thumbnail === null || isStale) && (
        <span className={styles.age}>{thumbnail === null ? 'No picture yet' : `Picture from ${formatSpan(ageMs)} ago`}</span>
      )}
    </div>
  )
}
