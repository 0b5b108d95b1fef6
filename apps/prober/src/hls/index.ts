export { HlsProbe } from './hls-probe.ts'
