import { Button, Group, Modal, PasswordInput, SegmentedControl, Stack, TextInput } from '@mantine/core'
import type { Destination } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import { formatCount, formatDate } from '../../../ui/format/index.ts'
import { useCancelRotation, useRotateDestination } from '../use-destination-actions.ts'

/** Asks for the next key and when it takes over, and says what happens then. */
export function RotateDialog({ destination, onClose }: { destination: Destination; onClose(): void }) {
  const rotate = useRotateDestination(destination.id)
  const cancel = useCancelRotation(destination.id)
  const [streamKey, setStreamKey] = useState('')
  const [when, setWhen] = useState('now')
  const [at, setAt] = useState('')
  const isLater = when === 'later'
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    rotate.mutate({ streamKey, ...(isLater && { at: new Date(at).toISOString() }) }, { onSuccess: onClose })
  }
  return (
    <Modal opened onClose={onClose} title={`Rotate the key of ${destination.name}`} size={480}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {destination.nextRotation !== null && (
            <Group justify="space-between" wrap="nowrap">
              <span>A key is kept for {formatDate(destination.nextRotation.at)}. Another plan replaces it.</span>
              <Button
                variant="default"
                size="compact-sm"
                style={{ flexShrink: 0 }}
                loading={cancel.isPending}
                onClick={() => cancel.mutate()}
              >
                Cancel that
              </Button>
            </Group>
          )}
          <PasswordInput
            label="New stream key"
            description="Kept encrypted, and never shown again"
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
              { value: 'later', label: 'At a time' },
            ]}
          />
          {isLater && (
            <TextInput
              type="datetime-local"
              label="Takes over at"
              description="Your time. Missed while Sluice is off, it is made up for at the next start."
              required
              value={at}
              onChange={(event) => setAt(event.currentTarget.value)}
              error={fieldError(rotate.error, 'at')}
            />
          )}
          <p style={{ margin: 0 }}>
            {destination.usedByOutputs === 0
              ? 'No output uses this destination now.'
              : `${formatCount(destination.usedByOutputs, 'output')} on it: a live one opens the new session first and changes over at a key frame, without a gap. If the new key does not work, the old session stays live.`}
          </p>
          <ProblemNote error={restError(rotate.error ?? cancel.error, ['streamKey', 'at'])} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={rotate.isPending}>
              {isLater ? 'Keep for then' : 'Rotate now'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
