import {
  ChannelPlan,
  type CreateRungBody,
  type CreateRungTemplateBody,
  type PatchRungBody,
  type PlaybackLadder,
  pageOf,
  paths,
  Rung,
  RungTemplate,
} from '@sluice/contract/api'
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

const templatesKey = ['rung-templates'] as const
export const useTemplates = () =>
  useQuery({ queryKey: templatesKey, queryFn: async () => (await call('GET', paths.rungTemplates, pageOf(RungTemplate))).items })

function useFresh(channelId: string): () => void {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: rungsKey(channelId) })
    void client.invalidateQueries({ queryKey: planKey(channelId) })
  }
}

/** Answered with the plan that follows; the channel itself comes over the stream. */
export function useSetLadder(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (ladder: PlaybackLadder) => call('PUT', paths.channelLadder(channelId), ChannelPlan, { ladder }),
    onSuccess: (plan) => client.setQueryData(planKey(channelId), plan),
  })
}

export function useCreateTemplate() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: CreateRungTemplateBody) => call('POST', paths.rungTemplates, RungTemplate, body),
    onSuccess: () => client.invalidateQueries({ queryKey: templatesKey }),
  })
}

export function useDeleteTemplate() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call('DELETE', paths.rungTemplate(id), ignored),
    onSuccess: () => client.invalidateQueries({ queryKey: templatesKey }),
  })
}

export const useCreateRung = (channelId: string) =>
  useMutation({
    mutationFn: (body: CreateRungBody) => call('POST', paths.channelRungs(channelId), Rung, body),
    onSuccess: useFresh(channelId),
  })

export const usePatchRung = (rung: Rung) =>
  useMutation({
    mutationFn: (body: PatchRungBody) => call('PATCH', paths.rung(rung.id), Rung, body),
    onSuccess: useFresh(rung.channelId),
  })

export const useDeleteRung = (rung: Rung) =>
  useMutation({ mutationFn: () => call('DELETE', paths.rung(rung.id), ignored), onSuccess: useFresh(rung.channelId) })
