export { DashProbe } from './dash-probe.ts'
