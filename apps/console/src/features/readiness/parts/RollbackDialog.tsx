import { NumberInput } from '@mantine/core'
import type { Channel, Rollback } from '@sluice/contract/api'
import { useState } from 'react'
import { useOutputs } from '../../../live/index.ts'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { keptOutputs } from '../kept-outputs.ts'
import { useRollbackChange } from '../use-readiness.ts'

type Props = { channel: Channel; rollback: Rollback | undefined; isOpen: boolean; onClose(): void }

/** Asks before outputs are stopped, and names those that stay. */
export function RollbackDialog({ channel, rollback, isOpen, onClose }: Props) {
  const change = useRollbackChange(channel.id)
  const { data: outputs = [] } = useOutputs(channel.id)
  const [keep, setKeep] = useState(3)
  const kept = keptOutputs(outputs, keep)
  const running = outputs.filter((output) => output.desired === 'running').length
  const isActive = rollback?.isActive === true
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
          {rollback.stoppedOutputIds.length} outputs start again, and the source follows its former rule ({rollback.lockBefore}).
        </p>
      ) : (
        <>
          <NumberInput
            label="Outputs to keep"
            description="Those of the highest priority stay; all others stop at once."
            min={1}
            max={1000}
            value={keep}
            onChange={(value) => setKeep(typeof value === 'number' && value >= 1 ? Math.floor(value) : 1)}
          />
          <p>
            <b>Stay:</b> {kept.map((output) => output.name).join(', ') || 'none'}. <b>Stop:</b> {running - kept.length} outputs. The source
            is locked to the input that is steady now. {rollback?.profile}
          </p>
        </>
      )}
    </ConfirmDialog>
  )
}
