export { BitrateGraph } from './BitrateGraph.tsx'
export { Sparkline } from './Sparkline.tsx'
export type { Point } from './spark-path.ts'
