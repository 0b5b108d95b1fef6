import { ActionIcon, Menu } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import {
  IconArrowBackUp,
  IconDots,
  IconExternalLink,
  IconKeyboard,
  IconLayoutBoard,
  IconLinkOff,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useCan } from '../../../live/index.ts'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { useAsk } from '../../../ui/intent/index.ts'
import { useDeleteChannel, useRotatePlayback } from '../use-channel-actions.ts'
import { EventPageDialog } from './EventPageDialog.tsx'
import { RenameDialog } from './RenameDialog.tsx'

/** What is done to a channel as a whole. */
export function ChannelMenu({ channel }: { channel: Channel }) {
  const [open, setOpen] = useState<'rename' | 'page' | 'rotate' | 'delete' | null>(null)
  const canWrite = useCan('channel:write')
  const canStop = useCan('output:write')
  const ask = useAsk()
  const remove = useDeleteChannel(channel.id)
  const rotate = useRotatePlayback(channel.id)
  const navigate = useNavigate()
  const confirmDelete = async (): Promise<void> => {
    const isDone = await remove.mutateAsync().then(
      () => true,
      () => false,
    )
    if (isDone) await navigate({ to: '/' })
  }
  const confirmRotate = (): Promise<void> =>
    rotate.mutateAsync().then(
      () => setOpen(null),
      () => {},
    )
  return (
    <>
      <Menu width={250}>
        <Menu.Target>
          <ActionIcon variant="subtle" size={34} aria-label="Channel actions">
            <IconDots size={21} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={channel.playback.page} target="_blank" leftSection={<IconExternalLink size={17} aria-hidden />}>
            Open player page
          </Menu.Item>
          <Menu.Item
            leftSection={<IconKeyboard size={17} aria-hidden />}
            onClick={() => dispatchEvent(new KeyboardEvent('keydown', { key: '?' }))}
          >
            Keyboard
          </Menu.Item>
          {canStop && (
            <Menu.Item leftSection={<IconArrowBackUp size={17} aria-hidden />} onClick={() => ask({ kind: 'rollback' })}>
              Roll back or end a rollback
            </Menu.Item>
          )}
          {canWrite && (
            <>
              <Menu.Item leftSection={<IconPencil size={17} aria-hidden />} onClick={() => setOpen('rename')}>
                Rename
              </Menu.Item>
              <Menu.Item leftSection={<IconLayoutBoard size={17} aria-hidden />} onClick={() => setOpen('page')}>
                Edit player page
              </Menu.Item>
              <Menu.Item leftSection={<IconLinkOff size={17} aria-hidden />} onClick={() => setOpen('rotate')}>
                Replace playback addresses
              </Menu.Item>
              <Menu.Divider />
              <Menu.Item color="red" leftSection={<IconTrash size={17} aria-hidden />} onClick={() => setOpen('delete')}>
                Delete channel
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'page' && <EventPageDialog channel={channel} isOpen onClose={() => setOpen(null)} />}
      <RenameDialog channel={channel} isOpen={open === 'rename'} onClose={() => setOpen(null)} />
      <ConfirmDialog
        isOpen={open === 'rotate'}
        title="Replace the playback addresses?"
        action="Replace addresses"
        isBusy={rotate.isPending}
        error={rotate.error}
        onConfirm={confirmRotate}
        onClose={() => setOpen(null)}
      >
        {channel.state === 'live' && <b>This channel is live: everyone watching now is cut off. </b>}
        The old player page, embeds, HLS and RTMP play addresses stop working at once. Send the new links to your viewers and replace your
        embeds. Outputs and encoders are not affected.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={open === 'delete'}
        title={`Delete ${channel.name}?`}
        action="Delete channel"
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={confirmDelete}
        onClose={() => setOpen(null)}
      >
        {channel.state === 'live' && <b>This channel is live: every output stops at once. </b>}
        Its stream keys stop working and its outputs are deleted. Saved destinations stay. This can't be undone.
      </ConfirmDialog>
    </>
  )
}
