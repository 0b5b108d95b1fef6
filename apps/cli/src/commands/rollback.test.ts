import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { paths, type Rollback } from '@sluice/contract/api'
import { makeChannel } from '@sluice/testkit/rows'
import { makeIo } from '../../testing/make-io.ts'
import { runCli } from '../index.ts'

const id = '0190a0a0-0000-7000-8000-000000000001'
const channel = makeChannel({ id })
const output = (name: string, state: 'live' | 'disabled') => ({ id: name, name, priority: 100, state })
const rolled: Rollback = {
  channelId: id,
  isActive: true,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'me',
  cause: 'by hand',
  keep: 2,
  kept: [output('Main', 'live'), output('Second', 'live')],
  stopped: [output('Third', 'live'), output('Old', 'disabled')],
  plan: null,
  lock: 'backup',
  lockBefore: 'auto',
  isAutomatic: false,
  auto: { isArmed: false, keep: 3 },
  guard: null,
  profile: 'The source as it comes.',
}

const patched = (body: string) => ({ ...channel, autoRollback: { keep: 3, ...JSON.parse(body).autoRollback } })

/** Answers as the API does, and keeps what it was asked. */
async function serve(t: TestContext): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.method !== 'GET') asked.push(`${request.method} ${request.url} ${body}`)
    const isList = request.url?.startsWith(`${paths.channels}?`)
    const { kept, stopped } = rolled
    const planned = { ...rolled, isActive: false, kept: [], stopped: [], plan: { keep: 2, kept, stopped } }
    const answer = isList
      ? { items: [channel], next: null }
      : request.method === 'PATCH'
        ? patched(body)
        : request.method === 'GET'
          ? planned
          : rolled
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test('rollback asks first, says what stays, and names the way back [OPS-01]', async (t) => {
  const api = await serve(t)
  const io = makeIo({ env: { SLUICE_URL: api.url, SLUICE_TOKEN: 'slk_x' }, answers: ['y'] })
  assert.equal(await runCli(['rollback', 'Show', '--keep', '2'], io), 0, io.errors.join(''))
  assert.match(io.questions[0] ?? '', /Keep running: Main, Second\. Stop: Third, Old \(disabled\)\. Roll 'Show' back\?/)
  assert.deepEqual(api.asked, [`POST ${paths.channelRollback(id)} {"keep":2}`])
  assert.match(io.out.join(''), /Kept: Main, Second\. Stopped: Third, Old \(disabled\)\. Source: backup\.[\s\S]*--undo/)
})

test('rollback does nothing on a no, needs --yes in a script, and --undo gives all back', async (t) => {
  const api = await serve(t)
  const env = { SLUICE_URL: api.url, SLUICE_TOKEN: 'slk_x' }
  await runCli(['rollback', 'Show'], makeIo({ env, answers: ['n'] }))
  assert.equal(await runCli(['rollback', 'Show'], makeIo({ env })), 2)
  assert.equal(await runCli(['rollback', 'Show', '--keep', '0', '--yes'], makeIo({ env })), 2)
  assert.deepEqual(api.asked, [])
  assert.equal(await runCli(['rollback', 'Show', '--yes'], makeIo({ env })), 0)
  assert.equal(await runCli(['rollback', 'Show', '--undo'], makeIo({ env })), 0)
  assert.deepEqual(api.asked, [`POST ${paths.channelRollback(id)} {"keep":3}`, `DELETE ${paths.channelRollback(id)} `])
})

test('--arm and --disarm ask nothing, stop nothing, and set what stays only when told [OPS-05]', async (t) => {
  const api = await serve(t)
  const env = { SLUICE_URL: api.url, SLUICE_TOKEN: 'slk_x' }
  const io = makeIo({ env })
  assert.equal(await runCli(['rollback', 'Show', '--arm', '--keep', '2'], io), 0, io.errors.join(''))
  assert.match(io.out.join(''), /'Show' rolls back to 2 outputs automatically if, for five minutes, more than 2 % of the input is lost/)
  assert.equal(await runCli(['rollback', 'Show', '--disarm'], makeIo({ env })), 0)
  assert.equal(await runCli(['rollback', 'Show', '--arm', '--disarm'], makeIo({ env })), 2)
  assert.deepEqual(api.asked, [
    `PATCH ${paths.channel(id)} {"autoRollback":{"isArmed":true,"keep":2}}`,
    `PATCH ${paths.channel(id)} {"autoRollback":{"isArmed":false}}`,
  ])
})
