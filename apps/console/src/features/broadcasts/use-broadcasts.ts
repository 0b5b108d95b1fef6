import { BroadcastReport, BroadcastSummary, paths } from '@sluice/contract/api'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { z } from 'zod'
import { call, keys } from '../../live/index.ts'

const pageSize = 10
const page = z.object({ items: z.array(BroadcastSummary), next: z.string().nullable() })
/** The figures of the one that runs go on. */
const everyMs = 10_000

/** Broadcasts of a channel, newest first, a page at a time. */
export const useBroadcasts = (channelId: string) =>
  useInfiniteQuery({
    queryKey: keys.broadcasts(channelId),
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ limit: String(pageSize), ...(pageParam === '' ? {} : { after: pageParam }) })
      return call('GET', `${paths.channelBroadcasts(channelId)}?${query}`, page)
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: everyMs,
  })

/** One of them with its outputs. */
export const useBroadcastReport = (channelId: string, id: string) =>
  useQuery({
    queryKey: [...keys.broadcasts(channelId), id],
    queryFn: () => call('GET', paths.broadcast(id), BroadcastReport),
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? everyMs : false),
  })
