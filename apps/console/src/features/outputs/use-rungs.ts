import { ChannelPlan, pageOf, paths, Rung, RungTemplate } from '@sluice/contract/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from '../../live/index.ts'
import { chosenTemplate } from './rung-choices.ts'

export const useChannelRungs = (channelId: string) =>
  useQuery({
    queryKey: ['rungs', channelId],
    queryFn: async () => (await call('GET', paths.channelRungs(channelId), pageOf(Rung))).items,
  })

export const useRungTemplates = () =>
  useQuery({ queryKey: ['rung-templates'], queryFn: async () => (await call('GET', paths.rungTemplates, pageOf(RungTemplate))).items })

/** Why an output gets what it gets; undefined: not known. */
export function usePlannedWay(channelId: string, outputId: string): string | undefined {
  const { data } = useQuery({ queryKey: ['plan', channelId], queryFn: () => call('GET', paths.channelPlan(channelId), ChannelPlan) })
  const way = data?.outputs.find((output) => output.outputId === outputId)
  return way === undefined ? undefined : [way.warning ?? way.reason, ...(way.notices ?? []).map(({ message }) => message)].join(' ')
}

/** Makes the rung first where a template was chosen. Answers what the output's `rung` takes. */
export function useSettledRung(channelId: string): (value: string) => Promise<string> {
  const client = useQueryClient()
  const { data: templates = [] } = useRungTemplates()
  return async (value) => {
    const template = chosenTemplate(value, templates)
    if (template === null) return value
    const { name, video, audio } = template
    const { id } = await call('POST', paths.channelRungs(channelId), Rung, { name, video, audio })
    void client.invalidateQueries({ queryKey: ['rungs', channelId] })
    return id
  }
}
