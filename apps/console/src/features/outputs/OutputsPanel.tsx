import { Button } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { IconPlus, IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan, useOutputs, useTriage } from '../../live/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { useIntent } from '../../ui/intent/index.ts'
import { AddOutputDialog } from './lazy-dialogs.tsx'
import styles from './OutputsPanel.module.css'
import { OutputRow } from './parts/OutputRow.tsx'
import { PlaybackRow } from './parts/PlaybackRow.tsx'
import { showRow } from './show-row.ts'

/** What goes out: every attached destination, then the player page, each with its own state. They never change places. */
export function OutputsPanel({ channel }: { channel: Channel }) {
  const { data: outputs, error } = useOutputs(channel.id)
  const { data: triage } = useTriage(channel.id)
  const canWrite = useCan('output:write')
  const [isAdding, setAdding] = useState(false)
  const urgentId = triage?.problems[0]?.action?.outputId ?? null
  useIntent('show-output', ({ outputId }) => showRow(outputId))
  useIntent('show-place', ({ place }) => {
    const output = outputs?.[place - 1]
    if (output !== undefined) showRow(output.id)
  })
  // Rows that are on their way have their places already: nothing below moves when they come.
  const coming = outputs === undefined ? channel.outputs.total : 0
  return (
    <section className={styles.panel} aria-label="Outputs">
      <header className={styles.bar}>
        <h2>Outputs</h2>
        <span className={styles.note}>Bitrate over the last 60 s</span>
        {canWrite && (
          <Button
            variant="default"
            size="compact-md"
            h={32}
            fz="sm"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => setAdding(true)}
          >
            Add output
          </Button>
        )}
      </header>
      <ProblemNote error={error} />
      <ol className={styles.list} aria-label="Outputs" tabIndex={(outputs?.length ?? 0) > 6 ? 0 : undefined}>
        {Array.from({ length: coming }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: places, not things
          <li key={at} className={styles.coming} aria-hidden />
        ))}
        {outputs?.map((output) => (
          <OutputRow key={output.id} channel={channel} output={output} isUrgent={output.id === urgentId} />
        ))}
        {outputs?.length === 0 && (
          <li className={styles.empty}>
            <IconSend size={24} stroke={1.6} aria-hidden />
            <span>
              <h3>No outputs yet</h3>
              Add YouTube, Twitch, a partner or your own server. Outputs start with the encoder; add, edit and stop them while the channel
              is live.
            </span>
          </li>
        )}
        <PlaybackRow channel={channel} />
      </ol>
      {isAdding && <AddOutputDialog channel={channel} isOpen onClose={() => setAdding(false)} />}
    </section>
  )
}
