import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { InputRole } from '@sluice/base/words'
import { type Input, paths } from '@sluice/contract/api'
import { makeChannel } from '@sluice/testkit/rows'
import { makeIo } from '../../testing/make-io.ts'
import { runCli } from '../index.ts'

const id = '0190a0a0-0000-7000-8000-000000000001'
const input = (role: InputRole): Input => ({
  id: `id-${role}`,
  role,
  enabled: true,
  maintenance: false,
  streamKey: `key-of-${role}`,
  urls: { server: { rtmp: 'rtmp://a/live', rtmps: 'rtmps://a/live' }, rtmp: '', rtmps: '', srt: '' },
  srt: { latencyMs: 500, hasPassphrase: false, port: null, url: null },
  pull: null,
  clip: null,
  applied: true,
  actual: null,
})
const channel = makeChannel({ id, inputs: [input('primary'), input('backup'), input('backup2')] })

/** Answers as the API does, and keeps what it was asked. */
async function serve(t: TestContext): Promise<{ asked: string[]; run: (...args: string[]) => Promise<{ code: number; said: string }> }> {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method, url = '' } = request
    if (method !== 'GET') asked.push(`${method} ${url} ${body}`)
    if (method === 'DELETE') return void response.writeHead(204).end()
    const answer = url.startsWith(`${paths.channels}?`)
      ? { items: [channel], next: null }
      : url.endsWith('/source')
        ? channel
        : input(url.endsWith('/inputs') ? 'backup3' : 'backup2')
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const env = { SLUICE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, SLUICE_TOKEN: 'slk_x' }
  const run = async (...args: string[]): Promise<{ code: number; said: string }> => {
    const io = makeIo({ env })
    const code = await runCli(args, io)
    return { code, said: [...io.out, ...io.errors].join('') }
  }
  return { asked, run }
}

test('an input gets an SRT port of its own, and gives it back', async (t) => {
  const { asked, run } = await serve(t)
  for (const [text, port] of [
    ['8900', '8900'],
    ['auto', '"auto"'],
    ['off', 'null'],
  ] as const) {
    const { code, said } = await run('input', 'set', 'Show', 'backup2', '--srt-port', text)
    assert.equal(code, 0, said)
    assert.equal(asked.at(-1), `PATCH ${paths.input('id-backup2')} {"srt":{"port":${port}}}`)
  }
  for (const text of ['0', '08900', 'x', '']) assert.notEqual((await run('input', 'set', 'Show', 'backup2', '--srt-port', text)).code, 0)
  assert.match((await run('input', 'set', 'Show', 'backup2')).said, /nothing to set/)
})

test('an added input is told with what to type into its encoder', async (t) => {
  const { asked, run } = await serve(t)
  const { code, said } = await run('input', 'add', 'Show')
  assert.equal(code, 0, said)
  assert.match(said, /^Added the backup 3 input to 'Show'\.\n[\s\S]*backup 3 input[\s\S]*key-of-backup3/)
  assert.deepEqual(asked, [`POST ${paths.channelInputs(id)} {}`])
})

test('inputs are removed, exchanged, taken and pinned by the role, however it is spelled', async (t) => {
  const { asked, run } = await serve(t)
  assert.match((await run('input', 'rm', 'Show', 'backup2')).said, /Removed the backup 2 input of 'Show'/)
  assert.match((await run('input', 'swap', 'Show', 'Backup 2', 'primary')).said, /Swapped the backup 2 and primary inputs of 'Show'/)
  assert.match((await run('input', 'take', 'Show', 'backup')).said, /Switching 'Show' to the backup input \(it was on primary\)/)
  await run('source', 'Show', 'backup 2')
  await run('input', 'maintenance', 'Show', 'backup2')
  await run('input', 'maintenance', 'Show', 'backup2', '--off')
  assert.deepEqual(asked, [
    `DELETE ${paths.input('id-backup2')} `,
    `PATCH ${paths.input('id-backup2')} {"role":"primary"}`,
    `POST ${paths.channelSource(id)} {"take":"backup"}`,
    `POST ${paths.channelSource(id)} {"lock":"backup2"}`,
    `PATCH ${paths.input('id-backup2')} {"maintenance":true}`,
    `PATCH ${paths.input('id-backup2')} {"maintenance":false}`,
  ])
})

test('a role that is none ends with 2, one that the channel does not have with 1 and those that it has', async (t) => {
  const { asked, run } = await serve(t)
  const wrong = await run('input', 'rm', 'Show', 'backup8')
  assert.equal(wrong.code, 2)
  assert.match(wrong.said, /'backup8' is not primary, backup, backup2/)
  const absent = await run('key', 'show', 'Show', '--input', 'backup5')
  assert.deepEqual([absent.code, asked], [1, []])
  assert.match(absent.said, /channel 'Show' has no backup 5 input\n.*It has primary, backup, backup2\./)
})
