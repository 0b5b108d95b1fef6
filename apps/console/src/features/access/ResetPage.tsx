import { Button, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { AccessFrame } from '../../ui/brand/index.ts'
import { fieldError, PasswordField, ProblemNote, restError } from '../../ui/form/index.ts'
import { readFragment } from './read-fragment.ts'
import { useResetPassword } from './use-access.ts'

const toSignIn = (): void => location.assign('/')

/** The link of a password reset, opened. */
export function ResetPage() {
  const [token] = useState(() => readFragment(location.hash, 'token') ?? '')
  const reset = useResetPassword()
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    reset.mutate({ token, password })
  }
  if (reset.isSuccess) {
    return (
      <AccessFrame title="Password changed" lead="You are signed out everywhere. Streams keep running.">
        <Button size="md" onClick={toSignIn}>
          Sign in
        </Button>
      </AccessFrame>
    )
  }
  return (
    <AccessFrame title="Choose a new password" lead="It signs you out of every browser. Streams keep running.">
      <form onSubmit={submit}>
        <Stack gap="md">
          <PasswordField
            label="New password"
            isNew
            isFirst
            size="md"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={fieldError(reset.error, 'password')}
          />
          <ProblemNote error={restError(reset.error, ['password'])} />
          <Button type="submit" size="md" loading={reset.isPending}>
            Change password
          </Button>
        </Stack>
      </form>
    </AccessFrame>
  )
}
