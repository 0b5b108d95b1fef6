import { Button } from '@mantine/core'
import type { Channel, Rung } from '@sluice/contract/api'
import { useState } from 'react'
import { ProblemNote } from '../../ui/form/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import styles from './LadderPanel.module.css'
import { LadderChoice } from './parts/LadderChoice.tsx'
import { PlanDrawing } from './parts/PlanDrawing.tsx'
import { RungDialog } from './parts/RungDialog.tsx'
import { RungLine } from './parts/RungLine.tsx'
import { Templates } from './parts/Templates.tsx'
import { usePlan, useRungs } from './use-ladder.ts'

/** What is encoded for whom, why, and at what share of the CPU; and the rungs that somebody made. */
export function LadderPanel({ channel }: { channel: Channel }) {
  const { data: plan, error } = usePlan(channel.id)
  const { data: rungs = [] } = useRungs(channel.id)
  const [edited, setEdited] = useState<Rung | 'new' | null>(null)
  return (
    <>
      <Panel title="Plan">
        <ProblemNote error={error} />
        {plan && <PlanDrawing plan={plan} />}
      </Panel>
      <Panel title="Player ladder">
        <LadderChoice channel={channel} rungs={rungs} plan={plan} />
      </Panel>
      <Panel
        title="Rungs"
        aside={
          <Button size="xs" variant="default" onClick={() => setEdited('new')}>
            Add rung
          </Button>
        }
      >
        {rungs.length === 0 && (
          <p className={styles.note}>Outputs on “auto” get an encode when they need one. Add a rung to choose it yourself.</p>
        )}
        <ul className={styles.rungs} aria-label="Rungs">
          {rungs.map((rung) => (
            <RungLine key={rung.id} rung={rung} onEdit={() => setEdited(rung)} />
          ))}
        </ul>
      </Panel>
      <Templates />
      {edited !== null && <RungDialog channelId={channel.id} rung={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </>
  )
}
