import { Modal } from '@mantine/core'
import type { CatalogueEntry, Channel, Destination } from '@sluice/contract/api'
import { useState } from 'react'
import { useCatalogue, useDestinations, useOutputs } from '../../../live/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import { PlatformPicker } from '../../../ui/platform/index.ts'
import { NewOutputForm } from './NewOutputForm.tsx'
import { SavedDestinations } from './SavedDestinations.tsx'
import { SavedOutputForm } from './SavedOutputForm.tsx'

type Choice = { kind: 'new'; entry: CatalogueEntry } | { kind: 'saved'; destination: Destination }

/** First where to, then the few things that are asked about it. */
export function AddOutputDialog({ channel, isOpen, onClose }: { channel: Channel; isOpen: boolean; onClose(): void }) {
  const [choice, setChoice] = useState<Choice | null>(null)
  const close = (): void => {
    setChoice(null)
    onClose()
  }
  const back = (): void => setChoice(null)
  const name = choice === null ? null : choice.kind === 'new' ? choice.entry.name : choice.destination.name
  return (
    <Modal opened={isOpen} onClose={close} size={choice === null ? 760 : 520} title={name === null ? 'Add output' : `Add ${name}`}>
      {choice === null && <Picker channel={channel} onChoose={setChoice} />}
      {choice?.kind === 'new' && <NewOutputForm channelId={channel.id} entry={choice.entry} onBack={back} onDone={close} />}
      {choice?.kind === 'saved' && <SavedOutputForm channelId={channel.id} destination={choice.destination} onBack={back} onDone={close} />}
    </Modal>
  )
}

function Picker({ channel, onChoose }: { channel: Channel; onChoose(choice: Choice): void }) {
  const catalogue = useCatalogue()
  const { data: destinations = [] } = useDestinations()
  const { data: outputs = [] } = useOutputs(channel.id)
  const isGranted = ({ channelIds }: Destination): boolean => channelIds === null || channelIds.includes(channel.id)
  const free = destinations.filter(
    (destination) =>
      destination.credential !== 'guest' && isGranted(destination) && !outputs.some((output) => output.destinationId === destination.id),
  )
  return (
    <>
      <ProblemNote error={catalogue.error} />
      <PlatformPicker entries={catalogue.data ?? []} onPick={(entry) => onChoose({ kind: 'new', entry })}>
        <SavedDestinations destinations={free} onPick={(destination) => onChoose({ kind: 'saved', destination })} />
      </PlatformPicker>
    </>
  )
}
