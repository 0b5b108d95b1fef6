import { Channel, paths } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys } from '../../live/index.ts'

export function useRenameChannel(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => call('PATCH', paths.channel(channelId), Channel, { name }),
    onSuccess: (channel) =>
      void client.setQueryData<Channel[]>(keys.channels, (list) => list?.map((other) => (other.id === channel.id ? channel : other))),
  })
}

/** New addresses for viewers; the old ones are dead at once. */
export function useRotatePlayback(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('POST', paths.channelPlaybackRotate(channelId), Channel),
    onSuccess: (channel) =>
      void client.setQueryData<Channel[]>(keys.channels, (list) => list?.map((other) => (other.id === channel.id ? channel : other))),
  })
}

/** Ends the show, or takes its end back. */
export function useEndShow(channelId: string) {
  return useBroadcast(channelId, paths.broadcastEnd(channelId))
}

export function useReopenShow(channelId: string) {
  return useBroadcast(channelId, paths.broadcastStart(channelId))
}

function useBroadcast(channelId: string, path: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('POST', path, Channel),
    onSuccess: (channel) =>
      void client.setQueryData<Channel[]>(keys.channels, (list) => list?.map((other) => (other.id === channelId ? channel : other))),
  })
}

export function useDeleteChannel(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('DELETE', paths.channel(channelId), ignored),
    onSuccess: () => void client.setQueryData<Channel[]>(keys.channels, (list) => list?.filter((other) => other.id !== channelId)),
  })
}
