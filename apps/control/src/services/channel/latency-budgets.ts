import { type LatencyBudgetsPatch, LatencyBudgetsPatch as LatencyBudgetsSchema } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import { recordChange, type WriteContext } from '../index.ts'
import type { ChannelRow } from './records.ts'

/** The latency budgets that were set on a channel itself, out of its column. */
export const ownBudgetsOf = (column: string | null): LatencyBudgetsPatch =>
  column === null ? {} : LatencyBudgetsSchema.parse(JSON.parse(column))

/** Sets how long stages may take on a channel before they alarm; null goes back to the usual. */
export async function setLatencyBudgets(tx: Tx, write: WriteContext, channel: ChannelRow, patch: LatencyBudgetsPatch): Promise<void> {
  const { id, name } = channel
  const merged = Object.entries({ ...ownBudgetsOf(channel.latency_budgets), ...patch }).filter(([, ms]) => ms !== null && ms !== undefined)
  const column = merged.length === 0 ? null : JSON.stringify(Object.fromEntries(merged))
  if (column === channel.latency_budgets) return
  await tx.updateTable('channel').set({ latency_budgets: column }).where('id', '=', id).execute()
  const detail = { before: channel.latency_budgets, after: column }
  const message = `${write.actor.name} changed the latency budgets.`
  await recordChange(tx, write, {
    channels: [],
    reread: [id],
    audit: { action: 'channel.latency', subjectId: id, summary: `Changed the latency budgets of ${name}.`, detail },
    event: { name: 'channel.updated', channelId: id, subjectId: id, message, data: { latencyBudgets: Object.fromEntries(merged) } },
  })
}
