import type { Channel, Output } from '@sluice/contract/api'
import type { QueryClient } from '@tanstack/react-query'
import { keys } from './keys.ts'

/**
 * For a call that answers a whole item of a list: it shows at once, unless the stream has brought another one since the call began. That one is
 * newer, or a newer one is on its way: an answer put over it would show the end of a show, or a stop, as if it had not happened.
 */
function answerOf<T extends { readonly id: string }>(client: QueryClient, listKey: readonly unknown[], itemId: string) {
  return {
    onMutate: () => client.getQueryData<T[]>(listKey)?.find(({ id }) => id === itemId),
    onSuccess: (answer: T, _asked: unknown, before: T | undefined) =>
      void client.setQueryData<T[]>(listKey, (list) => list?.map((held) => (held === before ? answer : held))),
  }
}

export const channelAnswer = (client: QueryClient, channelId: string) => answerOf<Channel>(client, keys.channels, channelId)

export const outputAnswer = (client: QueryClient, channelId: string, outputId: string) =>
  answerOf<Output>(client, keys.outputs(channelId), outputId)
