import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import { useCreateChannel } from '../use-channels.ts'

/** Asks for a name, makes the channel and goes to its page, where the next step stands. */
export function CreateChannelDialog({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const create = useCreateChannel()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const channel = await create.mutateAsync(name).catch(() => null)
    if (channel !== null) await navigate({ to: '/channels/$channelId', params: { channelId: channel.id } })
  }
  return (
    <Modal opened={isOpen} onClose={onClose} title="New channel">
      <form onSubmit={submit}>
        <Stack gap="md">
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
          <ProblemNote error={restError(create.error, ['name'])} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Make channel
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
