import { Button, Group, Modal, PasswordInput, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import { useChangePassword } from '../use-own-account.ts'

const fields = ['currentPassword', 'newPassword'] as const

/** Asks for the current password and a new one. */
export function PasswordDialog({ email, onDone, onClose }: { email: string; onDone(): void; onClose(): void }) {
  const change = useChangePassword()
  const [form, setForm] = useState({ currentPassword: '', newPassword: '' })
  const bind = (field: keyof typeof form) => ({
    value: form[field],
    onChange: (event: { currentTarget: { value: string } }) => setForm({ ...form, [field]: event.currentTarget.value }),
    error: fieldError(change.error, field),
    required: true,
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    change.mutate(form, { onSuccess: onDone })
  }
  return (
    <Modal opened onClose={onClose} title="Change password" size={460}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <p style={{ margin: 0 }}>This signs out all other browsers. API keys keep working, and the stream goes on.</p>
          {/* For password managers: which account this is. */}
          <input type="hidden" autoComplete="username" value={email} readOnly />
          <PasswordInput label="Current password" autoComplete="current-password" data-autofocus {...bind('currentPassword')} />
          <PasswordInput
            label="New password"
            autoComplete="new-password"
            minLength={10}
            maxLength={128}
            description="10 characters or more"
            {...bind('newPassword')}
          />
          <ProblemNote error={restError(change.error, fields)} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending}>
              Change password
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
