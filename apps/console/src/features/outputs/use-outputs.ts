import { notifications } from '@mantine/notifications'
import { type CreateOutputBody, Output, type PatchOutputBody, paths } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys, outputAnswer } from '../../live/index.ts'
import { useSettledRung } from './use-rungs.ts'

/** Start, stop and rearm: they take effect on the page when the engine reports it, and say so when they are refused. */
export function useOutputIntent(output: Output) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (intent: 'start' | 'stop' | 'rearm') => {
      const path = { start: paths.outputStart, stop: paths.outputStop, rearm: paths.outputRearm }[intent]
      return call('POST', path(output.id), Output)
    },
    ...outputAnswer(client, output.channelId, output.id),
    onError: (error, intent) =>
      void notifications.show({
        color: 'red',
        title: `${output.name}: could not ${intent === 'rearm' ? 'retry' : intent}`,
        message: error.message,
      }),
  })
}

export function useCreateOutput(channelId: string) {
  const client = useQueryClient()
  const settled = useSettledRung(channelId)
  return useMutation({
    mutationFn: async (body: CreateOutputBody) => {
      const rung = await settled(body.rung ?? 'auto')
      return call('POST', paths.channelOutputs(channelId), Output, { ...body, rung })
    },
    onSuccess: (made) => {
      client.setQueryData<Output[]>(keys.outputs(channelId), (list) =>
        list?.some(({ id }) => id === made.id) === true ? list : [...(list ?? []), made],
      )
      void client.invalidateQueries({ queryKey: keys.destinations })
    },
  })
}

export function usePatchOutput(output: Output) {
  const client = useQueryClient()
  const answer = outputAnswer(client, output.channelId, output.id)
  const settled = useSettledRung(output.channelId)
  return useMutation({
    mutationFn: async (body: PatchOutputBody) => {
      const rung = body.rung === undefined ? {} : { rung: await settled(body.rung) }
      return call('PATCH', paths.output(output.id), Output, { ...body, ...rung })
    },
    onMutate: answer.onMutate,
    onSuccess: (changed, asked, before) => {
      answer.onSuccess(changed, asked, before)
      void client.invalidateQueries({ queryKey: keys.destinations })
    },
  })
}

export function useDeleteOutput(output: Output) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('DELETE', paths.output(output.id), ignored),
    onSuccess: () => {
      client.setQueryData<Output[]>(keys.outputs(output.channelId), (list) => list?.filter((other) => other.id !== output.id))
      void client.invalidateQueries({ queryKey: keys.destinations })
    },
  })
}
