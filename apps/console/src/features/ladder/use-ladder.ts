import { ChannelPlan, type CreateRungBody, pageOf, paths, Rung, RungTemplate } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, ignored } from '../../live/index.ts'

const everyMs = 2000
const planKey = (channelId: string) => ['plan', channelId] as const
const rungsKey = (channelId: string) => ['rungs', channelId] as const

/** The current plan with the CPU that each encode takes, fetched while the page is open. */
export const usePlan = (channelId: string) =>
  useQuery({
    queryKey: planKey(channelId),
    queryFn: () => call('GET', paths.channelPlan(channelId), ChannelPlan),
    refetchInterval: everyMs,
  })

export const useRungs = (channelId: string) =>
  useQuery({
    queryKey: rungsKey(channelId),
    queryFn: async () => (await call('GET', paths.channelRungs(channelId), pageOf(Rung))).items,
  })

export const useTemplates = () =>
  useQuery({ queryKey: ['rung-templates'], queryFn: async () => (await call('GET', paths.rungTemplates, pageOf(RungTemplate))).items })

function useFresh(channelId: string): () => void {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: rungsKey(channelId) })
    void client.invalidateQueries({ queryKey: planKey(channelId) })
  }
}

export const useCreateRung = (channelId: string) =>
  useMutation({
    mutationFn: (body: CreateRungBody) => call('POST', paths.channelRungs(channelId), Rung, body),
    onSuccess: useFresh(channelId),
  })

export const usePatchRung = (rung: Rung) =>
  useMutation({
    mutationFn: (body: CreateRungBody) => call('PATCH', paths.rung(rung.id), Rung, body),
    onSuccess: useFresh(rung.channelId),
  })

export const useDeleteRung = (rung: Rung) =>
  useMutation({ mutationFn: () => call('DELETE', paths.rung(rung.id), ignored), onSuccess: useFresh(rung.channelId) })
