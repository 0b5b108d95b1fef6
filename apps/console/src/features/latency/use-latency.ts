import { LatencyLedger, paths } from '@sluice/contract/api'
import { useQuery } from '@tanstack/react-query'
import { call } from '../../live/index.ts'

const everyMs = 2000

/** The current ledger, fetched while the page is open. */
export const useLatency = (channelId: string) =>
  useQuery({
    queryKey: ['latency', channelId],
    queryFn: () => call('GET', paths.channelLatency(channelId), LatencyLedger),
    refetchInterval: everyMs,
  })
