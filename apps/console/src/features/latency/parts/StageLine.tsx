import type { LatencyEntry } from '@sluice/contract/api'
import { budgetShare, formatMs, stageWords, takesOf } from '../latency-bar.ts'
import styles from './StageLine.module.css'

/** One stage: its figure against its budget, and how the figure was come by. */
export function StageLine({ entry }: { entry: LatencyEntry }) {
  const { stage, verdict, budget, figures, how, ms } = entry
  const share = budgetShare(entry)
  const isOver = verdict === 'over'
  return (
    <li className={styles.stage} data-over={isOver}>
      <div className={styles.head}>
        <span>{stageWords[stage].title}</span>
        <b data-measured={ms !== null}>{takesOf(entry)}</b>
      </div>
      <div className={styles.meter} data-empty={share === null} aria-hidden>
        <span style={{ width: `${((share ?? 0) / 1.5) * 100}%` }} />
      </div>
      <p className={styles.budget}>
        {isOver ? 'Over the budget of ' : 'Budget '}
        {formatMs(budget.toMs)}
        {budget.isOwn && ', set on this channel'}
        {budget.raised && `, raised from ${formatMs(budget.raised.fromMs)} for the SRT latency of ${formatMs(budget.raised.latencyMs)}`}
      </p>
      {figures.length > 0 && (
        <p className={styles.figures}>
          {figures.map(({ label, value, isTroubled }, i) => (
            <span key={label} data-troubled={isTroubled}>
              {i > 0 && ' · '}
              {label} {value}
            </span>
          ))}
        </p>
      )}
      <p className={styles.how}>{how}</p>
    </li>
  )
}
