import { lazy, Suspense } from 'react'
import styles from './BitrateGraph.module.css'
import type { Point } from './spark-path.ts'

const BitratePlot = lazy(() => import('./BitratePlot.tsx'))

export type BitrateGraphProps = { points: readonly Point[]; endMs: number; windowMs: number; label: string }

/** Five minutes of a bitrate with axes. uPlot comes with the first graph that is opened. */
export function BitrateGraph(props: BitrateGraphProps) {
  return (
    <div className={styles.graph} role="img" aria-label={props.label}>
      <Suspense fallback={null}>
        <BitratePlot {...props} />
      </Suspense>
    </div>
  )
}
