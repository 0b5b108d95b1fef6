import { paths, StartedRehearsal } from '@sluice/contract/api'
import { RehearsalResult } from '@sluice/contract/link'
import { useMutation } from '@tanstack/react-query'
import { call, useTimeline } from '../../live/index.ts'

/** Where a rehearsal is made: on the air, or on a shadow of the channel that needs no encoder. */
export type Stage = 'live' | 'shadow'

/** Begins a rehearsal; its verdict comes over the timeline. */
export const useStartRehearsal = (channelId: string) =>
  useMutation({ mutationFn: (on: Stage) => call('POST', paths.failoverRehearsals(channelId), StartedRehearsal, { on }) })

/** The verdict of a rehearsal, null while it runs. */
export function useVerdict(channelId: string, rehearsalId: string | undefined): RehearsalResult | null {
  const { data: events = [] } = useTimeline(channelId)
  for (const { name, data } of events) {
    const result = name === 'rehearsal.finished' ? RehearsalResult.safeParse(data) : null
    if (result?.success && result.data.rehearsalId === rehearsalId) return result.data
  }
  return null
}
