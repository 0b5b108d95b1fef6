import { IconAlertTriangle, IconBroadcast, IconCircleX, IconPhoto, IconPlayerPauseFilled } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useNow } from '../../../live/index.ts'
import { elapsedMs, formatSpan } from '../../../ui/format/index.ts'
import { GateBar } from '../../../ui/gates/index.ts'
import { StateBadge } from '../../../ui/state/index.ts'
import type { Tile } from '../wall-tiles.ts'
import { Shot } from './Shot.tsx'
import styles from './Tile.module.css'

/** A channel that needs somebody: its sentence, and the way to do something about it. */
export function WorstTile({ tile: { channel, triage } }: { tile: Tile }) {
  const nowMs = useNow()
  const [first, ...others] = triage?.problems ?? []
  const proof = triage?.proof.find(({ kind }) => kind === 'delivered')
  const tone = first?.tone ?? 'warn'
  return (
    <li className={styles.worst} data-tone={tone}>
      <Shot channel={channel} triage={triage}>
        <span className={styles.state}>
          {channel.source === 'slate' ? (
            <StateBadge tone="bad" word="Slate" Icon={IconPhoto} />
          ) : (
            <>
              {channel.state === 'live' ? (
                <StateBadge tone="ok" word="Live" Icon={IconBroadcast} />
              ) : (
                <StateBadge tone="quiet" word="Off air" Icon={IconPlayerPauseFilled} />
              )}
              {first !== undefined && (
                <StateBadge
                  tone={tone}
                  word={first.badge.replace(/^./, (one) => one.toUpperCase())}
                  Icon={tone === 'bad' ? IconCircleX : IconAlertTriangle}
                />
              )}
            </>
          )}
        </span>
      </Shot>
      <div className={styles.words}>
        <h2>
          <Link to="/channels/$channelId" params={{ channelId: channel.id }}>
            {channel.name}
          </Link>
        </h2>
        {first !== undefined && (
          <p>
            <b>
              {first.title}
              {first.since !== null && ` ${formatSpan(elapsedMs(first.since, nowMs))} ago`}.
            </b>{' '}
            {first.text}
            {others.length > 0 && ` And ${others.length} more.`}
          </p>
        )}
        <div className={styles.foot}>
          <GateBar gates={triage?.gates ?? []} />
          <span>{proof?.text}</span>
        </div>
      </div>
    </li>
  )
}
