import { isInputRole } from '@sluice/base/words'
import type { Switches, SwitchRecord } from '@sluice/contract/api'
import { SettledFigures, SwitchFigures } from '@sluice/contract/link'
import { toStoredEvent } from '../../events/index.ts'
import { requireScope, type ServiceContext } from '../index.ts'
import { channelInWorkspace } from './records.ts'

/** So many switches are shown and counted; a settled event can follow each. */
const shown = 100

/** The last switches of a channel with what was measured, out of its events. */
export async function channelSwitches(ctx: ServiceContext, id: string): Promise<Switches> {
  requireScope(ctx, 'event:read')
  const { db } = ctx.platform
  await channelInWorkspace(db, ctx.workspaceId, id)
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('channel_id', '=', id)
    .where('name', 'in', ['source.switched', 'source.settled'])
    .orderBy('seq', 'desc')
    .limit(2 * shown)
    .execute()
  const events = rows.map(toStoredEvent)
  const effects = new Map(
    events.flatMap(({ data }) => {
      const settled = SettledFigures.safeParse(data)
      return settled.success ? [[settled.data.switchId, settled.data.outputs] as const] : []
    }),
  )
  const items = events.flatMap(({ at, message, data }): SwitchRecord[] => {
    const figures = SwitchFigures.safeParse(data)
    return figures.success ? [{ at, message, figures: figures.data, outputs: effects.get(figures.data.switchId) ?? null }] : []
  })
  return { items: items.slice(0, shown), activation: activationTimes(items.slice(0, shown)) }
}

/** Nearest-rank percentiles of the switches from input to input. */
function activationTimes(items: readonly SwitchRecord[]): Switches['activation'] {
  const times = items
    .filter(({ figures }) => isInputRole(figures.from) && isInputRole(figures.to) && figures.cause !== 'returned')
    .flatMap(({ figures }) => (figures.activationMs === null ? [] : [figures.activationMs]))
    .sort((a, b) => a - b)
  const rank = (share: number): number | null => times[Math.max(0, Math.ceil(share * times.length) - 1)] ?? null
  return { count: times.length, p50Ms: rank(0.5), p99Ms: rank(0.99), maxMs: times.at(-1) ?? null }
}
