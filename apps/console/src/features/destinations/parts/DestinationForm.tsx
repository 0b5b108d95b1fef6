import { Button, Group, Stack } from '@mantine/core'
import type { CatalogueEntry } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { ProblemNote, restError } from '../../../ui/form/index.ts'
import { formatCount } from '../../../ui/format/index.ts'
import { TargetFields, type TargetForm } from '../../../ui/platform/index.ts'

type Props = {
  start: TargetForm
  entry: CatalogueEntry | null
  keptKey?: string | null
  usedByOutputs?: number
  isBusy: boolean
  error: Error | null
  onSave(form: TargetForm): void
  onCancel(): void
}

export function DestinationForm({ start, entry, keptKey, usedByOutputs = 0, isBusy, error, onSave, onCancel }: Props) {
  const [form, setForm] = useState(start)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onSave(form)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TargetFields form={form} onChange={setForm} entry={entry} error={error} keptKey={keptKey} />
        {usedByOutputs > 0 && (
          <p style={{ margin: 0 }}>
            A new server or key moves {formatCount(usedByOutputs, 'output')}: a live one opens the new session before it ends the old.
          </p>
        )}
        <ProblemNote error={restError(error, ['name', 'url', 'streamKey'])} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
