import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { FormDialog, fieldError, restError } from '../../../ui/form/index.ts'
import { useCreateChannel } from '../use-channels.ts'

/** Asks for a name, creates the channel and goes to its page, which shows the next step. */
export function CreateChannelDialog({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const create = useCreateChannel()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const submit = async (): Promise<void> => {
    const channel = await create.mutateAsync(name).catch(() => null)
    if (channel !== null) await navigate({ to: '/channels/$channelId', params: { channelId: channel.id } })
  }
  return (
    <FormDialog
      title="New channel"
      isOpen={isOpen}
      action="Create channel"
      isBusy={create.isPending}
      error={restError(create.error, ['name'])}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        placeholder="Sunday service"
        required
        maxLength={80}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(create.error, 'name')}
      />
    </FormDialog>
  )
}
