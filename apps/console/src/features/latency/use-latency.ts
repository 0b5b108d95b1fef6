import { LatencyLedger, paths } from '@sluice/contract/api'
import { useQuery } from '@tanstack/react-query'
import { call } from '../../live/index.ts'

const everyMs = 2000

/** The ledger as it stands, asked for anew while somebody looks. */
export const useLatency = (channelId: string) =>
  useQuery({
    queryKey: ['latency', channelId],
    queryFn: () => call('GET', paths.channelLatency(channelId), LatencyLedger),
    refetchInterval: everyMs,
  })
