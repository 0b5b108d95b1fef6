import { Button, Modal, NumberInput, Select, Stack, TextInput } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { CopyField, DialogFooter, DialogForm, fieldError, restError } from '../../../ui/form/index.ts'
import { useInviteGuest } from '../use-guest-links.ts'

const hourMs = 60 * 60_000
const lifetimes = [
  { value: '6', label: '6 hours' },
  { value: '24', label: '1 day' },
  { value: '72', label: '3 days' },
  { value: '168', label: '1 week' },
  { value: '720', label: '30 days' },
]

/** Asks whom the link is for and for how long, then shows it once. */
export function InviteDialog({ channel, onClose }: { channel: Channel; onClose(): void }) {
  const invite = useInviteGuest(channel.id)
  return (
    <Modal opened onClose={onClose} title={invite.data ? 'Send this link' : 'Invite a guest'} closeOnClickOutside={!invite.data} size={520}>
      {invite.data ? (
        <Stack gap="md">
          <p style={{ margin: 0 }}>Sluice shows this link only once. Anyone with this link can add destinations to {channel.name}.</p>
          <CopyField label={`Link for ${invite.data.name}`} value={invite.data.url} />
          <DialogFooter>
            <Button onClick={onClose}>I have copied it</Button>
          </DialogFooter>
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
  const submit = (): void => {
    const expiresAt = new Date(Date.now() + Number(hours ?? 24) * hourMs).toISOString()
    invite.mutate({ name, expiresAt, maxOutputs: Number(maxOutputs) })
  }
  return (
    <DialogForm
      action="Create link"
      isBusy={invite.isPending}
      error={restError(invite.error, ['name', 'expiresAt', 'maxOutputs'])}
      onSubmit={submit}
      onCancel={onClose}
    >
      <TextInput
        label="Guest name"
        description="Shown in the activity log and on their outputs"
        required
        maxLength={80}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(invite.error, 'name')}
      />
      <Select
        label="Link expires after"
        description="Their outputs then stop and their keys are deleted"
        data={lifetimes}
        value={hours}
        onChange={setHours}
        allowDeselect={false}
        error={fieldError(invite.error, 'expiresAt')}
      />
      <NumberInput
        label="Maximum destinations"
        min={1}
        max={20}
        value={maxOutputs}
        onChange={setMaxOutputs}
        error={fieldError(invite.error, 'maxOutputs')}
      />
    </DialogForm>
  )
}
