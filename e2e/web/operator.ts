import assert from 'node:assert/strict'
import { paths } from '@sluice/contract/api'
import type { Sluice } from './sluice.ts'

/** Asks the API with a session; an answer that is no success fails the test. */
export type Operator = <T>(method: string, to: string, body?: unknown) => Promise<T>

/** The first account of a fresh Sluice: the cookie of its session. */
export async function signUp(sluice: Sluice): Promise<string> {
  const owner = { email: 'ann@example.org', password: 'a-long-enough-one', name: 'Ann', workspace: 'Main', code: sluice.setupCode }
  const headers = { origin: sluice.url, 'content-type': 'application/json' }
  const made = await fetch(sluice.url + paths.setup, { method: 'POST', headers, body: JSON.stringify(owner) })
  assert.ok(made.ok, `setup: ${made.status}`)
  return made.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
}

/** The API as the first account of a fresh Sluice asks it. */
export async function setUpOperator(sluice: Sluice): Promise<Operator> {
  const cookie = await signUp(sluice)
  return async <T>(method: string, to: string, body?: unknown): Promise<T> => {
    const headers = { origin: sluice.url, cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const answer = await fetch(sluice.url + to, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    assert.ok(answer.ok, `${method} ${to}: ${answer.status} ${await answer.clone().text()}`)
    return (answer.status === 204 ? undefined : await answer.json()) as T
  }
}
