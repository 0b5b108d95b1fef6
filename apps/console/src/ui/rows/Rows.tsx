import type { CSSProperties, ReactNode } from 'react'
import styles from './Rows.module.css'

/** `columns`: the grid of each row on a wide screen. Large rows begin with an icon; on a phone all but that, title and action stack. */
export function Rows({
  columns,
  size,
  label,
  children,
}: {
  columns: string
  size: 'large' | 'small'
  label?: string
  children: ReactNode
}) {
  return (
    <ul className={styles.rows} data-size={size} style={{ '--columns': columns } as CSSProperties} aria-label={label}>
      {children}
    </ul>
  )
}

/** What a row is about, and a smaller line below it. */
export function RowTitle({ name, children }: { name: string; children?: ReactNode }) {
  return (
    <span className={styles.title}>
      <span className={styles.name}>{name}</span>
      {children !== undefined && <span className={styles.below}>{children}</span>}
    </span>
  )
}

export const RowFact = ({ children }: { children: ReactNode }) => <span className={styles.fact}>{children}</span>

/** A smaller line in a fact; a tone where somebody has to act. */
export function RowNote({ tone = 'calm', children }: { tone?: 'calm' | 'warn' | 'bad'; children: ReactNode }) {
  return (
    <span className={styles.note} data-tone={tone}>
      {children}
    </span>
  )
}

/** The buttons of a row, at its end. */
export const RowAction = ({ children }: { children: ReactNode }) => <span className={styles.action}>{children}</span>
