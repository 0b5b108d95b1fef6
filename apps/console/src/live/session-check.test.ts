import { MutationObserver, type QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, onTestFinished, test, vi } from 'vitest'
import { apiErrorOf } from './api-error.ts'
import { keys } from './keys.ts'
import { openQueryClient } from './query-client.ts'

type Asked = { client: QueryClient; readonly count: number }

/** A console that somebody is signed in to; `who` answers each later question who that is. */
function signedIn(who: () => string | null): Asked {
  let count = 0
  const client = openQueryClient()
  client.setQueryData(keys.session, 'Ada')
  const queryFn = (): string | null => {
    count++
    return who()
  }
  onTestFinished(new QueryObserver(client, { queryKey: keys.session, queryFn, staleTime: Number.POSITIVE_INFINITY }).subscribe(() => {}))
  return {
    client,
    get count() {
      return count
    },
  }
}

const refuse = (): never => {
  throw apiErrorOf(401, undefined)
}
const readRefused = (client: QueryClient): Promise<unknown> => client.fetchQuery({ queryKey: keys.clips, queryFn: refuse }).catch(() => {})

test('a refused read asks who is signed in, and ends the session only when nobody is', async () => {
  const still = signedIn(() => 'Ada')
  await readRefused(still.client)
  await vi.waitFor(() => expect(still.count).toBe(1))
  expect(still.client.getQueryData(keys.session)).toBe('Ada')
  const ended = signedIn(() => null)
  await readRefused(ended.client)
  await vi.waitFor(() => expect(ended.client.getQueryData(keys.session)).toBeNull())
})

test('a read that is refused while a new password replaces the session does not sign this browser out', async () => {
  const asked = signedIn(() => null)
  const answer = Promise.withResolvers<string>()
  const change = new MutationObserver(asked.client, { mutationKey: keys.session, mutationFn: () => answer.promise }).mutate()
  await readRefused(asked.client)
  expect([asked.client.getQueryData(keys.session), asked.count]).toEqual(['Ada', 0])
  answer.resolve('Ada again')
  expect(await change).toBe('Ada again')
  await readRefused(asked.client)
  await vi.waitFor(() => expect(asked.client.getQueryData(keys.session)).toBeNull())
})
