import { Button } from '@mantine/core'
import { IconBroadcast, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan, useChannels } from '../../live/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { EmptyState, PageHead } from '../../ui/layout/index.ts'
import styles from './ChannelsPage.module.css'
import { ChannelRow } from './parts/ChannelRow.tsx'
import { CreateChannelDialog } from './parts/CreateChannelDialog.tsx'

/** Every channel of the workspace with its state. */
export function ChannelsPage() {
  const { data: channels, error } = useChannels()
  const canWrite = useCan('channel:write')
  const [isCreating, setCreating] = useState(false)
  const create = canWrite && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setCreating(true)}>
      New channel
    </Button>
  )
  return (
    <>
      <PageHead title="Channels">{channels && channels.length > 0 && create}</PageHead>
      <ProblemNote error={error} />
      {channels && channels.length > 0 && (
        <ul className={styles.list}>
          {channels.map((channel) => (
            <li key={channel.id}>
              <ChannelRow channel={channel} />
            </li>
          ))}
        </ul>
      )}
      {channels?.length === 0 && (
        <div className={styles.empty}>
          <EmptyState Icon={IconBroadcast} title="No channels yet" action={create}>
            A channel takes one stream from your encoder and sends it to every destination that you add.
          </EmptyState>
        </div>
      )}
      <CreateChannelDialog isOpen={isCreating} onClose={() => setCreating(false)} />
    </>
  )
}
