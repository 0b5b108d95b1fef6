import { useState } from 'react'
import { FormDialog, fieldError, PasswordField, restError } from '../../../ui/form/index.ts'
import { useEndTwoFactor } from '../use-own-account.ts'

/** The password alone signs in again. */
export function EndTwoFactorDialog({ onClose }: { onClose(): void }) {
  const end = useEndTwoFactor()
  const [password, setPassword] = useState('')
  return (
    <FormDialog
      title="Turn off two-factor sign-in?"
      action="Turn off"
      isBusy={end.isPending}
      error={restError(end.error, ['password'])}
      onSubmit={() => end.mutate(password, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>Your password alone signs you in again. The recovery codes stop working.</p>
      <PasswordField
        isFirst
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={fieldError(end.error, 'password')}
      />
    </FormDialog>
  )
}
