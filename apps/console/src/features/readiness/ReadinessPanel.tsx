import { Button, Group } from '@mantine/core'
import type { Channel, TriageStage } from '@sluice/contract/api'
import { IconArrowBackUp, IconListCheck, IconRefreshAlert, IconScissors } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan } from '../../live/index.ts'
import { CheckLine } from '../../ui/checks/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import { outputNames } from './output-names.ts'
import { AutoRollback } from './parts/AutoRollback.tsx'
import { PreflightDialog } from './parts/PreflightDialog.tsx'
import { RehearsalDialog } from './parts/RehearsalDialog.tsx'
import { RollbackDialog } from './parts/RollbackDialog.tsx'
import styles from './ReadinessPanel.module.css'
import { useRollback, useTriage } from './use-readiness.ts'

const titles: Readonly<Record<TriageStage, string>> = { input: 'Input', transport: 'Transport', output: 'Outputs', playback: 'Playback' }

/** Triage in its fixed order; preflight and rehearsal before a show, rollback in the middle of one. */
export function ReadinessPanel({ channel }: { channel: Channel }) {
  const { data: triage, error } = useTriage(channel.id)
  const { data: rollback } = useRollback(channel.id)
  const [open, setOpen] = useState<'preflight' | 'rehearsal' | 'rollback' | null>(null)
  const canWrite = useCan('output:write')
  const isRolledBack = rollback?.isActive === true
  const aside = canWrite && (
    <Group gap="xs">
      <Button variant="default" size="sm" leftSection={<IconListCheck size={17} aria-hidden />} onClick={() => setOpen('preflight')}>
        Preflight
      </Button>
      <Button variant="default" size="sm" leftSection={<IconRefreshAlert size={17} aria-hidden />} onClick={() => setOpen('rehearsal')}>
        Rehearse
      </Button>
      <Button
        variant="default"
        size="sm"
        leftSection={isRolledBack ? <IconArrowBackUp size={17} aria-hidden /> : <IconScissors size={17} aria-hidden />}
        onClick={() => setOpen('rollback')}
      >
        {isRolledBack ? 'End rollback' : 'Roll back'}
      </Button>
    </Group>
  )
  return (
    <Panel title="Where to look first" aside={aside}>
      <ProblemNote error={error} />
      {isRolledBack && (
        <p className={styles.rolledBack} role="status">
          <b>Rolled back</b> by {rollback.actor}: kept {outputNames(rollback.kept)}, stopped {outputNames(rollback.stopped)}; the source is
          locked to {rollback.lock}.{rollback.isAutomatic && ` Cause: ${rollback.cause}.`}
          {rollback.isAutomatic && channel.autoRollback.isArmed && ' It ends automatically once the channel is stable.'}
        </p>
      )}
      <ul className={styles.steps} aria-label="Triage">
        {triage?.steps.map((step) => (
          <CheckLine key={step.stage} verdict={step.verdict} title={titles[step.stage]} text={step.sentence} firstTry={step.tryFirst}>
            {(step.verdict === 'watch' || step.verdict === 'trouble') && (
              <span className={styles.evidence}>{step.evidence.map(({ label, value }) => `${label}: ${value}`).join(' · ')}</span>
            )}
          </CheckLine>
        ))}
      </ul>
      <AutoRollback channel={channel} rollback={rollback} canWrite={canWrite} />
      <PreflightDialog channel={channel} isOpen={open === 'preflight'} onClose={() => setOpen(null)} />
      <RehearsalDialog channel={channel} isOpen={open === 'rehearsal'} onClose={() => setOpen(null)} />
      <RollbackDialog channel={channel} rollback={rollback} isOpen={open === 'rollback'} onClose={() => setOpen(null)} />
    </Panel>
  )
}
