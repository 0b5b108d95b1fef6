import { Switch, TextInput } from '@mantine/core'
import type { Destination } from '@sluice/contract/api'
import { useState } from 'react'
import { DialogForm, fieldError, restError } from '../../../ui/form/index.ts'
import { ClassChoice } from '../../../ui/platform/index.ts'
import { useCreateOutput } from '../use-outputs.ts'
import { TargetTest } from './TargetTest.tsx'

type Props = { channelId: string; destination: Destination; onBack(): void; onDone(): void }

/** Adds a saved destination: asks only what differs by channel. */
export function SavedOutputForm({ channelId, destination, onBack, onDone }: Props) {
  const create = useCreateOutput(channelId)
  const [name, setName] = useState(destination.name)
  const [outputClass, setOutputClass] = useState(destination.class)
  const [isStarting, setStarting] = useState(true)
  const submit = (): void =>
    create.mutate({ name, destinationId: destination.id, class: outputClass, enabled: isStarting }, { onSuccess: onDone })
  return (
    <DialogForm
      action="Add output"
      isBusy={create.isPending}
      error={restError(create.error, ['name'])}
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
