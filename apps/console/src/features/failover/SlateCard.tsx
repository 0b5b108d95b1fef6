import { Button } from '@mantine/core'
import { roleName } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'
import { IconBroadcast, IconPhoto } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan, useClips, useNow } from '../../live/index.ts'
import { elapsedMs, formatSpan } from '../../ui/format/index.ts'
import { StateBadge } from '../../ui/state/index.ts'
import { FailoverDialog } from './lazy-dialog.tsx'
import styles from './SlateCard.module.css'
import { slateNow, slateShows } from './slate-words.ts'

/** What stands in when no input is left, and by which rules the source changes. */
export function SlateCard({ channel }: { channel: Channel }) {
  const nowMs = useNow()
  const [isOpen, setOpen] = useState(false)
  const canWrite = useCan('channel:write')
  const { data: clips } = useClips()
  const { slate, failover, since } = channel
  const isOnAir = channel.source === 'slate'
  const clipName = clips?.find(({ id }) => id === slate.clipId)?.name
  const now = slateNow(slate)
  const text = isOnAir
    ? `On air for ${since === null ? 'a moment' : formatSpan(elapsedMs(since, nowMs))}`
    : failover.slateMs === 0
      ? 'Off: if every input fails, outputs close at once'
      : `If every input fails, for ${formatSpan(failover.slateMs)}: ${slateShows(slate, clipName)}`
  return (
    <>
      <section className={styles.slate} data-onair={isOnAir} aria-label="Slate">
        <div className={styles.picture}>
          <IconPhoto size={22} stroke={1.6} aria-hidden />
        </div>
        <span title={now?.text}>
          <b>Slate</b>
          {text}
        </span>
        {isOnAir && <StateBadge tone="bad" word="On air" Icon={IconBroadcast} />}
      </section>
      <p className={styles.rules}>
        <span>{rulesOf(channel)}</span>
        {canWrite && (
          <Button variant="subtle" size="compact-sm" onClick={() => setOpen(true)}>
            Change<span className="visually-hidden"> when the source is switched</span>
          </Button>
        )}
      </p>
      {isOpen && <FailoverDialog channel={channel} onClose={() => setOpen(false)} />}
    </>
  )
}

function rulesOf({ lock, failover: { triggerMs, holdMs } }: Channel): string {
  if (lock !== 'auto') return `Locked to the ${roleName(lock)}: nothing is switched until that is undone.`
  return `Switches after ${Number((triggerMs / 1000).toFixed(1))} s of silence. Back to the primary after ${holdMs / 1000} s without errors.`
}
