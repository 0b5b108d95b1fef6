import type { ServiceContext } from '../index.ts'
import type { OutputRecord } from './records.ts'
import { setRun } from './set-run.ts'

/** Asks for an output to run. */
export const startOutput = (ctx: ServiceContext, id: string): Promise<OutputRecord> =>
  setRun(ctx, id, { action: 'output.start', desired: 'running', isFresh: false, event: 'output.updated', done: 'started' })
