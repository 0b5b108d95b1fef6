export { LatencyMonitor } from './latency-monitor.ts'
