import { notifications } from '@mantine/notifications'
import { type CreateOutputBody, Output, type PatchOutputBody, paths } from '@sluice/contract/api'
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys } from '../../live/index.ts'

function keep(client: QueryClient, output: Output): void {
  client.setQueryData<Output[]>(keys.outputs(output.channelId), (list) => {
    const isKnown = list?.some((other) => other.id === output.id) ?? false
    return isKnown ? list?.map((other) => (other.id === output.id ? output : other)) : [...(list ?? []), output]
  })
}

/** Start, stop and rearm: they take effect on the page when the engine reports it, and say so when they are refused. */
export function useOutputIntent(output: Output) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (intent: 'start' | 'stop' | 'rearm') => {
      const path = { start: paths.outputStart, stop: paths.outputStop, rearm: paths.outputRearm }[intent]
      return call('POST', path(output.id), Output)
    },
    onSuccess: (changed) => keep(client, changed),
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
  return useMutation({
    mutationFn: (body: CreateOutputBody) => call('POST', paths.channelOutputs(channelId), Output, body),
    onSuccess: (output) => {
      keep(client, output)
      void client.invalidateQueries({ queryKey: keys.destinations })
    },
  })
}

export function usePatchOutput(outputId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: PatchOutputBody) => call('PATCH', paths.output(outputId), Output, body),
    onSuccess: (output) => {
      keep(client, output)
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
