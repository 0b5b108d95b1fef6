import type { StreamMessage } from '@sluice/contract/api'
import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useMemo } from 'react'
import { ClockStore } from './clock-store.ts'
import { EventFeed } from './event-feed.ts'
import { keys } from './keys.ts'
import { checkSession } from './session-check.ts'
import { StatsStore } from './stats-store.ts'
import { applyMessage } from './stream/apply-message.ts'
import { LiveStream } from './stream/live-stream.ts'

type Live = { readonly stats: StatsStore; readonly clock: ClockStore; readonly events: EventFeed; readonly stream: LiveStream }

const LiveContext = createContext<Live | null>(null)

/** A list that is being fetched while the stream changes it is fetched once more, this much later. */
const settleMs = 300
/** Changes of a channel come in bursts: it is judged anew so much after the first of them. */
const judgeMs = 250

/** Opens the stream for as long as it is mounted. Mount it anew (by `key`) for another workspace. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const live = useMemo(() => makeLive(client), [client])
  useEffect(() => {
    live.stream.open()
    return () => live.stream.close()
  }, [live])
  return <LiveContext value={live}>{children}</LiveContext>
}

function makeLive(client: QueryClient): Live {
  const stats = new StatsStore()
  const clock = new ClockStore()
  const events = new EventFeed()
  const settle = { timer: null as ReturnType<typeof setTimeout> | null }
  const refetch = (queryKeys: readonly QueryKey[]): void => {
    for (const queryKey of queryKeys) void client.invalidateQueries({ queryKey })
  }
  const refetchSoon = (): void => {
    settle.timer ??= setTimeout(() => {
      settle.timer = null
      refetch([keys.channels, keys.allOutputs])
    }, settleMs)
  }
  // bound: ids of channels that changed within `judgeMs`
  const changed = new Set<string>()
  const judgeSoon = (channelId: string): void => {
    if (changed.size === 0) {
      setTimeout(() => {
        refetch([keys.wall, ...[...changed].flatMap((id) => [keys.triage(id), keys.rollback(id)])])
        changed.clear()
      }, judgeMs)
    }
    changed.add(channelId)
  }
  const onMessage = (message: StreamMessage): void => {
    if (message.type === 'stats') {
      if (message.stats.at !== null) clock.learn(message.stats.at)
      stats.put(message.stats, message.engineId)
      return
    }
    if (message.type === 'unchanged') {
      clock.learn(message.at)
      stats.hold(message.engineId, message.at)
      return
    }
    if (message.type === 'event') events.put(message.event)
    if (message.type === 'event' && message.event.name === 'policy.changed') refetch([keys.policies])
    // An answer that left the server before this message must not undo it.
    const isRacing = client.isFetching({ queryKey: keys.channels }) + client.isFetching({ queryKey: keys.allOutputs }) > 0
    if (isRacing && message.type !== 'event') refetchSoon()
    if (message.type === 'channel') judgeSoon(message.channel.id)
    if (message.type === 'output') judgeSoon(message.output.channelId)
    applyMessage(client, message)
  }
  const stream = new LiveStream({
    onMessage,
    // The session too: a stream is cut when what its person may do changes.
    onOpen: () => refetch([keys.session, keys.channels, keys.allOutputs, keys.allTimelines, keys.policies, keys.allTriage]),
    onRefused: () => checkSession(client),
  })
  return { stats, clock, events, stream }
}

export function useLive(): Live {
  const live = use(LiveContext)
  if (live === null) throw new Error('useLive stands outside of LiveProvider')
  return live
}
