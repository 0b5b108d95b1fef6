import { Button, Stack, TextInput } from '@mantine/core'
import type { Session } from '@sluice/contract/api'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { keys } from '../../live/index.ts'
import { AccessFrame } from '../../ui/brand/index.ts'
import { fieldError, ProblemNote, restError } from '../../ui/form/index.ts'
import { readFragment } from './read-fragment.ts'
import { SignInForm } from './SignInForm.tsx'
import { useRequestReset } from './use-access.ts'

/** Nobody is signed in. `#sign-in=` says why the identity provider's answer did not do. */
export function SignInPage() {
  const client = useQueryClient()
  const [reason] = useState(() => readFragment(location.hash, 'sign-in'))
  const [forgotten, setForgotten] = useState<string | null>(null)
  const done = (session: Session): void => {
    if (reason !== null) history.replaceState(null, '', location.pathname)
    client.setQueryData(keys.session, session)
  }
  if (forgotten !== null) return <ForgottenPage email={forgotten} onBack={() => setForgotten(null)} />
  return (
    <AccessFrame title="Sign in">
      <SignInForm reason={reason} onForgotten={setForgotten} onDone={done} />
    </AccessFrame>
  )
}

function ForgottenPage({ email: known, onBack }: { email: string; onBack(): void }) {
  const request = useRequestReset()
  const [email, setEmail] = useState(known)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    request.mutate(email)
  }
  if (request.isSuccess) {
    return (
      <AccessFrame title="Check your mail" lead={`If ${email} has an account here, a link to choose a new password is on its way.`}>
        <Button size="md" variant="default" onClick={onBack}>
          Back to sign-in
        </Button>
      </AccessFrame>
    )
  }
  return (
    <AccessFrame title="Forgot your password?" lead="Enter your email. Sluice sends you a link that works for 30 minutes.">
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label="Email"
            type="email"
            autoComplete="username"
            size="md"
            required
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={fieldError(request.error, 'email')}
          />
          <ProblemNote error={restError(request.error, ['email'])} />
          <Button type="submit" size="md" loading={request.isPending}>
            Send link
          </Button>
          <Button size="md" variant="subtle" onClick={onBack}>
            Back to sign-in
          </Button>
        </Stack>
      </form>
    </AccessFrame>
  )
}
