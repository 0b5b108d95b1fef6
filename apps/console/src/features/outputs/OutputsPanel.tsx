import { Button, Group } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { IconPlus, IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan, useOutputs } from '../../live/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { EmptyState, Panel } from '../../ui/layout/index.ts'
import styles from './OutputsPanel.module.css'
import { AddOutputDialog } from './parts/AddOutputDialog.tsx'
import { OutputRow } from './parts/OutputRow.tsx'
import { PlaybackRow } from './parts/PlaybackRow.tsx'
import { PublishSuccess } from './parts/PublishSuccess.tsx'

/** What goes out: the player page and every attached destination, each with its own state. They never change places. */
export function OutputsPanel({ channel }: { channel: Channel }) {
  const { data: outputs, error } = useOutputs(channel.id)
  const canWrite = useCan('output:write')
  const [isAdding, setAdding] = useState(false)
  const add = canWrite && (
    <Button size="sm" leftSection={<IconPlus size={17} aria-hidden />} onClick={() => setAdding(true)}>
      Add output
    </Button>
  )
  const aside = (
    <Group gap="md">
      <PublishSuccess channelId={channel.id} />
      {add}
    </Group>
  )
  return (
    <Panel title="Outputs" isFlush aside={aside}>
      <ProblemNote error={error} />
      <ul className={styles.list}>
        <PlaybackRow channel={channel} />
        {outputs?.map((output) => (
          <OutputRow key={output.id} channel={channel} output={output} />
        ))}
      </ul>
      {outputs?.length === 0 && (
        <EmptyState Icon={IconSend} title="No outputs yet">
          Add YouTube, Twitch, a partner or your own server. Outputs start automatically with the encoder. You can add, edit and stop them
          while the channel is live.
        </EmptyState>
      )}
      <AddOutputDialog channel={channel} isOpen={isAdding} onClose={() => setAdding(false)} />
    </Panel>
  )
}
