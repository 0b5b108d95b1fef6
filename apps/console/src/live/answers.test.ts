import type { Channel, Output } from '@sluice/contract/api'
import { makeChannel, makeOutput } from '@sluice/testkit/rows'
import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { channelAnswer, outputAnswer } from './answers.ts'
import { keys } from './keys.ts'
import { applyMessage } from './stream/apply-message.ts'

test('the answer of a call shows at once, and never over what the stream has brought since the call began', () => {
  const client = new QueryClient()
  const channel = makeChannel({ id: 'c', name: 'Before' })
  client.setQueryData<Channel[]>(keys.channels, [channel])
  const held = () => client.getQueryData<Channel[]>(keys.channels)?.[0]?.name
  const { onMutate, onSuccess } = channelAnswer(client, 'c')
  onSuccess({ ...channel, name: 'Answered' }, null, onMutate())
  expect(held()).toBe('Answered')
  const before = onMutate()
  applyMessage(client, { type: 'channel', channel: { ...channel, name: 'Newer' } })
  onSuccess({ ...channel, name: 'Older' }, null, before)
  expect(held()).toBe('Newer')
})

test('an output that has stopped by the time its stop is answered stays stopped', () => {
  const client = new QueryClient()
  const output = makeOutput({ id: 'o', channelId: 'c', desired: 'running' })
  client.setQueryData<Output[]>(keys.outputs('c'), [output])
  const { onMutate, onSuccess } = outputAnswer(client, 'c', 'o')
  const before = onMutate()
  applyMessage(client, { type: 'output', output: { ...output, desired: 'stopped' } })
  onSuccess(output, null, before)
  expect(client.getQueryData<Output[]>(keys.outputs('c'))?.[0]?.desired).toBe('stopped')
})
