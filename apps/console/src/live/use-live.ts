import { type ChannelStats, FigureHistory, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { call } from './api-client.ts'
import { keys } from './keys.ts'
import { useLive } from './LiveProvider.tsx'
import type { Sample } from './stats-store.ts'
import type { ConnectionState } from './stream/connection-state.ts'

type InputStats = ChannelStats['inputs'][number]
type OutputStats = ChannelStats['outputs'][number]

/** Figures older than this are not shown as if they were of now. */
const staleMs = 5000

/** The server's time, once a second. */
export function useNow(): number {
  const { clock } = useLive()
  return useSyncExternalStore(clock.subscribe, clock.nowMs)
}

export function useConnection(): ConnectionState {
  const { stream } = useLive()
  return useSyncExternalStore(stream.subscribe, stream.state)
}

/** The last second of a channel, or undefined when there is none of the last seconds. */
export function useStats(channelId: string): ChannelStats | undefined {
  const { stats } = useLive()
  const nowMs = useNow()
  const latest = useSyncExternalStore(stats.subscribe, () => stats.latest(channelId))
  const isFresh = latest?.at != null && nowMs - Date.parse(latest.at) < staleMs
  return isFresh ? latest : undefined
}

export function useInputStats(channelId: string, inputId: string): InputStats | undefined {
  return useStats(channelId)?.inputs.find((input) => input.inputId === inputId)
}

export function useOutputStats(channelId: string, outputId: string): OutputStats | undefined {
  return useStats(channelId)?.outputs.find((output) => output.outputId === outputId)
}

/** Up to 15 minutes of an input or output, oldest first. */
export function useHistory(id: string): readonly Sample[] {
  const { stats } = useLive()
  return useSyncExternalStore(stats.subscribe, () => stats.history(id))
}

/** The same of any of them, for a line made of several. */
export function useHistories(): (id: string) => readonly Sample[] {
  const { stats } = useLive()
  useSyncExternalStore(stats.subscribe, stats.version)
  return (id) => stats.history(id)
}

/** Fetches what the graphs of a channel show of the time before this page was opened. */
export function useHistorySeed(channelId: string): void {
  const { stats } = useLive()
  const { data } = useQuery({
    queryKey: keys.history(channelId),
    queryFn: () => call('GET', paths.channelHistory(channelId), FigureHistory),
    staleTime: Number.POSITIVE_INFINITY,
  })
  useEffect(() => {
    if (data !== undefined) stats.seed(data)
  }, [data, stats])
}

/** The broadcast that runs or was the last to run, as last heard of: its beginning does not grow stale. */
export function useBroadcast(channelId: string): ChannelStats['broadcast'] {
  const { stats } = useLive()
  return useSyncExternalStore(stats.subscribe, () => stats.latest(channelId)?.broadcast)
}

/** The last thing that happened while this page was open. */
export function useLastEvent(): StoredEvent | null {
  const { events } = useLive()
  return useSyncExternalStore(events.subscribe, events.last)
}

/** A bitrate to show of an input or output of the channel; undefined when there is none of the last seconds. */
export function useBitrate(channelId: string, id: string): number | undefined {
  const isFresh = useStats(channelId) !== undefined
  const last = useHistory(id).at(-1)
  return isFresh ? last?.bitrateBps : undefined
}
