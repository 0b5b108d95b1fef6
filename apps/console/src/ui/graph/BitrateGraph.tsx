import type { Mark } from './event-marks.ts'
import { LinesGraph } from './LinesGraph.tsx'
import type { Point } from './spark-path.ts'

const bitsPerMbit = 1e6

type Props = { points: readonly Point[]; endMs: number; windowMs: number; label: string; marks?: readonly Mark[] }

/** The last minutes of a bitrate in Mbps; `points` are in bit/s. */
export function BitrateGraph(props: Props) {
  const points = props.points.map(({ atMs, value }) => ({ atMs, value: value / bitsPerMbit }))
  return <LinesGraph {...props} lines={[{ points, colour: '--water-fill', look: 'filled' }]} minTop={1} />
}
