import { Channel, Input, type PatchInputBody, paths, type SourceLock, Switches } from '@sluice/contract/api'
import type { InputRole } from '@sluice/contract/link'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
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

/** Takes an input to the air once, without a lock. */
export function useTakeSource(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (take: InputRole) => call('POST', paths.channelSource(channelId), Channel, { take }),
    onSuccess: (channel) =>
      void client.setQueryData<Channel[]>(keys.channels, (list) => list?.map((other) => (other.id === channel.id ? channel : other))),
  })
}

/** A switch's effect on the outputs is told ten seconds after it: looked at again that often while there are switches. */
const refreshMs = 12_000

/** The last switches of source; asked for anew with each change of source. */
export function useSwitches(channel: Channel) {
  return useQuery({
    queryKey: ['switches', channel.id, channel.source, channel.since],
    queryFn: () => call('GET', paths.channelSwitches(channel.id), Switches),
    placeholderData: (before) => before,
    refetchInterval: refreshMs,
  })
}
