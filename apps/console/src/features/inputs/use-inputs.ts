import { Channel, Input, type PatchInputBody, paths, type SourceLock } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, keys } from '../../live/index.ts'

export function usePatchInput(channelId: string, inputId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: PatchInputBody) => call('PATCH', paths.input(inputId), Input, body),
    onSuccess: (input) =>
      void client.setQueryData<Channel[]>(keys.channels, (list) =>
        list?.map((channel) =>
          channel.id === channelId
            ? { ...channel, inputs: channel.inputs.map((other) => (other.id === input.id ? input : other)) }
            : channel,
        ),
      ),
  })
}

/** Which input the channel takes: by itself, or pinned to one. */
export function useLockSource(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (lock: SourceLock) => call('POST', paths.channelSource(channelId), Channel, { lock }),
    onSuccess: (channel) =>
      void client.setQueryData<Channel[]>(keys.channels, (list) => list?.map((other) => (other.id === channel.id ? channel : other))),
  })
}
