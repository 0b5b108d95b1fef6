import { Button, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { AccessFrame } from '../../ui/brand/index.ts'
import { fieldError, PasswordField, ProblemNote, restError, useFields } from '../../ui/form/index.ts'
import { readFragment } from './read-fragment.ts'
import { useSetup } from './use-access.ts'

const fields = ['name', 'email', 'password', 'workspace', 'code'] as const

/** First run: the owner's account, for whoever has the code that Sluice printed. */
export function SetupPage() {
  const setup = useSetup()
  const { form, bind } = useFields(
    () => ({ code: readFragment(location.hash, 'code') ?? '', name: '', email: '', password: '' }),
    setup.error,
  )
  // The link brings the code; it is asked for where somebody came without one, or with a wrong one.
  const [asksForCode] = useState(form.code === '')
  const isCodeWrong = fieldError(setup.error, 'code') !== undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setup.mutate(form)
  }
  return (
    <AccessFrame title="Create your account" lead="This is the first account, so it owns this Sluice.">
      <form onSubmit={submit}>
        <Stack gap="md">
          {(asksForCode || isCodeWrong) && (
            <TextInput
              label="Setup code"
              autoComplete="off"
              spellCheck={false}
              placeholder="XXXXX-XXXXX-XXXXX-XXXXX"
              description="Sluice prints it at startup, in the terminal where you ran npm start or in the service log (journalctl -u sluice)."
              autoFocus
              size="md"
              {...bind('code')}
            />
          )}
          <TextInput label="Your name" autoComplete="name" autoFocus={!asksForCode} size="md" {...bind('name')} />
          <TextInput label="Email" type="email" autoComplete="username" description="You sign in with it." size="md" {...bind('email')} />
          <PasswordField isNew size="md" {...bind('password')} />
          <ProblemNote error={restError(setup.error, fields)} />
          <Button type="submit" size="md" loading={setup.isPending}>
            Create account
          </Button>
        </Stack>
      </form>
    </AccessFrame>
  )
}
