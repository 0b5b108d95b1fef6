import { isoTime } from '@sluice/base/clock'
import type { Triage } from '@sluice/contract/api'
import { RehearsalResult } from '@sluice/contract/link'
import type { Reader } from '../../db/index.ts'
import { toStoredEvent } from '../../events/index.ts'
import { type TriageFacts, triage } from '../../triage/index.ts'
import { type ChannelRecord, channelRecord, failoverOf, withInputs } from '../channel/index.ts'
import { type LiveSight, requireScope, type ServiceContext } from '../index.ts'
import { effectiveOf, type OutputRecord, outputRecords, outputRecordsOf } from '../output/index.ts'
import { onAirSince } from './on-air-since.ts'

const lookBackMs = 5 * 60_000
const maxEvents = 200
/** All channels together. */
const maxEventsOfAll = 2000
const engineLookBackMs = 60_000

/** What the parts that look at the figures of each second know of a channel, and whether control can store anything. */
export type TriageSight = (channelId: string) => Pick<TriageFacts, 'latency' | 'line' | 'storage'>

type Event = TriageFacts['events'][number]

/** Where to look first when something is wrong. */
export async function getTriage(ctx: ServiceContext, live: LiveSight, seenOf: TriageSight, channelId: string): Promise<Triage> {
  requireScope(ctx, 'channel:read')
  const { db, clock } = ctx.platform
  const channel = await channelRecord(db, ctx.workspaceId, channelId)
  const nowMs = clock.wallMs()
  const rows = await eventsSince(db, nowMs - lookBackMs)
    .where('channel_id', '=', channelId)
    .limit(maxEvents)
    .execute()
  return triage({
    ...factsOf(channel, await outputRecords(db, channelId), rows.map(toStoredEvent), live, nowMs),
    ...seenOf(channelId),
    engineLostAt: (await enginesLost(db, nowMs)).get(channel.channel.engine_id ?? '') ?? null,
    onAirSince: (await onAirSince(db, ctx.workspaceId, nowMs, channelId)).get(channelId) ?? null,
    ...(await pastOf(db, channelId)),
  })
}

/** The same of every channel of the workspace, without what lies further back: for a wall of them. */
export async function listTriage(ctx: ServiceContext, live: LiveSight, seenOf: TriageSight): Promise<{ items: Triage[]; next: null }> {
  requireScope(ctx, 'channel:read')
  const { db, clock } = ctx.platform
  const nowMs = clock.wallMs()
  const channels = await withInputs(
    db,
    await db.selectFrom('channel').selectAll().where('workspace_id', '=', ctx.workspaceId).orderBy('id').execute(),
  )
  const outputs = await outputRecordsOf(db, ctx.workspaceId)
  const rows = await eventsSince(db, nowMs - lookBackMs)
    .where('workspace_id', '=', ctx.workspaceId)
    .limit(maxEventsOfAll)
    .execute()
  const events = Map.groupBy(rows.map(toStoredEvent), ({ channelId }) => channelId)
  const ofChannel = Map.groupBy(outputs, (output) => output.channel_id)
  const lost = await enginesLost(db, nowMs)
  const shows = await onAirSince(db, ctx.workspaceId, nowMs)
  const items = channels.map((record) => {
    const { id, engine_id } = record.channel
    const facts = factsOf(record, ofChannel.get(id) ?? [], events.get(id) ?? [], live, nowMs)
    const past = {
      engineLostAt: lost.get(engine_id ?? '') ?? null,
      onAirSince: shows.get(id) ?? null,
      rehearsal: undefined,
      lastTroubleAt: null,
    }
    return triage({ ...facts, ...seenOf(id), ...past })
  })
  return { items, next: null }
}

function factsOf(record: ChannelRecord, all: readonly OutputRecord[], events: Event[], live: LiveSight, nowMs: number) {
  const { id, lock, ended_at_ms: endedMs } = record.channel
  const stats = live.stats(id)
  const outputs = all
    .filter((output) => output.desired === 'running')
    .map((output) => ({
      id: output.id,
      name: output.name,
      class: output.class,
      maxQueueMs: effectiveOf(output).queueMs,
      actual: live.output(output.id),
      stats: stats.outputs.find((one) => one.outputId === output.id) ?? null,
    }))
  const { triggerMs, holdMs } = failoverOf(record)
  const stopped = all.length - outputs.length
  const actual = live.channel(id)
  // An encoder that was stopped and came again begins a new show.
  const isEnded = endedMs !== null && actual?.resumedNo !== endedMs
  return { channelId: id, nowMs, actual, stats, outputs, triggerMs, holdMs, events, lock, stopped, isEnded }
}

const eventsSince = (db: Reader, sinceMs: number) => db.selectFrom('event').selectAll().where('at_ms', '>=', sinceMs).orderBy('seq', 'desc')

/** Engines that were lost a moment ago, and when. */
async function enginesLost(db: Reader, nowMs: number): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('event')
    .select(['subject_id', 'at_ms'])
    .where('channel_id', 'is', null)
    .where('name', '=', 'engine.lost')
    .where('at_ms', '>=', nowMs - engineLookBackMs)
    .orderBy('seq')
    .execute()
  return new Map(rows.map(({ subject_id, at_ms }) => [subject_id ?? '', isoTime(at_ms)]))
}

/** What may lie hours back: the last rehearsal, and the last trouble. */
async function pastOf(db: Reader, channelId: string): Promise<Pick<TriageFacts, 'rehearsal' | 'lastTroubleAt'>> {
  const last = db.selectFrom('event').selectAll().where('channel_id', '=', channelId).orderBy('seq', 'desc').limit(1)
  const rehearsed = await last.where('name', '=', 'rehearsal.finished').executeTakeFirst()
  const trouble = await last.where('severity', 'in', ['warning', 'error']).executeTakeFirst()
  const result = rehearsed === undefined ? undefined : RehearsalResult.safeParse(toStoredEvent(rehearsed).data).data
  return {
    rehearsal: rehearsed === undefined ? null : { at: isoTime(rehearsed.at_ms), isPassed: result?.passed === true },
    lastTroubleAt: trouble === undefined ? null : isoTime(trouble.at_ms),
  }
}
