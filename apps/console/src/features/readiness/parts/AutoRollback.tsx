import { NumberInput, Switch } from '@mantine/core'
import type { Channel, Rollback } from '@sluice/contract/api'
import { ProblemNote } from '../../../ui/form/index.ts'
import { guardSentence } from '../guard-sentence.ts'
import { useAutoRollback } from '../use-readiness.ts'
import styles from './AutoRollback.module.css'

/** Lets a channel roll itself back, and says what it sees while it may. */
export function AutoRollback({ channel, rollback, canWrite }: { channel: Channel; rollback: Rollback | undefined; canWrite: boolean }) {
  const change = useAutoRollback(channel.id)
  const { isArmed, keep } = channel.autoRollback
  return (
    <div className={styles.row}>
      <div className={styles.what}>
        <Switch
          label="Automatic rollback"
          checked={isArmed}
          disabled={!canWrite || change.isPending}
          onChange={({ currentTarget }) => change.mutate({ isArmed: currentTarget.checked })}
        />
        <p className={styles.sees}>{guardSentence(isArmed, rollback)}</p>
        <ProblemNote error={change.error} />
      </div>
      {isArmed && (
        <NumberInput
          key={keep}
          className={styles.keep}
          size="sm"
          label="Outputs to keep"
          min={1}
          max={1000}
          clampBehavior="strict"
          defaultValue={keep}
          disabled={!canWrite || change.isPending}
          onBlur={({ currentTarget }) => {
            const wanted = Number(currentTarget.value)
            if (Number.isInteger(wanted) && wanted >= 1 && wanted !== keep) change.mutate({ keep: wanted })
          }}
        />
      )}
    </div>
  )
}
