import { lazy, Suspense } from 'react'
import type { Mark } from './event-marks.ts'
import styles from './LinesGraph.module.css'
import type { Point } from './spark-path.ts'

const LinesPlot = lazy(() => import('./LinesPlot.tsx'))

/** One line of a graph. `colour` is a name in tokens.css; the area below a filled one is tinted. */
export type Line = { readonly points: readonly Point[]; readonly colour: `--${string}`; readonly look?: 'plain' | 'filled' | 'dashed' }

/** All lines have their points at the same times. `minTop`: the axis reaches at least so high, so that noise looks small. */
export type LinesGraphProps = {
  lines: readonly Line[]
  endMs: number
  windowMs: number
  minTop: number
  label: string
  /** Lines through the whole height, where something happened. */
  marks?: readonly Mark[]
  /** `fill`: as high as its box. */
  size?: 'normal' | 'small' | 'fill'
}

/** Lines over the last minutes, with axes. uPlot comes with the first graph that is opened. */
export function LinesGraph(props: LinesGraphProps) {
  return (
    <div className={styles.graph} data-size={props.size} role="img" aria-label={props.label}>
      <Suspense fallback={null}>
        <LinesPlot {...props} />
      </Suspense>
    </div>
  )
}
