import { Channel, paths } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, keys } from '../../live/index.ts'

export function useCreateChannel() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => call('POST', paths.channels, Channel, { name }),
    // The stream may have told of it already.
    onSuccess: (channel) =>
      void client.setQueryData<Channel[]>(keys.channels, (list) => [...(list ?? []).filter((other) => other.id !== channel.id), channel]),
  })
}
