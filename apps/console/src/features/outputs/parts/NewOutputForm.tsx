import { Switch } from '@mantine/core'
import type { CatalogueEntry, EnhancedMode } from '@sluice/contract/api'
import { useState } from 'react'
import { DialogForm, fieldError, restError } from '../../../ui/form/index.ts'
import { TargetFields, targetFormOf } from '../../../ui/platform/index.ts'
import { useCreateOutput } from '../use-outputs.ts'
import { EnhancedField } from './EnhancedField.tsx'
import { RungField } from './RungField.tsx'
import { TargetTest } from './TargetTest.tsx'

type Props = { channelId: string; entry: CatalogueEntry; onBack(): void; onDone(): void }

/** Credentials of a new destination, saved and added to the channel in one step. */
export function NewOutputForm({ channelId, entry, onBack, onDone }: Props) {
  const create = useCreateOutput(channelId)
  const [form, setForm] = useState(() => targetFormOf(entry))
  const [rung, setRung] = useState('auto')
  const [enhanced, setEnhanced] = useState<EnhancedMode>('off')
  const [isStarting, setStarting] = useState(true)
  const submit = (): void => create.mutate({ ...form, rung, enhanced, enabled: isStarting }, { onSuccess: onDone })
  return (
    <DialogForm
      action="Add output"
      isBusy={create.isPending}
      error={restError(create.error, ['name', 'url', 'streamKey', 'rung'])}
      onSubmit={submit}
      onCancel={onDone}
      onBack={onBack}
    >
      {entry.status !== 'active' && <p>This platform is reported to have shut down. It may no longer accept streams.</p>}
      <TargetFields form={form} onChange={setForm} entry={entry} error={create.error} />
      <RungField channelId={channelId} value={rung} entry={entry} error={fieldError(create.error, 'rung')} onChange={setRung} />
      <EnhancedField entry={entry} value={enhanced} onChange={setEnhanced} />
      <Switch
        label="Start with the channel"
        description="Right away if the channel is live, otherwise as soon as it goes live"
        checked={isStarting}
        onChange={(event) => setStarting(event.currentTarget.checked)}
      />
      <TargetTest
        target={{ url: form.url, streamKey: form.streamKey, platform: entry.id, tlsVerify: form.tlsVerify, class: form.class, channelId }}
        isReady={form.url !== ''}
      />
    </DialogForm>
  )
}
