import { LatencyLedger, paths } from '@sluice/contract/api'
import { findChannel } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatLatency } from '../show/latency.ts'

/** `sluice latency CHANNEL`: every stage with its figure, how that is known, and its budget. */
export async function latency({ api, show, style }: Context, wanted: string): Promise<void> {
  const channel = await findChannel(api, wanted)
  const ledger = await api.get(paths.channelLatency(channel.id), LatencyLedger)
  show(ledger, () => formatLatency(ledger, style))
}
