export { OutputProbes } from './output-probes.ts'
