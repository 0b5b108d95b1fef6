import { Channel, type PatchChannelBody, paths } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, channelAnswer } from '../../live/index.ts'

/** Changes what a channel does when an input fails. It holds at once, on the air too. */
export function usePatchFailover(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: PatchChannelBody) => call('PATCH', paths.channel(channelId), Channel, body),
    ...channelAnswer(client, channelId),
  })
}
