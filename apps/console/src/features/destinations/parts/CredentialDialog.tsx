import { Checkbox, MultiSelect, NumberInput, SegmentedControl } from '@mantine/core'
import type { Destination } from '@sluice/contract/api'
import { useState } from 'react'
import { useChannels } from '../../../live/index.ts'
import { FormDialog, fieldError, restError } from '../../../ui/form/index.ts'
import { usePatchDestination } from '../use-destination-actions.ts'

/** Kind of key, how often it should change, and which channels may use it. */
export function CredentialDialog({ destination, onClose }: { destination: Destination; onClose(): void }) {
  const { data: channels = [] } = useChannels()
  const patch = usePatchDestination(destination.id)
  const [credential, setCredential] = useState(destination.credential)
  const [days, setDays] = useState<number | string>(destination.rotateEveryDays ?? '')
  const [isForAll, setForAll] = useState(destination.channelIds === null)
  const [channelIds, setChannelIds] = useState(destination.channelIds ?? [])
  const [stopUngranted, setStopUngranted] = useState(false)
  const isGuest = destination.credential === 'guest'
  const submit = (): void => {
    const rotateEveryDays = credential === 'rotating' && days !== '' ? Number(days) : null
    patch.mutate(
      {
        ...(credential !== 'guest' && { credential, rotateEveryDays }),
        channelIds: isForAll ? null : channelIds,
        stopUngranted,
      },
      { onSuccess: onClose },
    )
  }
  return (
    <FormDialog
      title={`Key and channels of ${destination.name}`}
      size={500}
      action="Save"
      isBusy={patch.isPending}
      error={restError(patch.error, ['rotateEveryDays'])}
      onSubmit={submit}
      onClose={onClose}
    >
      {!isGuest && (
        <SegmentedControl
          aria-label="Kind of key"
          value={credential}
          onChange={(value) => setCredential(value === 'rotating' ? 'rotating' : 'static')}
          data={[
            { value: 'static', label: 'Static key' },
            { value: 'rotating', label: 'Rotating key' },
          ]}
        />
      )}
      {credential === 'rotating' && (
        <NumberInput
          label="Rotation interval in days"
          description="Sluice reminds you when a rotation is due. Leave empty for no reminder."
          min={1}
          max={3650}
          value={days}
          onChange={setDays}
          error={fieldError(patch.error, 'rotateEveryDays')}
        />
      )}
      <Checkbox
        label="All channels in this workspace may use it"
        checked={isForAll}
        onChange={(event) => setForAll(event.currentTarget.checked)}
      />
      {!isForAll && (
        <MultiSelect
          label="Channels that may use it"
          data={channels.map((channel) => ({ value: channel.id, label: channel.name }))}
          value={channelIds}
          onChange={setChannelIds}
          searchable
        />
      )}
      {!isForAll && destination.usedByOutputs > 0 && (
        <Checkbox
          label="Stop outputs on channels that lose access"
          description="If this is off, Sluice refuses to remove a channel that uses it now"
          checked={stopUngranted}
          onChange={(event) => setStopUngranted(event.currentTarget.checked)}
        />
      )}
    </FormDialog>
  )
}
