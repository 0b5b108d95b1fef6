import { type Mark, type MarkKind, markLooks, markWords } from './event-marks.ts'
import styles from './MarkLegend.module.css'

const kinds = Object.keys(markWords) as MarkKind[]

/** What the marks of a graph mean, of those that are in sight. */
export function MarkLegend({ marks, sinceMs }: { marks: readonly Mark[]; sinceMs: number }) {
  const shown = kinds.filter((kind) => marks.some((mark) => mark.kind === kind && mark.atMs >= sinceMs))
  return shown.map((kind) => (
    <span key={kind} className={styles.mark}>
      <b style={{ borderLeft: `2px ${markLooks[kind].line} var(${markLooks[kind].colour})` }} aria-hidden />
      {markWords[kind]}
    </span>
  ))
}
