import { TextInput } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { FormDialog, fieldError, restError } from '../../../ui/form/index.ts'
import { useRenameChannel } from '../use-channel-actions.ts'

export function RenameDialog({ channel, isOpen, onClose }: { channel: Channel; isOpen: boolean; onClose(): void }) {
  const rename = useRenameChannel(channel.id)
  const [name, setName] = useState(channel.name)
  return (
    <FormDialog
      title="Rename channel"
      isOpen={isOpen}
      action="Save"
      isBusy={rename.isPending}
      error={restError(rename.error, ['name'])}
      onSubmit={() => rename.mutate(name, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        maxLength={80}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(rename.error, 'name')}
      />
    </FormDialog>
  )
}
