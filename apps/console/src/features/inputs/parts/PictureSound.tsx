import type { ContentMeasures } from '@sluice/contract/link'
import { contentLines, unjudgedLine } from '../content-lines.ts'
import styles from './PictureSound.module.css'

/** What is seen and heard of an input while a trigger on picture or sound is on, or why nothing is. */
export function PictureSound({ content }: { content: ContentMeasures | undefined }) {
  if (content === undefined) return null
  const unjudged = unjudgedLine(content)
  const lines = contentLines(content)
  if (unjudged === null && lines.length === 0) return null
  return (
    <div className={styles.box}>
      {lines.map(({ label, text, share, isBad }) => (
        <div key={label} className={styles.line} data-bad={isBad}>
          <span className={styles.label}>{label}</span>
          <span className={styles.meter} aria-hidden>
            <span style={{ inlineSize: `${Math.round((share ?? 0) * 100)}%` }} />
          </span>
          <span className={styles.text}>{text}</span>
        </div>
      ))}
      {unjudged !== null && <p className={styles.note}>{unjudged}</p>}
    </div>
  )
}
