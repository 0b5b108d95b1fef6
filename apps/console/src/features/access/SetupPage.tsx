import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldError, ProblemNote, restError } from '../../ui/form/index.ts'
import { AccessFrame } from './AccessFrame.tsx'
import { useSetup } from './use-access.ts'

const fields = ['name', 'email', 'password', 'workspace'] as const

/** First run: the owner's account. */
export function SetupPage() {
  const setup = useSetup()
  const [form, setForm] = useState({ name: '', email: '', password: '' })
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
    <AccessFrame title="Make your account" lead="You are the first one here, so this account owns this Sluice.">
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput label="Your name" autoComplete="name" autoFocus {...bind('name')} />
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            description="To sign in with. Nothing is sent there."
            {...bind('email')}
          />
          <PasswordInput
            label="Password"
            autoComplete="new-password"
            minLength={10}
            description="10 characters or more"
            {...bind('password')}
          />
          <ProblemNote error={restError(setup.error, fields)} />
          <Button type="submit" size="md" loading={setup.isPending}>
            Make account
          </Button>
        </Stack>
      </form>
    </AccessFrame>
  )
}
