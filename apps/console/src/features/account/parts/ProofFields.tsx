import type { ConfirmBothBody } from '@sluice/contract/api'
import { CodeField, fieldError, PasswordField } from '../../../ui/form/index.ts'

export const noProof: ConfirmBothBody = { password: '', code: '' }
export const proofFields = ['password', 'code'] as const

type Props = { value: ConfirmBothBody; onChange(value: ConfirmBothBody): void; hasTwoFactor: boolean; error: Error | null }

/** What shows that the person at the keyboard is the one who signed in. */
export function ProofFields({ value, onChange, hasTwoFactor, error }: Props) {
  return (
    <>
      <PasswordField
        isFirst
        value={value.password}
        onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
        error={fieldError(error, 'password')}
      />
      {hasTwoFactor && (
        <CodeField
          label="Code from your authenticator app, or a recovery code"
          value={value.code}
          onChange={(event) => onChange({ ...value, code: event.currentTarget.value })}
          error={fieldError(error, 'code')}
        />
      )}
    </>
  )
}
