import { Button, Group, PasswordInput, SegmentedControl, TextInput } from '@mantine/core'
import type { Destination } from '@sluice/contract/api'
import { useState } from 'react'
import { FormDialog, fieldError, restError } from '../../../ui/form/index.ts'
import { formatCount, formatDate, formatTimeOfDay } from '../../../ui/format/index.ts'
import { useCancelRotation, useRotateDestination } from '../use-destination-actions.ts'

/** Asks for the next key and when to switch to it, and says what happens then. */
export function RotateDialog({ destination, onClose }: { destination: Destination; onClose(): void }) {
  const rotate = useRotateDestination(destination.id)
  const cancel = useCancelRotation(destination.id)
  const [streamKey, setStreamKey] = useState('')
  const [when, setWhen] = useState('now')
  const [at, setAt] = useState('')
  const isLater = when === 'later'
  const { usedByOutputs, nextRotation } = destination
  return (
    <FormDialog
      title={`Rotate the key of ${destination.name}`}
      size={480}
      action={isLater ? 'Schedule' : 'Rotate now'}
      isBusy={rotate.isPending}
      error={restError(rotate.error ?? cancel.error, ['streamKey', 'at'])}
      onSubmit={() => rotate.mutate({ streamKey, ...(isLater && { at: new Date(at).toISOString() }) }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {nextRotation !== null && (
        <Group justify="space-between" wrap="nowrap">
          <span>
            A key change is scheduled for {formatDate(nextRotation.at)} at {formatTimeOfDay(nextRotation.at)}. A new schedule replaces it.
          </span>
          <Button variant="default" size="compact-sm" style={{ flexShrink: 0 }} loading={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel that change
          </Button>
        </Group>
      )}
      <PasswordInput
        label="New stream key"
        description="Stored encrypted and never shown again"
        required
        autoComplete="off"
        data-1p-ignore
        data-autofocus
        maxLength={1000}
        value={streamKey}
        onChange={(event) => setStreamKey(event.currentTarget.value)}
        error={fieldError(rotate.error, 'streamKey')}
        visibilityToggleButtonProps={{ 'aria-label': 'Show stream key' }}
      />
      <SegmentedControl
        aria-label="When"
        value={when}
        onChange={setWhen}
        data={[
          { value: 'now', label: 'Now' },
          { value: 'later', label: 'Later' },
        ]}
      />
      {isLater && (
        <TextInput
          type="datetime-local"
          label="Change the key at"
          description="Your local time. If Sluice is off then, the key changes at the next start."
          required
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
          error={fieldError(rotate.error, 'at')}
        />
      )}
      <p style={{ margin: 0 }}>
        {usedByOutputs === 0
          ? 'No output uses this destination.'
          : `${usedByOutputs === 1 ? '1 output uses' : `${formatCount(usedByOutputs, 'output')} use`} this destination. A live output connects with the new key first and switches at a keyframe, without a gap. If the new key fails, the old session stays live.`}
      </p>
    </FormDialog>
  )
}
