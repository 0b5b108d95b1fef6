import type { ReactNode } from 'react'
import styles from './AccessFrame.module.css'
import { Mark } from './Mark.tsx'

/** What stands before the console: the mark, one column, the water below. */
export function AccessFrame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <main className={styles.frame}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Mark size={40} />
          <span>Sluice</span>
        </div>
        <h1>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
        {children}
      </div>
    </main>
  )
}
