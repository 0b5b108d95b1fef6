import { LinesGraph } from './LinesGraph.tsx'
import type { Point } from './spark-path.ts'

const bitsPerMbit = 1e6

/** Five minutes of a bitrate in Mbps; `points` are in bit/s. */
export function BitrateGraph(props: { points: readonly Point[]; endMs: number; windowMs: number; label: string }) {
  const points = props.points.map(({ atMs, value }) => ({ atMs, value: value / bitsPerMbit }))
  return <LinesGraph {...props} lines={[{ points, colour: '--water-fill', look: 'filled' }]} minTop={1} />
}
