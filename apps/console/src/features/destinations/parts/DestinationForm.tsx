import type { CatalogueEntry } from '@sluice/contract/api'
import { useState } from 'react'
import { DialogForm, restError } from '../../../ui/form/index.ts'
import { formatCount } from '../../../ui/format/index.ts'
import { TargetFields, type TargetForm } from '../../../ui/platform/index.ts'

type Props = {
  start: TargetForm
  entry: CatalogueEntry | null
  savedKeyHint?: string | null
  usedByOutputs?: number
  isBusy: boolean
  error: Error | null
  onSave(form: TargetForm): void
  onCancel(): void
}

export function DestinationForm({ start, entry, savedKeyHint, usedByOutputs = 0, isBusy, error, onSave, onCancel }: Props) {
  const [form, setForm] = useState(start)
  return (
    <DialogForm
      action="Save"
      isBusy={isBusy}
      error={restError(error, ['name', 'url', 'streamKey'])}
      onSubmit={() => onSave(form)}
      onCancel={onCancel}
    >
      <TargetFields form={form} onChange={setForm} entry={entry} error={error} savedKeyHint={savedKeyHint} />
      {usedByOutputs > 0 && (
        <p style={{ margin: 0 }}>
          {usedByOutputs === 1 ? '1 output uses' : `${formatCount(usedByOutputs, 'output')} use`} this destination. If you change the server
          or the key while one is live, it connects with the new one before it drops the old one.
        </p>
      )}
    </DialogForm>
  )
}
