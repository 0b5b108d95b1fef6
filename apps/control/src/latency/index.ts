export { LatencyWatch } from './latency-watch.ts'
