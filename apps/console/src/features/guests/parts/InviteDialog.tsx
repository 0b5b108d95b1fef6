import { Button, Group, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { CopyField, fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import { useInviteGuest } from '../use-guest-links.ts'

const hourMs = 60 * 60_000
const lifetimes = [
  { value: '6', label: '6 hours' },
  { value: '24', label: 'A day' },
  { value: '72', label: '3 days' },
  { value: '168', label: 'A week' },
  { value: '720', label: '30 days' },
]

/** Asks whom the link is for and for how long, then shows it once. */
export function InviteDialog({ channel, onClose }: { channel: Channel; onClose(): void }) {
  const invite = useInviteGuest(channel.id)
  return (
    <Modal opened onClose={onClose} title={invite.data ? 'Send this link' : 'Invite a guest'} closeOnClickOutside={!invite.data} size={520}>
      {invite.data ? (
        <Stack gap="md">
          <p style={{ margin: 0 }}>This is the only time that it is shown. Whoever has it can add destinations to {channel.name}.</p>
          <CopyField label={`Link for ${invite.data.name}`} value={invite.data.url} />
          <Group justify="flex-end">
            <Button onClick={onClose}>I have copied it</Button>
          </Group>
        </Stack>
      ) : (
        <Form invite={invite} onClose={onClose} />
      )}
    </Modal>
  )
}

function Form({ invite, onClose }: { invite: ReturnType<typeof useInviteGuest>; onClose(): void }) {
  const [name, setName] = useState('')
  const [hours, setHours] = useState<string | null>('24')
  const [maxOutputs, setMaxOutputs] = useState<number | string>(1)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const expiresAt = new Date(Date.now() + Number(hours ?? 24) * hourMs).toISOString()
    invite.mutate({ name, expiresAt, maxOutputs: Number(maxOutputs) })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Guest"
          description="Shown in the timeline and at their outputs"
          required
          maxLength={80}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldError(invite.error, 'name')}
        />
        <Select
          label="Ends after"
          description="Then their outputs end and their keys are deleted"
          data={lifetimes}
          value={hours}
          onChange={setHours}
          allowDeselect={false}
          error={fieldError(invite.error, 'expiresAt')}
        />
        <NumberInput
          label="Destinations at most"
          min={1}
          max={20}
          value={maxOutputs}
          onChange={setMaxOutputs}
          error={fieldError(invite.error, 'maxOutputs')}
        />
        <ProblemNote error={restError(invite.error, ['name', 'expiresAt', 'maxOutputs'])} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={invite.isPending}>
            Make the link
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
