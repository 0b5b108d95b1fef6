export { Prober } from './prober.ts'
