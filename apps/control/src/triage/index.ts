export type { OutputFacts, TriageFacts } from './facts.ts'
export { triage } from './triage.ts'
