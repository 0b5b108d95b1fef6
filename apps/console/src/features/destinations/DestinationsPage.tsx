import { Button } from '@mantine/core'
import type { Destination } from '@sluice/contract/api'
import { IconPlus, IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan, useDestinations } from '../../live/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { EmptyState, PageHead } from '../../ui/layout/index.ts'
import { Rows } from '../../ui/rows/index.ts'
import styles from './DestinationsPage.module.css'
import { DestinationDialog } from './parts/DestinationDialog.tsx'
import { DestinationRow } from './parts/DestinationRow.tsx'

/** Destinations saved in the workspace, ready for any channel. */
export function DestinationsPage() {
  const { data: destinations, error } = useDestinations()
  const canWrite = useCan('destination:write')
  const [edited, setEdited] = useState<Destination | 'new' | null>(null)
  const add = canWrite && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setEdited('new')}>
      Add destination
    </Button>
  )
  return (
    <>
      <PageHead title="Destinations">{destinations && destinations.length > 0 && add}</PageHead>
      <ProblemNote error={error} />
      {destinations && (
        <div className={styles.panel}>
          {destinations.length === 0 ? (
            <EmptyState Icon={IconSend} title="No saved destinations yet" action={add}>
              Save a platform's server and stream key once, encrypted, and add it to any channel with one click. The destinations of your
              outputs are listed here too, as long as the output exists.
            </EmptyState>
          ) : (
            <Rows columns="auto minmax(0, 1fr) 150px 220px 150px auto" size="large">
              {destinations.map((destination) => (
                <DestinationRow key={destination.id} destination={destination} onEdit={() => setEdited(destination)} />
              ))}
            </Rows>
          )}
        </div>
      )}
      {edited !== null && <DestinationDialog destination={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
    </>
  )
}
