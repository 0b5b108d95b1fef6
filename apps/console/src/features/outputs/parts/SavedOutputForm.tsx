import { Switch, TextInput } from '@mantine/core'
import type { Destination, EnhancedMode } from '@sluice/contract/api'
import { useState } from 'react'
import { useCatalogue } from '../../../live/index.ts'
import { DialogForm, fieldError, restError } from '../../../ui/form/index.ts'
import { ClassChoice } from '../../../ui/platform/index.ts'
import { useCreateOutput } from '../use-outputs.ts'
import { EnhancedField } from './EnhancedField.tsx'
import { RungField } from './RungField.tsx'
import { TargetTest } from './TargetTest.tsx'

type Props = { channelId: string; destination: Destination; onBack(): void; onDone(): void }

/** Adds a saved destination: asks only what differs by channel. */
export function SavedOutputForm({ channelId, destination, onBack, onDone }: Props) {
  const create = useCreateOutput(channelId)
  const [name, setName] = useState(destination.name)
  const [outputClass, setOutputClass] = useState(destination.class)
  const [rung, setRung] = useState('auto')
  const [enhanced, setEnhanced] = useState<EnhancedMode>('off')
  const entry = useCatalogue().data?.find(({ id }) => id === destination.platform) ?? null
  const [isStarting, setStarting] = useState(true)
  const submit = (): void =>
    create.mutate({ name, destinationId: destination.id, class: outputClass, rung, enhanced, enabled: isStarting }, { onSuccess: onDone })
  return (
    <DialogForm
      action="Add output"
      isBusy={create.isPending}
      error={restError(create.error, ['name', 'rung'])}
      onSubmit={submit}
      onCancel={onDone}
      onBack={onBack}
    >
      <TextInput
        label="Name"
        required
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(create.error, 'name')}
      />
      <ClassChoice value={outputClass} onChange={setOutputClass} suggested={destination.class} />
      <RungField channelId={channelId} value={rung} entry={entry} error={fieldError(create.error, 'rung')} onChange={setRung} />
      <EnhancedField entry={entry} value={enhanced} onChange={setEnhanced} />
      <Switch
        label="Start with the channel"
        description="Right away if the channel is live, otherwise as soon as it goes live"
        checked={isStarting}
        onChange={(event) => setStarting(event.currentTarget.checked)}
      />
      <TargetTest target={{ destinationId: destination.id, class: outputClass, channelId }} isReady />
    </DialogForm>
  )
}
