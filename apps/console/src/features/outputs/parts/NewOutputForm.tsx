import { Stack, Switch } from '@mantine/core'
import type { CatalogueEntry } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { ProblemNote, restError } from '../../../ui/form/index.ts'
import { TargetFields, targetFormOf } from '../../../ui/platform/index.ts'
import { useCreateOutput } from '../use-outputs.ts'
import { FormFooter } from './FormFooter.tsx'
import { TargetTest } from './TargetTest.tsx'

type Props = { channelId: string; entry: CatalogueEntry; onBack(): void; onDone(): void }

/** Credentials of a new destination, kept and attached in one step. */
export function NewOutputForm({ channelId, entry, onBack, onDone }: Props) {
  const create = useCreateOutput(channelId)
  const [form, setForm] = useState(() => targetFormOf(entry))
  const [isStarting, setStarting] = useState(true)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    create.mutate({ ...form, enabled: isStarting }, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {entry.status !== 'active' && <p>This platform is reported to be closed. It may not take streams any more.</p>}
        <TargetFields form={form} onChange={setForm} entry={entry} error={create.error} />
        <Switch
          label="Start with the channel"
          description="At once when the channel is live, else as soon as it is"
          checked={isStarting}
          onChange={(event) => setStarting(event.currentTarget.checked)}
        />
        <TargetTest
          target={{ url: form.url, streamKey: form.streamKey, platform: entry.id, tlsVerify: form.tlsVerify, class: form.class, channelId }}
          isReady={form.url !== ''}
        />
        <ProblemNote error={restError(create.error, ['name', 'url', 'streamKey'])} />
        <FormFooter action="Add output" isBusy={create.isPending} onBack={onBack} />
      </Stack>
    </form>
  )
}
