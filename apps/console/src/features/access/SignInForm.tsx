import { Anchor, Button, Stack, TextInput } from '@mantine/core'
import type { Session } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { ApiError } from '../../live/index.ts'
import { CodeField, fieldError, PasswordField, ProblemNote, restError } from '../../ui/form/index.ts'
import styles from './SignInForm.module.css'
import { useProviderSignIn, useSignIn, useSignInCode, useSignInOptions } from './use-access.ts'

type Props = {
  email?: string
  /** Why the person stands here, where they tried something already. */
  reason?: string | null
  /** Leaves this page for the provider's; false where the page must stay. */
  offersProvider?: boolean
  onForgotten?: (email: string) => void
  onDone(session: Session): void
}

/** Email and password, the code of a second factor where the account has one, and the provider where there is one. */
export function SignInForm({ email: known = '', reason = null, offersProvider = true, onForgotten, onDone }: Props) {
  const signIn = useSignIn()
  const { data: options } = useSignInOptions()
  const provider = useProviderSignIn()
  const [email, setEmail] = useState(known)
  const [password, setPassword] = useState('')
  const [asksForCode, setAsksForCode] = useState(false)
  if (asksForCode) return <CodeForm onDone={onDone} onBack={() => setAsksForCode(false)} />
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    signIn.mutate(
      { email, password },
      {
        onSuccess: onDone,
        onError: (error) => setAsksForCode(error instanceof ApiError && error.code === 'AUTH_SECOND_FACTOR'),
      },
    )
  }
  const shown = signIn.error ?? provider.error ?? (reason === null || signIn.isPending ? null : new Error(reason))
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          size="md"
          required
          autoFocus={known === ''}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={fieldError(signIn.error, 'email')}
        />
        <PasswordField
          size="md"
          isFirst={known !== ''}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={fieldError(signIn.error, 'password')}
        />
        <ProblemNote error={restError(shown, ['email', 'password'])} />
        <Button type="submit" size="md" loading={signIn.isPending}>
          Sign in
        </Button>
        {onForgotten && options?.canResetByMail && (
          <Anchor component="button" type="button" ta="left" onClick={() => onForgotten(email)}>
            Forgot your password?
          </Anchor>
        )}
        {offersProvider && options?.provider != null && (
          <>
            <p className={styles.or}>or</p>
            <Button variant="default" size="md" loading={provider.isPending} onClick={() => provider.mutate(false)}>
              Sign in with {options.provider}
            </Button>
          </>
        )}
      </Stack>
    </form>
  )
}

function CodeForm({ onDone, onBack }: { onDone(session: Session): void; onBack(): void }) {
  const send = useSignInCode()
  const [code, setCode] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    send.mutate(code, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <CodeField
          label="Code from your authenticator app"
          description="Six digits. If you lost your phone, enter one of your recovery codes."
          size="md"
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={fieldError(send.error, 'code')}
        />
        <ProblemNote error={restError(send.error, ['code'])} />
        <Button type="submit" size="md" loading={send.isPending}>
          Sign in
        </Button>
        <Anchor component="button" type="button" ta="left" onClick={onBack}>
          Use another account
        </Anchor>
      </Stack>
    </form>
  )
}
