import { Button } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { ProblemNote } from '../../ui/form/index.ts'
import styles from './BroadcastsPanel.module.css'
import { BroadcastRow } from './parts/BroadcastRow.tsx'
import { useBroadcasts } from './use-broadcasts.ts'

/** The broadcasts of a channel, newest first, each with what was delivered; its outputs are a press away. */
export function BroadcastsPanel({ channel }: { channel: Channel }) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useBroadcasts(channel.id)
  const broadcasts = data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <div className={styles.panel}>
      <ProblemNote error={error} />
      {data !== undefined && broadcasts.length === 0 && (
        <p className={styles.none}>No broadcast so far. Each one is listed here with what every output received.</p>
      )}
      <ul className={styles.list} aria-label="Broadcasts">
        {broadcasts.map((broadcast) => (
          <BroadcastRow key={broadcast.id} broadcast={broadcast} />
        ))}
      </ul>
      {hasNextPage && (
        <Button variant="default" size="compact-md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier broadcasts
        </Button>
      )}
    </div>
  )
}
