import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import { useRenameChannel } from '../use-channel-actions.ts'

export function RenameDialog({ channel, isOpen, onClose }: { channel: Channel; isOpen: boolean; onClose(): void }) {
  const rename = useRenameChannel(channel.id)
  const [name, setName] = useState(channel.name)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    rename.mutate(name, { onSuccess: onClose })
  }
  return (
    <Modal opened={isOpen} onClose={onClose} title="Rename channel">
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label="Name"
            required
            maxLength={80}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fieldError(rename.error, 'name')}
          />
          <ProblemNote error={restError(rename.error, ['name'])} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={rename.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
