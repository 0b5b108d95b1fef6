export { BitrateGraph } from './BitrateGraph.tsx'
export { type Line, LinesGraph } from './LinesGraph.tsx'
export { Sparkline } from './Sparkline.tsx'
export type { Point } from './spark-path.ts'
