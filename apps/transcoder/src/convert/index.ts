export { loadAv } from './av.ts'
export { Refusal } from './refusal.ts'
export { runJob } from './run-job.ts'
