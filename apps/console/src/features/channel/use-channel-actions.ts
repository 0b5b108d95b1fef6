import { notifications } from '@mantine/notifications'
import { Channel, paths } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, channelAnswer, ignored, keys } from '../../live/index.ts'

export function useRenameChannel(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => call('PATCH', paths.channel(channelId), Channel, { name }),
    ...channelAnswer(client, channelId),
  })
}

/** New addresses for viewers; the old ones are dead at once. */
export function useRotatePlayback(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('POST', paths.channelPlaybackRotate(channelId), Channel),
    ...channelAnswer(client, channelId),
  })
}

/** Ends the show, or takes its end back. */
export function useEndShow(channelId: string) {
  const client = useQueryClient()
  return useMutation({ mutationFn: () => call('POST', paths.broadcastEnd(channelId), Channel), ...channelAnswer(client, channelId) })
}

export function useReopenShow(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('POST', paths.broadcastStart(channelId), Channel),
    ...channelAnswer(client, channelId),
    onError: (error) => void notifications.show({ color: 'red', title: 'Still ended', message: error.message }),
  })
}

/** Keeps the slate, and the outputs that show it, for so many seconds more. The new end comes with the channel's state. */
export function useHoldSlate(channelId: string) {
  return useMutation({
    mutationFn: (seconds: number) => call('POST', paths.slateHold(channelId), Channel, { seconds }),
    onError: (error) => void notifications.show({ color: 'red', title: 'Slate not held', message: error.message }),
  })
}

export function useDeleteChannel(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('DELETE', paths.channel(channelId), ignored),
    onSuccess: () => void client.setQueryData<Channel[]>(keys.channels, (list) => list?.filter((other) => other.id !== channelId)),
  })
}
