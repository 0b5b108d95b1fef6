import { useNow } from '../../../live/index.ts'
import { conformityLine } from '../failover-lines.ts'
import type { Input } from '../input-look.ts'
import styles from './ConformityNote.module.css'

/** How a backup compares with the primary, with the age of that. Nothing for the primary, and before both were seen side by side. */
export function ConformityNote({ input }: { input: Input }) {
  const nowMs = useNow()
  const line = conformityLine(input.actual?.conformity, nowMs)
  if (line === null) return null
  return (
    <div data-tone={line.tone} className={styles.note}>
      <p>{line.text}</p>
      {line.differences.length > 0 && (
        <ul>
          {line.differences.map((difference) => (
            <li key={difference}>{difference}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
