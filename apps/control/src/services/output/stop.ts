import type { ServiceContext } from '../index.ts'
import type { OutputRecord } from './records.ts'
import { setRun } from './set-run.ts'

/** Asks for an output to end its session and stay so. */
export const stopOutput = (ctx: ServiceContext, id: string): Promise<OutputRecord> =>
  setRun(ctx, id, { action: 'output.stop', desired: 'stopped', isFresh: false, event: 'output.updated', done: 'stopped' })
