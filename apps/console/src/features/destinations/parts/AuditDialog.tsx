import { Modal } from '@mantine/core'
import type { Destination } from '@sluice/contract/api'
import { ProblemNote } from '../../../ui/form/index.ts'
import { formatDate, formatTimeOfDay } from '../../../ui/format/index.ts'
import { useDestinationAudit } from '../use-destination-actions.ts'
import styles from './AuditDialog.module.css'

/** Who did what with a destination and when. */
export function AuditDialog({ destination, onClose }: { destination: Destination; onClose(): void }) {
  const { data: entries, error } = useDestinationAudit(destination.id)
  return (
    <Modal opened onClose={onClose} title={`History of ${destination.name}`} size={620}>
      <ProblemNote error={error} />
      <ul className={styles.list}>
        {entries?.map((entry) => (
          <li key={entry.id}>
            <span className={styles.when}>
              {formatDate(entry.at)} {formatTimeOfDay(entry.at)}
            </span>
            <span>
              {entry.summary} <span className={styles.who}>By {entry.actor}</span>
            </span>
          </li>
        ))}
      </ul>
    </Modal>
  )
}
