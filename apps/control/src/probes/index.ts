export { openProbes, type Probes } from './open-probes.ts'
export type { ProbedChannel, ProbeMonitor } from './probe-monitor.ts'
