import { IconAlertTriangle } from '@tabler/icons-react'
import type { InputWarning } from '../input-warnings.ts'
import styles from './Warnings.module.css'

/** What will hurt, and what to do first. */
export function Warnings({ warnings }: { warnings: readonly InputWarning[] }) {
  if (warnings.length === 0) return null
  return (
    <ul className={styles.list} aria-label="Warnings">
      {warnings.map((warning) => (
        <li key={warning.about + warning.text}>
          <IconAlertTriangle size={18} aria-hidden />
          <span>
            {warning.text} <b>Try first:</b> {warning.firstTry}
          </span>
        </li>
      ))}
    </ul>
  )
}
