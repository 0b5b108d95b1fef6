import { type AutoRollback, Channel, Preflight, paths, Rollback } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, channelAnswer, keys } from '../../live/index.ts'

const planEveryMs = 5000

/** Looks at everything that can be known before going live. */
export const usePreflight = (channelId: string) =>
  useMutation({ mutationFn: () => call('POST', paths.channelPreflight(channelId), Preflight) })

/** What a rollback that keeps this many outputs would do now, fetched while the dialog is open. */
export const useRollbackPlan = (channelId: string, keep: number, isWanted: boolean) =>
  useQuery({
    queryKey: [...keys.rollback(channelId), 'plan', keep],
    queryFn: () => call('GET', `${paths.channelRollback(channelId)}?keep=${keep}`, Rollback),
    enabled: isWanted,
    refetchInterval: planEveryMs,
  })

/** Begins a rollback that keeps so many outputs, or ends it (`null`). */
export function useRollbackChange(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (keep: number | null) =>
      keep === null
        ? call('DELETE', paths.channelRollback(channelId), Rollback)
        : call('POST', paths.channelRollback(channelId), Rollback, { keep }),
    onSuccess(rollback) {
      client.setQueryData(keys.rollback(channelId), rollback)
      void client.invalidateQueries({ queryKey: keys.outputs(channelId) })
      void client.invalidateQueries({ queryKey: keys.channels })
    },
  })
}

/** Arms or disarms the automatic rollback, or sets how many outputs it keeps. */
export function useAutoRollback(channelId: string) {
  const client = useQueryClient()
  const answer = channelAnswer(client, channelId)
  return useMutation({
    mutationFn: (autoRollback: Partial<AutoRollback>) => call('PATCH', paths.channel(channelId), Channel, { autoRollback }),
    onMutate: answer.onMutate,
    onSuccess(channel, asked, before) {
      answer.onSuccess(channel, asked, before)
      void client.invalidateQueries({ queryKey: keys.rollback(channelId) })
    },
  })
}
