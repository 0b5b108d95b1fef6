import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { FormDialog, fieldError, restError } from '../../../ui/form/index.ts'
import { useChangePassword } from '../use-own-account.ts'

const fields = ['currentPassword', 'newPassword'] as const

/** Asks for the current password and a new one. */
export function PasswordDialog({ email, onClose }: { email: string; onClose(): void }) {
  const change = useChangePassword()
  const [form, setForm] = useState({ currentPassword: '', newPassword: '' })
  const bind = (field: keyof typeof form) => ({
    value: form[field],
    onChange: (event: { currentTarget: { value: string } }) => setForm({ ...form, [field]: event.currentTarget.value }),
    error: fieldError(change.error, field),
    required: true,
  })
  return (
    <FormDialog
      title="Change password"
      size={460}
      action="Change password"
      isBusy={change.isPending}
      error={restError(change.error, fields)}
      onSubmit={() => change.mutate(form, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>This signs out every other browser. API keys keep working, and streams are not affected.</p>
      {/* For password managers: which account this is. */}
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <PasswordInput label="Current password" autoComplete="current-password" data-autofocus {...bind('currentPassword')} />
      <PasswordInput
        label="New password"
        autoComplete="new-password"
        minLength={10}
        maxLength={128}
        description="At least 10 characters"
        {...bind('newPassword')}
      />
    </FormDialog>
  )
}
