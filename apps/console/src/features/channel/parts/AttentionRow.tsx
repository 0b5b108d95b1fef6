import { Button } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useCan, useConnection, useNow, useRollback, useTriage } from '../../../live/index.ts'
import { formatSpan, formatTimeOfDay } from '../../../ui/format/index.ts'
import { modeOf } from '../channel-look.ts'
import styles from './AttentionRow.module.css'
import { ModeBar } from './ModeBar.tsx'
import { TriageLine } from './TriageLine.tsx'

/** What matters first: the mode of the channel at the left, what is wrong at the right, or one of them alone. Its height never changes. */
export function AttentionRow({ channel }: { channel: Channel }) {
  const { data: triage } = useTriage(channel.id)
  const { data: rollback } = useRollback(channel.id)
  const canWrite = useCan('channel:write')
  const connection = useConnection()
  const mode = modeOf(channel, rollback)
  if (connection.name === 'lost') {
    return (
      <div className={styles.row}>
        <StaleLine sinceMs={connection.sinceMs} />
      </div>
    )
  }
  // What the mode says is not said twice.
  const problems = triage?.problems.filter(({ code }) => !(code === 'locked' && mode?.kind === 'lock')) ?? []
  const isAlone = mode !== null && problems.length === 0
  const isTwo = mode !== null && !isAlone
  return (
    <div className={styles.row} data-two={isTwo}>
      {mode !== null && <ModeBar channel={channel} mode={mode} canWrite={canWrite} isMain={problems[0]?.tone !== 'bad'} />}
      {!isAlone && (
        // A line in another place is another line: nothing moves.
        <TriageLine
          key={isTwo ? 'beside' : 'alone'}
          channel={channel}
          triage={triage}
          problems={problems}
          canWrite={canWrite}
          isMain={mode === null || problems[0]?.tone === 'bad'}
        />
      )}
    </div>
  )
}

/** The page is out of date: media is not affected, and the operator should know that. */
function StaleLine({ sinceMs }: { sinceMs: number }) {
  const nowMs = Math.max(useNow(), sinceMs)
  return (
    <section className={styles.triage} data-tone="warn" aria-label="What to do first" role="status">
      <IconPlugConnectedX size={24} aria-hidden />
      <p>
        <b>
          This page lost its connection <span aria-hidden>{formatSpan(nowMs - sinceMs)} ago</span>.
        </b>{' '}
        What you see is from {formatTimeOfDay(new Date(sinceMs).toISOString())}. Your streams keep running without this page.
      </p>
      <Button variant="default" onClick={() => location.reload()}>
        Reload
      </Button>
    </section>
  )
}
