import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { paths } from '@sluice/contract/api'
import { makeChannel } from '@sluice/testkit/rows'
import { makeIo } from '../../testing/make-io.ts'
import { runCli } from '../index.ts'

const id = '0190a0a0-0000-7000-8000-000000000001'
const ended = { at: '2026-01-01T20:00:00.000Z', by: 'Ann' }

/** Answers as the API does, and keeps what it was asked. */
async function serve(t: TestContext): Promise<{ env: Record<string, string>; asked: string[] }> {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.method !== 'GET') asked.push(`${request.method} ${request.url} ${body}`)
    const channel = makeChannel({ id, ended: request.url === paths.broadcastEnd(id) ? ended : null })
    const answer = request.url?.startsWith(`${paths.channels}?`) ? { items: [channel], next: null } : channel
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { env: { SLUICE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, SLUICE_TOKEN: 'slk_x' }, asked }
}

test('broadcast end asks first, says who ended it and names the way back', async (t) => {
  const { env, asked } = await serve(t)
  await runCli(['broadcast', 'end', 'Show'], makeIo({ env, answers: ['n'] }))
  assert.equal(await runCli(['broadcast', 'end', 'Show'], makeIo({ env })), 2)
  assert.equal(asked.length, 0)
  const io = makeIo({ env, answers: ['y'] })
  assert.equal(await runCli(['broadcast', 'end', 'Show'], io), 0, io.errors.join(''))
  assert.match(io.questions[0] ?? '', /^End 'Show'\? Every output closes cleanly/)
  assert.match(io.out.join(''), /Ann ended 'Show'[\s\S]*Undo with: sluice broadcast start/)
  assert.equal(await runCli(['broadcast', 'end', 'Show', '--yes'], makeIo({ env })), 0)
  assert.equal(await runCli(['broadcast', 'start', 'Show'], makeIo({ env })), 0)
  assert.deepEqual(
    asked.map((line) => line.trim()),
    [`POST ${paths.broadcastEnd(id)}`, `POST ${paths.broadcastEnd(id)}`, `POST ${paths.broadcastStart(id)}`],
  )
})

test('slate hold asks for five minutes unless told otherwise, and refuses what is no time', async (t) => {
  const { env, asked } = await serve(t)
  assert.equal(await runCli(['slate', 'hold', 'Show'], makeIo({ env })), 0)
  assert.equal(await runCli(['slate', 'hold', 'Show', '--seconds', '60'], makeIo({ env })), 0)
  assert.equal(await runCli(['slate', 'hold', 'Show', '--seconds', 'long'], makeIo({ env })), 2)
  assert.deepEqual(asked, [`POST ${paths.slateHold(id)} {"seconds":300}`, `POST ${paths.slateHold(id)} {"seconds":60}`])
})
