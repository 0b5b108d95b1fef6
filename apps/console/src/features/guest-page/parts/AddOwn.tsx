import { Autocomplete, Button, Group, PasswordInput, Select, Stack, TextInput } from '@mantine/core'
import type { GuestView } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { CheckList } from '../../../ui/checks/index.ts'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import { serversOf } from '../../../ui/platform/index.ts'
import styles from '../GuestPage.module.css'
import { useAddOwn, useTryOwn } from '../use-visit.ts'

/** The form for a destination of the guest's own. It can be tested before it is added. */
export function AddOwn({ token, platforms, isFirst }: { token: string; platforms: GuestView['platforms']; isFirst: boolean }) {
  const add = useAddOwn(token)
  const attempt = useTryOwn(token)
  const [platform, setPlatform] = useState('custom')
  const [url, setUrl] = useState('')
  const [streamKey, setStreamKey] = useState('')
  const entry = platforms.find((one) => one.id === platform)
  const servers = entry === undefined ? [] : [...new Set(serversOf(entry).map((server) => server.url))]
  const choose = (id: string | null): void => {
    const chosen = platforms.find((one) => one.id === id)
    setPlatform(id ?? 'custom')
    setUrl((chosen && serversOf(chosen)[0]?.url) ?? '')
    attempt.reset()
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    add.mutate(
      { name: entry?.name ?? 'My destination', platform, url, streamKey },
      {
        onSuccess: () => {
          choose(null)
          setStreamKey('')
        },
      },
    )
  }
  return (
    <form className={styles.card} onSubmit={submit}>
      <h2>{isFirst ? 'Where should it go?' : 'Add another destination'}</h2>
      <Stack gap="md">
        <Select
          label="Platform"
          searchable
          allowDeselect={false}
          data={[
            { value: 'custom', label: 'Other server' },
            ...platforms.filter((one) => one.id !== 'custom').map((one) => ({ value: one.id, label: one.name })),
          ]}
          value={platform}
          onChange={choose}
        />
        {servers.length > 0 ? (
          <Autocomplete label="Server" required data={servers} value={url} onChange={setUrl} error={fieldError(add.error, 'url')} />
        ) : (
          <TextInput
            label="Server"
            description="As shown by your platform, for example rtmp://live.example/app"
            required
            maxLength={2000}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            error={fieldError(add.error, 'url')}
          />
        )}
        <PasswordInput
          label="Stream key"
          description="From the live page of your platform. Sluice stores it encrypted and never shows it to anyone."
          autoComplete="off"
          data-1p-ignore
          maxLength={1000}
          value={streamKey}
          onChange={(event) => setStreamKey(event.currentTarget.value)}
          error={fieldError(add.error, 'streamKey')}
          visibilityToggleButtonProps={{ 'aria-label': 'Show stream key' }}
        />
        <ProblemNote error={restError(add.error, ['url', 'streamKey']) ?? attempt.error} />
        {attempt.data && <CheckList checks={attempt.data.checks} />}
        <Group gap="sm">
          <Button type="submit" loading={add.isPending}>
            Add destination
          </Button>
          <Button
            variant="default"
            disabled={url === ''}
            loading={attempt.isPending}
            onClick={() => attempt.mutate({ url, streamKey, platform })}
          >
            Test first
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
