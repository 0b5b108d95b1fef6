export type { Job } from './job-rows.ts'
export { type JobHandler, Jobs } from './jobs.ts'
