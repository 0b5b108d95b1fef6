import type { ReactNode } from 'react'
import styles from './ObsSteps.module.css'

/** Three steps to go live. */
export function ObsSteps({ children }: { children: ReactNode }) {
  return <ol className={styles.steps}>{children}</ol>
}
