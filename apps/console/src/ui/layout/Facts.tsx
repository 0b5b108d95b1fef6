import type { ReactNode } from 'react'
import styles from './Facts.module.css'

/** `isTroubled` marks a figure that a warning speaks of. */
export type Fact = { readonly label: string; readonly value: ReactNode; readonly isTroubled?: boolean }

/** Names and figures in columns. Each has its own place whatever it says, so that nothing moves as numbers change. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((fact) => (
        <div key={fact.label} data-troubled={fact.isTroubled}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}
