import { Stack } from '@mantine/core'
import type { TwoFactorSetup } from '@sluice/contract/api'
import { useState } from 'react'
import { CodeField, CopyField, DialogForm, fieldError, PasswordField, restError } from '../../../ui/form/index.ts'
import { useBeginTwoFactor, useConfirmTwoFactor } from '../use-own-account.ts'
import { QrCode } from './QrCode.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

type Props = { onDone(): void; onCancel(): void }

/** Password, then the app and the recovery codes, then the first code. Nothing counts before that. */
export function TwoFactorSteps({ onDone, onCancel }: Props) {
  const begin = useBeginTwoFactor()
  const [password, setPassword] = useState('')
  if (begin.data) return <AppStep setup={begin.data} onDone={onDone} onCancel={onCancel} />
  return (
    <DialogForm
      action="Continue"
      isBusy={begin.isPending}
      error={restError(begin.error, ['password'])}
      onSubmit={() => begin.mutate(password)}
      onCancel={onCancel}
    >
      <p style={{ margin: 0 }}>You need an authenticator app on your phone: Aegis, Google Authenticator, 1Password or another one.</p>
      <PasswordField
        label="Your password"
        isFirst
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={fieldError(begin.error, 'password')}
      />
    </DialogForm>
  )
}

function AppStep({ setup, onDone, onCancel }: Props & { setup: TwoFactorSetup }) {
  const confirm = useConfirmTwoFactor()
  const [code, setCode] = useState('')
  return (
    <DialogForm
      action="Turn on"
      isBusy={confirm.isPending}
      canSubmit={code.trim().length >= 6}
      error={restError(confirm.error, ['code'])}
      onSubmit={() => confirm.mutate(code, { onSuccess: onDone })}
      onCancel={onCancel}
    >
      <Stack gap="md">
        <div>
          <p style={{ margin: '0 0 10px' }}>Scan this with the app, or type the key into it.</p>
          <QrCode text={setup.uri} label="Key for the authenticator app" />
          <CopyField label="Key" value={setup.secret} />
        </div>
        <RecoveryCodes codes={setup.recoveryCodes} />
        <CodeField
          label="Code that the app shows now"
          inputMode="numeric"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={fieldError(confirm.error, 'code')}
        />
      </Stack>
    </DialogForm>
  )
}
