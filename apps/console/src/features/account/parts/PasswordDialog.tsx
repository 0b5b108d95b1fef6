import { FormDialog, PasswordField, restError, useFields } from '../../../ui/form/index.ts'
import { useChangePassword } from '../use-own-account.ts'

const fields = ['currentPassword', 'newPassword'] as const

/** Asks for the current password and a new one. */
export function PasswordDialog({ email, onClose }: { email: string; onClose(): void }) {
  const change = useChangePassword()
  const { form, bind } = useFields(() => ({ currentPassword: '', newPassword: '' }), change.error)
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
      <PasswordField label="Current password" isFirst {...bind('currentPassword')} />
      <PasswordField label="New password" isNew {...bind('newPassword')} />
    </FormDialog>
  )
}
