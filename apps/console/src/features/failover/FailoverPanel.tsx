import { Button } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { useCan, useClips } from '../../live/index.ts'
import { formatSpan } from '../../ui/format/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import { PolicyMarks } from '../../ui/policy/index.ts'
import styles from './FailoverPanel.module.css'
import { triggerWords } from './failover-form.ts'
import { FailoverDialog } from './lazy-dialog.tsx'
import { slateNow, slateShows } from './slate-words.ts'

/** What the channel does when an input fails, whose word that is, and what stands outside of its class. */
export function FailoverPanel({ channel }: { channel: Channel }) {
  const [isOpen, setOpen] = useState(false)
  const canWrite = useCan('channel:write')
  const { failover, overrides, violations, slate } = channel
  const { data: clips } = useClips()
  const clipName = clips?.find(({ id }) => id === slate.clipId)?.name
  const now = slateNow(slate)
  const origin = (field: 'triggerMs' | 'holdMs'): string =>
    failover.own.includes(field) ? 'set here' : `class ${failover.fromClasses[field].class}`
  return (
    <Panel
      title="Failover settings"
      aside={
        canWrite && (
          <Button variant="subtle" size="compact-sm" onClick={() => setOpen(true)}>
            Change<span className="visually-hidden"> failover settings</span>
          </Button>
        )
      }
    >
      <div className={styles.body}>
        <dl className={styles.facts}>
          <Fact label="Switch after" value={`${(failover.triggerMs / 1000).toFixed(1)} s`} note={origin('triggerMs')} />
          <Fact label="Return after" value={`${failover.holdMs / 1000} s`} note={origin('holdMs')} />
          <Fact
            label="Slate"
            value={failover.slateMs === 0 ? 'off' : `up to ${formatSpan(failover.slateMs)}`}
            note={failover.slateMs === 0 ? 'if all inputs fail' : slateShows(slate, clipName)}
          />
        </dl>
        <p className={styles.triggers}>Switches on {triggerWords(failover.triggers)}.</p>
        {now !== null && (
          <p className={styles.triggers} data-troubled={now.isTroubled || undefined}>
            {now.text}
          </p>
        )}
        <PolicyMarks overrides={overrides} violations={violations} />
      </div>
      {isOpen && <FailoverDialog channel={channel} onClose={() => setOpen(false)} />}
    </Panel>
  )
}

function Fact({ label, value, note }: { label: string; value: string; note: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {value} <span>{note}</span>
      </dd>
    </div>
  )
}
