export { Metrics, type MetricsParts } from './metrics.ts'
