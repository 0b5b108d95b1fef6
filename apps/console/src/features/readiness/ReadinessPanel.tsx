import { Button, Group } from '@mantine/core'
import type { Channel, TriageStage } from '@sluice/contract/api'
import { IconListCheck, IconRefreshAlert } from '@tabler/icons-react'
import { useCan, useRollback, useTriage } from '../../live/index.ts'
import { CheckLine } from '../../ui/checks/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { useAsk } from '../../ui/intent/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import { outputNames } from './output-names.ts'
import { AutoRollback } from './parts/AutoRollback.tsx'
import styles from './ReadinessPanel.module.css'

const titles: Readonly<Record<TriageStage, string>> = { input: 'Input', transport: 'Transport', output: 'Outputs', playback: 'Playback' }

/** Triage in its fixed order with the figures behind it; preflight and rehearsal before a show, and the automatic rollback. */
export function ReadinessPanel({ channel }: { channel: Channel }) {
  const { data: triage, error } = useTriage(channel.id)
  const { data: rollback } = useRollback(channel.id)
  const ask = useAsk()
  const canWrite = useCan('output:write')
  const isRolledBack = rollback?.isActive === true
  const aside = canWrite && (
    <Group gap="xs">
      <Button variant="default" size="sm" leftSection={<IconListCheck size={17} aria-hidden />} onClick={() => ask({ kind: 'preflight' })}>
        Preflight
      </Button>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconRefreshAlert size={17} aria-hidden />}
        onClick={() => ask({ kind: 'rehearse' })}
      >
        Rehearse
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
    </Panel>
  )
}
