import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type CreatedGuestLink, type Destination, paths } from '@sluice/contract/api'
import { makeChannel } from '@sluice/testkit/rows'
import { makeIo } from '../../testing/make-io.ts'
import { runCli } from '../index.ts'

const at = '2026-01-01T00:00:00.000Z'
const destination: Destination = {
  id: 'd1',
  name: 'Kept',
  platform: 'custom',
  url: 'rtmp://h.example/app',
  hasKey: true,
  keyHint: 'abcd',
  class: 'B',
  tlsVerify: true,
  credential: 'rotating',
  guest: null,
  channelIds: null,
  rotateEveryDays: null,
  rotationDueAt: null,
  nextRotation: { at: '2026-03-01T18:00:00.000Z', keyHint: 'wxyz' },
  lastRotation: { at, by: 'me', state: 'pending', outputs: [{ outputId: 'o', name: 'O', state: 'pending', reason: null }] },
  lastUsedAt: null,
  createdAt: at,
  updatedAt: at,
  usedByOutputs: 2,
}
const channel = makeChannel({ id: 'c1' })
const link: CreatedGuestLink = {
  id: 'g1',
  channelId: 'c1',
  name: 'Band',
  state: 'active',
  class: 'C',
  maxOutputs: 2,
  outputs: 1,
  createdBy: 'me',
  createdAt: at,
  expiresAt: '2026-03-02T00:00:00.000Z',
  endedAt: null,
  lastUsedAt: null,
  url: 'http://h/guest/slg_token',
}

/** Answers as the API does, and keeps what it was asked. */
async function serve(t: TestContext): Promise<{ env: Record<string, string>; asked: string[] }> {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const path = request.url?.split('?')[0] ?? ''
    if (request.method !== 'GET') asked.push(`${request.method} ${path} ${body}`)
    const lists: Record<string, unknown[]> = {
      [paths.destinations]: [destination],
      [paths.channels]: [channel],
      [paths.channelGuestLinks('c1')]: [link],
    }
    const one = path.startsWith(paths.destinations) ? destination : request.method === 'DELETE' ? { ...link, state: 'revoked' } : link
    const answer = request.method === 'GET' ? { items: lists[path] ?? [], next: null } : one
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { env: { SLUICE_URL: url, SLUICE_TOKEN: 'slk_x' }, asked }
}

test('destination rotate sends the key from a file or stdin, and keeps it out of what it prints [OUT-12]', async (t) => {
  const { env, asked } = await serve(t)
  const io = makeIo({ env, stdin: 'next-key\n' })
  assert.equal(await runCli(['destination', 'rotate', 'Kept', '--key-file', '-'], io), 0)
  assert.deepEqual(asked, [`POST ${paths.destinationRotate('d1')} {"streamKey":"next-key"}`])
  assert.equal(io.out.join(''), "'Kept' has the new key. Live outputs switching to it now: 1 of 2.\n")
})

test('destination rotate --at plans, --cancel takes that back, and a time that is none is refused', async (t) => {
  const { env, asked } = await serve(t)
  const io = makeIo({ env: { ...env, SLUICE_OUTPUT_KEY: 'later-key' } })
  assert.equal(await runCli(['destination', 'rotate', 'Kept', '--at', '2026-03-01T18:00:00Z'], io), 0)
  assert.equal(await runCli(['destination', 'rotate', 'Kept', '--cancel'], io), 0)
  assert.equal(await runCli(['destination', 'rotate', 'Kept', '--at', 'tomorrow'], io), 2)
  assert.deepEqual(asked, [
    `POST ${paths.destinationRotate('d1')} {"streamKey":"later-key","at":"2026-03-01T18:00:00.000Z"}`,
    `DELETE ${paths.destinationRotate('d1')} `,
  ])
  assert.match(io.out.join(''), /The key of 'Kept' changes at 2026-03-01T18:00:00\.000Z\.\nThe planned key change of 'Kept' is cancelled\./)
  assert.doesNotMatch(io.out.join('') + io.errors.join(''), /later-key/)
})

test('guest add prints the link, guest list does not, and guest revoke asks first [OUT-12]', async (t) => {
  const { env, asked } = await serve(t)
  const io = makeIo({ env, answers: ['n', 'y'] })
  assert.equal(await runCli(['guest', 'add', 'Show', 'Band', '--for', '6h', '--max', '2'], io), 0)
  assert.match(asked[0]!, /^POST \S+guest-links \{"name":"Band","expiresAt":"20\S+Z","maxOutputs":2\}$/)
  assert.match(io.out[0]!, /^http:\/\/h\/guest\/slg_token\nFor 'Band' on 'Show' until /)
  assert.equal(await runCli(['guest', 'list', 'Show'], io), 0)
  assert.match(io.out[1]!, /^GUEST +STATE .*\nBand +active +1\/2 +C /)
  assert.doesNotMatch(io.out[1]!, /slg_/)
  assert.equal(await runCli(['guest', 'revoke', 'Show', 'Band'], io), 0)
  assert.equal(asked.length, 1)
  assert.equal(await runCli(['guest', 'revoke', 'Show', 'Band'], io), 0)
  assert.equal(asked[1], `DELETE ${paths.guestLink('g1')} `)
  assert.equal(await runCli(['guest', 'add', 'Show', 'Band', '--for', 'ever'], io), 2)
})
