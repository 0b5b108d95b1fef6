import { IconAlertTriangle } from '@tabler/icons-react'
import styles from './ProblemNote.module.css'

/** Why something could not be done, in Sluice's own words. Nothing while `error` is null; read out when it appears. */
export function ProblemNote({ error }: { error: Error | null }) {
  return (
    <div role="alert">
      {error !== null && (
        <p className={styles.note}>
          <IconAlertTriangle size={18} aria-hidden />
          <span>{error.message}</span>
        </p>
      )}
    </div>
  )
}
