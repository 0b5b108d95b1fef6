import type { LatencyMode } from '@sluice/contract/api'
import { type ClassPolicy, OutputLimits } from '@sluice/contract/policy'
import type { LadderWish, OwnRung, PlannedOutput } from '@sluice/judge/plan'
import type { Reader } from '../../db/index.ts'
import type { Catalogue } from '../../destinations/index.ts'
import { policiesOf } from '../policy/index.ts'
import { ladderWish, templateRows } from './ladder-wish.ts'
import { toOwnRung } from './wish.ts'

/** What of an output's rows a plan follows from. */
export type PlanOutputRow = {
  id: string
  name: string
  priority: number
  rung: string
  latency: LatencyMode
  audio_track: number | null
  delay_ms: number
  desired: string
  limits: string | null
  platform: string
  url: string
  policy: Pick<ClassPolicy, 'class' | 'maxVideoKbps' | 'gopMs'>
}
/** What of a channel's rows a plan follows from. */
export type PlanRows = {
  outputs: readonly PlanOutputRow[]
  rungs: readonly OwnRung[]
  ladder: LadderWish | null
  isRolledBack: boolean
}

/** The rungs of these channels, or of all, oldest first. */
export const rungRows = (db: Reader, channelIds?: readonly string[]) =>
  db
    .selectFrom('rung')
    .selectAll()
    .$if(channelIds !== undefined, (select) => select.where('channel_id', 'in', channelIds!))
    .orderBy('id')
    .execute()

/** All that is stored of what a channel's plan follows from, as it stands in this transaction. */
export async function planRows(db: Reader, workspaceId: string, channelId: string): Promise<PlanRows> {
  const policies = (await policiesOf(db, [workspaceId])).get(workspaceId)!
  const outputs = await db
    .selectFrom('output')
    .innerJoin('destination', 'destination.id', 'output.destination_id')
    .select([
      'output.id',
      'output.name',
      'output.class',
      'priority',
      'rung',
      'latency',
      'audio_track',
      'delay_ms',
      'desired',
      'limits',
      'platform',
      'url',
    ])
    .where('output.channel_id', '=', channelId)
    .execute()
  const rollback = await db.selectFrom('channel_rollback').select('channel_id').where('channel_id', '=', channelId).executeTakeFirst()
  const { ladder } = await db.selectFrom('channel').select('ladder').where('id', '=', channelId).executeTakeFirstOrThrow()
  const rungs = (await rungRows(db, [channelId])).map(toOwnRung)
  return {
    outputs: outputs.map(({ class: outputClass, ...row }) => ({ ...row, policy: policies[outputClass] })),
    rungs,
    ladder: ladder === null ? null : ladderWish(ladder, rungs, await templateRows(db, workspaceId)),
    isRolledBack: rollback !== undefined,
  }
}

/** The outputs that are to run, as the planner takes them. */
export const plannedOutputs = (rows: readonly PlanOutputRow[], catalogue: Pick<Catalogue, 'rulesFor'>): PlannedOutput[] =>
  rows
    .filter(({ desired }) => desired === 'running')
    .map(({ id, name, priority, rung, latency, audio_track, delay_ms, limits, policy, platform, url }) => {
      const own = limits === null ? {} : OutputLimits.parse(JSON.parse(limits))
      return {
        ...{ id, name, priority, latency, class: policy },
        ...(audio_track === null ? {} : { audioTrack: audio_track }),
        delayMs: delay_ms,
        wish: rung,
        own: { maxVideoKbps: own.maxVideoKbps, targetVideoKbps: own.targetVideoKbps },
        rules: catalogue.rulesFor(platform, url),
      }
    })
