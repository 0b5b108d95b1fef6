import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { makeChannel } from '@sluice/testkit/rows'
import { makeIo } from '../../testing/make-io.ts'
import { runCli } from '../index.ts'

/** Answers as the API does, and keeps what it was asked to change. */
async function serve(t: TestContext) {
  // bound: what one test asks
  const asked: unknown[] = []
  const plain = makeChannel({ id: '0190a0a0-0000-7000-8000-000000000001', name: 'Show' })
  const channel = { ...plain, playback: { ...plain.playback, viewing: { latency: 'low', sounds: [{ track: 1, language: 'de' }] } } }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.method === 'PATCH') asked.push(JSON.parse(body))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(request.method === 'PATCH' ? channel : { items: [channel], next: null }))
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close())
  const run = async (...flags: string[]) => {
    const io = makeIo({ env: { SLUICE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, SLUICE_TOKEN: 'x' } })
    return { code: await runCli(['viewing', 'Show', ...flags], io), io }
  }
  return { asked, run }
}

test('latency and names of sounds are set; what was said of other tracks stays, and what nobody can mean is refused', async (t) => {
  const { asked, run } = await serve(t)
  assert.equal((await run()).code, 0)
  assert.deepEqual(asked, [], 'without a flag it shows')
  for (const flags of [
    ['--latency', 'relaxed'],
    ['--sound', '0=en:English', '--sound', '2=:Commentary'],
    ['--sound', '1=pt-BR'],
    ['--no-sounds'],
  ])
    assert.equal((await run(...flags)).code, 0, flags.join(' '))
  assert.deepEqual(asked, [
    { viewing: { latency: 'relaxed' } },
    {
      viewing: {
        sounds: [
          { track: 1, language: 'de' },
          { track: 0, language: 'en', name: 'English' },
          { track: 2, name: 'Commentary' },
        ],
      },
    },
    { viewing: { sounds: [{ track: 1, language: 'pt-BR' }] } },
    { viewing: { sounds: [] } },
  ])
  for (const flags of [
    ['--latency', 'none'],
    ['--sound', 'de'],
    ['--sound', '1=not a language'],
  ])
    assert.notEqual((await run(...flags)).code, 0, flags.join(' '))
})
