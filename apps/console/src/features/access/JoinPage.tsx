import { Anchor, Button, Stack, TextInput } from '@mantine/core'
import type { InvitationView } from '@sluice/contract/api'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { keys, useSessionQuery, useSignOut } from '../../live/index.ts'
import { AccessFrame } from '../../ui/brand/index.ts'
import { PasswordField, ProblemNote, restError, useFields } from '../../ui/form/index.ts'
import { readFragment } from './read-fragment.ts'
import { SignInForm } from './SignInForm.tsx'
import { useInvitation, useJoin, useJoinWithAccount } from './use-access.ts'

const fields = ['name', 'email', 'password'] as const
const enter = (): void => location.assign('/')

/** An invitation, opened: what it is for, and the two ways to accept it. */
export function JoinPage() {
  const [token] = useState(() => readFragment(location.hash, 'token') ?? '')
  const invitation = useInvitation(token)
  const session = useSessionQuery()
  if (invitation.isError) {
    return (
      <AccessFrame title="This invitation does not work">
        <Stack gap="md" align="start">
          <ProblemNote error={invitation.error} />
          <Button variant="default" onClick={enter}>
            Go to Sluice
          </Button>
        </Stack>
      </AccessFrame>
    )
  }
  if (invitation.data === undefined || session.data === undefined) return null
  const { workspace, role, invitedBy } = invitation.data
  return (
    <AccessFrame title={`Join ${workspace}`} lead={`${invitedBy} invites you as ${role}.`}>
      {session.data?.user != null ? (
        <JoinAs token={token} name={session.data.user.name} email={session.data.user.email} />
      ) : (
        <Choice token={token} invitation={invitation.data} />
      )}
    </AccessFrame>
  )
}

function JoinAs({ token, name, email }: { token: string; name: string; email: string }) {
  const join = useJoinWithAccount()
  const signOut = useSignOut()
  return (
    <Stack gap="md">
      <ProblemNote error={join.error} />
      <Button size="md" loading={join.isPending} onClick={() => join.mutate(token, { onSuccess: enter })}>
        Join as {name} ({email})
      </Button>
      <Anchor component="button" type="button" ta="left" onClick={() => signOut.mutate()}>
        Use another account
      </Anchor>
    </Stack>
  )
}

function Choice({ token, invitation }: { token: string; invitation: InvitationView }) {
  const client = useQueryClient()
  const [hasAccount, setHasAccount] = useState(false)
  return (
    <Stack gap="md">
      {hasAccount ? (
        <SignInForm
          email={invitation.email ?? ''}
          offersProvider={false}
          onDone={(session) => client.setQueryData(keys.session, session)}
        />
      ) : (
        <NewAccount token={token} invitation={invitation} />
      )}
      <Anchor component="button" type="button" ta="left" onClick={() => setHasAccount(!hasAccount)}>
        {hasAccount ? 'I have no account yet' : 'I have an account on this Sluice'}
      </Anchor>
    </Stack>
  )
}

function NewAccount({ token, invitation }: { token: string; invitation: InvitationView }) {
  const join = useJoin()
  const { form, bind } = useFields(() => ({ name: '', email: invitation.email ?? '', password: '' }), join.error)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    join.mutate({ token, ...form }, { onSuccess: enter })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput label="Your name" autoComplete="name" autoFocus size="md" {...bind('name')} />
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          readOnly={invitation.email !== null}
          description={invitation.email === null ? 'You sign in with it.' : 'The invitation is for this address.'}
          size="md"
          {...bind('email')}
        />
        <PasswordField isNew size="md" {...bind('password')} />
        <ProblemNote error={restError(join.error, fields)} />
        <Button type="submit" size="md" loading={join.isPending}>
          Create account and join
        </Button>
      </Stack>
    </form>
  )
}
