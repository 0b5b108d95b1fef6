import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { AccessFrame } from '../../ui/brand/index.ts'
import { fieldError, ProblemNote, restError } from '../../ui/form/index.ts'
import { readFragment } from './read-fragment.ts'
import { useSetup } from './use-access.ts'

const fields = ['name', 'email', 'password', 'workspace', 'code'] as const

/** First run: the owner's account, for whoever has the code that Sluice printed. */
export function SetupPage() {
  const setup = useSetup()
  const [form, setForm] = useState(() => ({ code: readFragment(location.hash, 'code') ?? '', name: '', email: '', password: '' }))
  // The link brings the code; it is asked for where somebody came without one, or with a wrong one.
  const [asksForCode] = useState(form.code === '')
  const isCodeWrong = fieldError(setup.error, 'code') !== undefined
  const bind = (field: keyof typeof form) => ({
    value: form[field],
    onChange: (event: { currentTarget: { value: string } }) => setForm({ ...form, [field]: event.currentTarget.value }),
    error: fieldError(setup.error, field),
    required: true,
    size: 'md' as const,
  })
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
              {...bind('code')}
            />
          )}
          <TextInput label="Your name" autoComplete="name" autoFocus={!asksForCode} {...bind('name')} />
          <TextInput label="Email" type="email" autoComplete="username" description="You sign in with it." {...bind('email')} />
          <PasswordInput
            label="Password"
            autoComplete="new-password"
            minLength={10}
            description="At least 10 characters"
            {...bind('password')}
          />
          <ProblemNote error={restError(setup.error, fields)} />
          <Button type="submit" size="md" loading={setup.isPending}>
            Create account
          </Button>
        </Stack>
      </form>
    </AccessFrame>
  )
}
