export { Redial } from './redial.ts'
export type { RetryLimits } from './retry-ledger.ts'
