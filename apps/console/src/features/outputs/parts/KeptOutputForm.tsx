import { Stack, Switch, TextInput } from '@mantine/core'
import type { Destination } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import { ClassChoice } from '../../../ui/platform/index.ts'
import { useCreateOutput } from '../use-outputs.ts'
import { FormFooter } from './FormFooter.tsx'
import { TargetTest } from './TargetTest.tsx'

type Props = { channelId: string; destination: Destination; onBack(): void; onDone(): void }

/** Attaches a destination that is kept already: only what differs by channel is asked. */
export function KeptOutputForm({ channelId, destination, onBack, onDone }: Props) {
  const create = useCreateOutput(channelId)
  const [name, setName] = useState(destination.name)
  const [outputClass, setOutputClass] = useState(destination.class)
  const [isStarting, setStarting] = useState(true)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    create.mutate({ name, destinationId: destination.id, class: outputClass, enabled: isStarting }, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
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
          description="At once when the channel is live, else as soon as it is"
          checked={isStarting}
          onChange={(event) => setStarting(event.currentTarget.checked)}
        />
        <TargetTest target={{ destinationId: destination.id, class: outputClass, channelId }} isReady />
        <ProblemNote error={restError(create.error, ['name'])} />
        <FormFooter action="Add output" isBusy={create.isPending} onBack={onBack} />
      </Stack>
    </form>
  )
}
