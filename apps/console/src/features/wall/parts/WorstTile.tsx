import { IconAlertTriangle, IconBroadcast, IconCircleX, IconPhoto, IconPlayerPauseFilled } from '@tabler/icons-react'
import { useCan, useNow } from '../../../live/index.ts'
import { elapsedMs, formatCountdown, formatSpan } from '../../../ui/format/index.ts'
import { GateBar } from '../../../ui/gates/index.ts'
import { StateBadge } from '../../../ui/state/index.ts'
import { actionLabel, firstActionHash } from '../../../ui/triage/index.ts'
import type { Tile } from '../wall-tiles.ts'
import { LinkButton } from './LinkButton.tsx'
import { Shot } from './Shot.tsx'
import styles from './Tile.module.css'
import { TileName } from './TileName.tsx'

/** A channel that needs somebody: its sentence, and the way to do something about it. */
export function WorstTile({ tile: { channel, triage } }: { tile: Tile }) {
  const nowMs = useNow()
  const [first, ...others] = triage?.problems ?? []
  const proof = triage?.proof.find(({ kind }) => kind === 'delivered')
  const tone = first?.tone ?? 'warn'
  const canWrite = useCan('channel:write')
  const slateLeft = channel.slateEndsAt === null ? '' : `, ${formatCountdown(Date.parse(channel.slateEndsAt) - nowMs)} left`
  return (
    <li className={styles.worst} data-tone={tone}>
      <Shot channel={channel} triage={triage}>
        <span className={styles.state}>
          {channel.source === 'slate' ? (
            <StateBadge tone="bad" word={`Slate${slateLeft}`} Icon={IconPhoto} />
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
        <TileName channel={channel} />
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
          {first?.action != null && canWrite && (
            <LinkButton
              className={styles.action}
              variant="default"
              to="/channels/$channelId"
              params={{ channelId: channel.id }}
              hash={firstActionHash}
              aria-label={`${actionLabel(first.action)}: ${channel.name}`}
            >
              {actionLabel(first.action)}
            </LinkButton>
          )}
        </div>
      </div>
    </li>
  )
}
