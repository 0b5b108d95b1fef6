import { BroadcastReport, BroadcastSummary, pageOf, paths } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findChannel, isDeletedChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatBroadcast, formatBroadcasts } from '../show/broadcast.ts'

/** The API's largest page. */
const maxLast = 200

/** `sluice broadcast list CHANNEL`: the latest broadcasts, newest first; those of a deleted channel by its id. */
export async function listBroadcasts(
  { api, show, style, nowMs }: Context,
  wanted: string,
  flags: { readonly last: string },
): Promise<void> {
  const last = Number(flags.last)
  if (!Number.isInteger(last) || last < 1 || last > maxLast)
    throw usageError(`--last is '${flags.last}', not a whole number from 1 to ${maxLast}`)
  const channelId = (await isDeletedChannel(api, wanted)) ? wanted : (await findChannel(api, wanted)).id
  const page = await api.get(`${paths.channelBroadcasts(channelId)}?limit=${last}`, pageOf(BroadcastSummary))
  show(page.items, () => formatBroadcasts(page.items, { nowMs, style, hasOlder: page.next !== null }))
}

/** `sluice broadcast show ID`: one broadcast with the publish success of each output. */
export async function showBroadcast({ api, show, style, nowMs }: Context, id: string): Promise<void> {
  const report = await api.get(paths.broadcast(encodeURIComponent(id)), BroadcastReport)
  show(report, () => formatBroadcast(report, { nowMs, style }))
}
