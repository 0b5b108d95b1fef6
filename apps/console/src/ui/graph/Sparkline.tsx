import styles from './Sparkline.module.css'
import { type Point, sparkPath } from './spark-path.ts'

const gapMs = 7500
const width = 120
const height = 28

type Props = { points: readonly Point[]; endMs: number; windowMs: number; max: number; tone?: 'water' | 'warn' | 'bad' | 'quiet' }

/** The last minute or so of a figure. Decoration beside the number it belongs to, so hidden from screen readers. */
export function Sparkline({ points, endMs, windowMs, max, tone = 'water' }: Props) {
  const { line, area } = sparkPath(points, { width, height: height - 2, endMs, windowMs, max, gapMs })
  return (
    <svg className={styles.spark} data-tone={tone} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path className={styles.base} d={`M0 ${height - 1}H${width}`} />
      <g transform="translate(0 1)">
        <path className={styles.area} d={area} />
        <path className={styles.line} d={line} />
      </g>
    </svg>
  )
}
