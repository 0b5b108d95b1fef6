import { Button, Checkbox, Group, Modal, MultiSelect, NumberInput, SegmentedControl, Stack } from '@mantine/core'
import type { Destination } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { useChannels } from '../../../live/index.ts'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
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
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const rhythm = credential === 'rotating' && days !== '' ? Number(days) : null
    patch.mutate(
      {
        ...(credential !== 'guest' && { credential, rotateEveryDays: rhythm }),
        channelIds: isForAll ? null : channelIds,
        stopUngranted,
      },
      { onSuccess: onClose },
    )
  }
  return (
    <Modal opened onClose={onClose} title={`Key and channels of ${destination.name}`} size={500}>
      <form onSubmit={submit}>
        <Stack gap="md">
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
              label="Rotate every so many days"
              description="You are reminded when it is due; empty for no reminder"
              min={1}
              max={3650}
              value={days}
              onChange={setDays}
              error={fieldError(patch.error, 'rotateEveryDays')}
            />
          )}
          <Checkbox
            label="For all channels of the workspace"
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
              label="Stop outputs on channels that lose it"
              description="Without this, taking it from a channel where it runs is refused"
              checked={stopUngranted}
              onChange={(event) => setStopUngranted(event.currentTarget.checked)}
            />
          )}
          <ProblemNote error={restError(patch.error, ['rotateEveryDays'])} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={patch.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
