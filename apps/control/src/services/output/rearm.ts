import type { ServiceContext } from '../index.ts'
import type { OutputRecord } from './records.ts'
import { setRun } from './set-run.ts'

/** Begins afresh: ends `disabled`, `failed` or a long backoff, and reconnects an output that runs. */
export const rearmOutput = (ctx: ServiceContext, id: string): Promise<OutputRecord> =>
  setRun(ctx, id, { action: 'output.rearm', desired: 'running', isFresh: true, event: 'output.rearmed', done: 're-armed' })
