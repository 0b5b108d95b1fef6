import {
  CatalogueEntry,
  Channel,
  Clip,
  Destination,
  Output,
  PolicyVersion,
  paths,
  Rollback,
  type Scope,
  Session,
  Triage,
} from '@sluice/contract/api'
import { StoredEvent } from '@sluice/contract/events'
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { call, isSignedIn, listAll } from './api-client.ts'
import { ApiError } from './api-error.ts'
import { keys } from './keys.ts'
import { signedOut } from './signed-out.ts'

/** A conversion takes seconds to minutes. */
const convertingMs = 1000
/** How much of the past a timeline starts with. */
const timelineStart = 100
const activityStart = 200
const triageEveryMs = 4000
const rollbackEveryMs = 10_000

/** Null when nobody is signed in. */
export function useSessionQuery(): UseQueryResult<Session | null> {
  const client = useQueryClient()
  return useQuery({
    queryKey: keys.session,
    queryFn: async () => {
      try {
        return await call('GET', paths.session, Session)
      } catch (err) {
        if (!(err instanceof ApiError && err.status === 401)) throw err
        const before = client.getQueryData<Session | null>(keys.session)
        // The page stays as it is behind the dialog that asks to sign in again, and the stream and what was refused go on after it.
        if (before && (await signedOut.ask(isSignedIn))) return client.getQueryData<Session | null>(keys.session) ?? null
        return null
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Whether the one who is signed in may do this. False while nobody is. */
export function useCan(scope: Scope): boolean {
  return useSessionQuery().data?.scopes.includes(scope) ?? false
}

export function useChannels(): UseQueryResult<Channel[]> {
  return useQuery({ queryKey: keys.channels, queryFn: () => listAll(paths.channels, Channel) })
}

/** Undefined while the list is on its way; null when there is no such channel. */
export function useChannel(channelId: string): Channel | null | undefined {
  const { data } = useChannels()
  return data && (data.find((channel) => channel.id === channelId) ?? null)
}

export function useOutputs(channelId: string): UseQueryResult<Output[]> {
  return useQuery({
    queryKey: keys.outputs(channelId),
    queryFn: () => listAll(paths.channelOutputs(channelId), Output),
  })
}

export function useTimeline(channelId: string): UseQueryResult<StoredEvent[]> {
  return useQuery({ queryKey: keys.timeline(channelId), queryFn: () => fetchEvents(paths.channelTimeline(channelId), timelineStart) })
}

/** Where to look first: fetched every few seconds, and at once when the channel or one of its outputs changes. */
export function useTriage(channelId: string): UseQueryResult<Triage> {
  return useQuery({
    queryKey: keys.triage(channelId),
    queryFn: () => call('GET', paths.channelTriage(channelId), Triage),
    refetchInterval: triageEveryMs,
  })
}

/** The same of every channel. */
export function useAllTriage(): UseQueryResult<Triage[]> {
  return useQuery({ queryKey: keys.wall, queryFn: () => listAll(paths.triage, Triage), refetchInterval: triageEveryMs })
}

/** Whether the channel is rolled back, and to what. */
export function useRollback(channelId: string): UseQueryResult<Rollback> {
  return useQuery({
    queryKey: keys.rollback(channelId),
    queryFn: () => call('GET', paths.channelRollback(channelId), Rollback),
    refetchInterval: rollbackEveryMs,
  })
}

/** What happened in the whole workspace, newest first: on deleted channels and on the machine too. */
export function useActivity(): UseQueryResult<StoredEvent[]> {
  return useQuery({ queryKey: keys.activity, queryFn: () => fetchEvents(paths.eventLog, activityStart) })
}

async function fetchEvents(path: string, limit: number): Promise<StoredEvent[]> {
  const page = z.object({ items: z.array(StoredEvent), next: z.string().nullable() })
  return (await call('GET', `${path}?limit=${limit}`, page)).items
}

export function useDestinations(): UseQueryResult<Destination[]> {
  return useQuery({ queryKey: keys.destinations, queryFn: () => listAll(paths.destinations, Destination) })
}

/** Fetched every second while one of them is being converted. */
export function useClips(): UseQueryResult<Clip[]> {
  return useQuery({
    queryKey: keys.clips,
    queryFn: () => listAll(paths.clips, Clip),
    refetchInterval: ({ state }) => (state.data?.some((clip) => clip.state === 'converting') ? convertingMs : false),
  })
}

/** The classes A, B and C as they hold in this workspace. */
export function usePolicies(): UseQueryResult<PolicyVersion[]> {
  return useQuery({ queryKey: keys.policies, queryFn: () => listAll(paths.policies, PolicyVersion) })
}

export function useCatalogue(): UseQueryResult<CatalogueEntry[]> {
  return useQuery({
    queryKey: keys.catalogue,
    queryFn: () => listAll(paths.catalogue, CatalogueEntry),
    staleTime: Number.POSITIVE_INFINITY,
  })
}
