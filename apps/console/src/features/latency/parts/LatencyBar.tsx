import type { LatencyLedger } from '@sluice/contract/api'
import { barParts, stageWords, takesOf } from '../latency-bar.ts'
import styles from './LatencyBar.module.css'

/** All stages in their order. Full is measured, striped is computed, dashed is what is usual where nothing can be told. */
export function LatencyBar({ ledger }: { ledger: LatencyLedger }) {
  const parts = barParts(ledger).filter(({ look }) => look !== 'unknown')
  if (parts.length === 0) return null
  const said = parts.map(({ entry, look }) => `${stageWords[entry.stage].title} ${takesOf(entry)}, ${look}`)
  return (
    <figure className={styles.figure}>
      <div className={styles.bar} role="img" aria-label={said.join('; ')}>
        {parts.map(({ entry, grow, look }) => (
          <span
            key={entry.stage}
            className={styles.part}
            data-look={look}
            data-place={stageWords[entry.stage].place}
            data-over={entry.verdict === 'over'}
            style={{ flexGrow: grow }}
            title={`${stageWords[entry.stage].title}: ${takesOf(entry)}`}
          />
        ))}
      </div>
      <ul className={styles.legend} aria-hidden>
        <li data-look="measured">measured</li>
        <li data-look="computed">computed or declared</li>
        <li data-look="expected">typical, not measured</li>
        <li data-look="over">over budget</li>
      </ul>
    </figure>
  )
}
