import { Channel, type PatchChannelBody, paths } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, keys } from '../../live/index.ts'

/** Changes what a channel does when an input fails. It holds at once, on the air too. */
export function usePatchFailover(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: PatchChannelBody) => call('PATCH', paths.channel(channelId), Channel, body),
    onSuccess: (channel) =>
      void client.setQueryData<Channel[]>(keys.channels, (list) => list?.map((other) => (other.id === channel.id ? channel : other))),
  })
}
