import { NumberInput } from '@mantine/core'
import type { Channel, Rollback } from '@sluice/contract/api'
import { useState } from 'react'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { outputNames } from '../output-names.ts'
import { useRollbackChange, useRollbackPlan } from '../use-readiness.ts'

type Props = { channel: Channel; rollback: Rollback | undefined; isOpen: boolean; onClose(): void }

/** Asks before outputs are stopped, and names those that stay and those that stop. */
export function RollbackDialog({ channel, rollback, isOpen, onClose }: Props) {
  const change = useRollbackChange(channel.id)
  const [keep, setKeep] = useState(3)
  const isActive = rollback?.isActive === true
  const { data: planned } = useRollbackPlan(channel.id, keep, isOpen && !isActive)
  const plan = planned?.plan ?? null
  const confirm = (): void => change.mutate(isActive ? null : keep, { onSuccess: onClose })
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={isActive ? `End the rollback of ${channel.name}?` : `Roll ${channel.name} back?`}
      action={isActive ? 'End rollback' : 'Roll back now'}
      isBusy={change.isPending}
      error={change.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      {isActive ? (
        <p>
          <b>Restart:</b> {outputNames(rollback.stopped)}
          <br />
          <b>Keep running:</b> {outputNames(rollback.kept)}
          <br />
          The source goes back to {rollback.lockBefore}.
        </p>
      ) : (
        <>
          <NumberInput
            label="Outputs to keep"
            description="Live outputs first, then by priority. Disabled and failed ones always stop."
            min={1}
            max={1000}
            value={keep}
            onChange={(value) => setKeep(typeof value === 'number' && value >= 1 ? Math.floor(value) : 1)}
          />
          <p>
            <b>Keep running:</b> {plan === null ? '…' : outputNames(plan.kept)}
            <br />
            <b>Stop:</b> {plan === null ? '…' : outputNames(plan.stopped)}
          </p>
          <p>Sluice locks the source to the input that is stable now. {rollback?.profile}</p>
        </>
      )}
    </ConfirmDialog>
  )
}
