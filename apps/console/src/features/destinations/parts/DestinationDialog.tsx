import { Modal } from '@mantine/core'
import type { CatalogueEntry, Destination } from '@sluice/contract/api'
import { useState } from 'react'
import { useCatalogue } from '../../../live/index.ts'
import { PlatformPicker, targetFormOf } from '../../../ui/platform/index.ts'
import { useCreateDestination, usePatchDestination } from '../use-destination-actions.ts'
import { DestinationForm } from './DestinationForm.tsx'

/** Saves a new destination (null), or changes one. */
export function DestinationDialog({ destination, onClose }: { destination: Destination | null; onClose(): void }) {
  const { data: catalogue = [] } = useCatalogue()
  const [entry, setEntry] = useState<CatalogueEntry | null>(null)
  const isPicking = destination === null && entry === null
  const title = destination !== null ? `Edit ${destination.name}` : entry === null ? 'Add destination' : `Add ${entry.name}`
  return (
    <Modal opened onClose={onClose} title={title} size={isPicking ? 760 : 520}>
      {isPicking && <PlatformPicker entries={catalogue} onPick={setEntry} />}
      {destination === null && entry !== null && <Create entry={entry} onDone={onClose} />}
      {destination !== null && (
        <Edit destination={destination} entry={catalogue.find((other) => other.id === destination.platform) ?? null} onDone={onClose} />
      )}
    </Modal>
  )
}

function Create({ entry, onDone }: { entry: CatalogueEntry; onDone(): void }) {
  const create = useCreateDestination()
  return (
    <DestinationForm
      start={targetFormOf(entry)}
      entry={entry}
      isBusy={create.isPending}
      error={create.error}
      onSave={(form) => create.mutate(form, { onSuccess: onDone })}
      onCancel={onDone}
    />
  )
}

function Edit({ destination, entry, onDone }: { destination: Destination; entry: CatalogueEntry | null; onDone(): void }) {
  const patch = usePatchDestination(destination.id)
  const { name, platform, url, tlsVerify } = destination
  return (
    <DestinationForm
      start={{ name, platform, url, streamKey: '', class: destination.class, tlsVerify }}
      entry={entry}
      savedKeyHint={destination.keyHint}
      usedByOutputs={destination.usedByOutputs}
      isBusy={patch.isPending}
      error={patch.error}
      onSave={(form) =>
        patch.mutate(
          {
            ...(form.name !== name && { name: form.name }),
            ...(form.url !== url && { url: form.url }),
            ...(form.streamKey !== '' && { streamKey: form.streamKey }),
            ...(form.tlsVerify !== tlsVerify && { tlsVerify: form.tlsVerify }),
          },
          { onSuccess: onDone },
        )
      }
      onCancel={onDone}
    />
  )
}
