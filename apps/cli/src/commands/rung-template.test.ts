import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { paths, type RungTemplate } from '@sluice/contract/api'
import { makeChannel } from '@sluice/testkit/rows'
import { makeIo } from '../../testing/make-io.ts'
import { runCli } from '../index.ts'

const id = '0190a0a0-0000-7000-8000-000000000001'
const aac = { codec: 'aac', bitrateKbps: 128 } as const
const shipped: RungTemplate = {
  ...{ id: 'social-720', name: 'Social 720p30', note: 'For Twitch.', isShipped: true, audio: aac },
  video: { codec: 'h264', height: 720, fps: 30, bitrateKbps: 3000, gopMs: 2000 },
}
const own: RungTemplate = { ...shipped, id: 'own-1', name: 'Square', isShipped: false, video: { ...shipped.video!, width: 720 } }

/** Answers as the API does, and keeps what it was asked to write. */
async function serve(t: TestContext) {
  // bound: what one test asks
  const asked: [string, unknown][] = []
  const lists: Readonly<Record<string, unknown[]>> = {
    [paths.rungTemplates]: [shipped, own],
    [paths.channels]: [makeChannel({ id, name: 'Show' })],
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method = '', url = '' } = request
    const sent: unknown = body === '' ? null : JSON.parse(body)
    if (method !== 'GET') asked.push([`${method} ${url}`, sent])
    response.writeHead(method === 'DELETE' ? 204 : 200, { 'content-type': 'application/json' })
    const made = {
      id: 'n',
      channelId: id,
      outputs: [],
      createdAt: '2026-01-01T00:00:00.000Z',
      note: '',
      isShipped: false,
      audio: null,
      video: null,
    }
    response.end(
      method === 'DELETE'
        ? ''
        : JSON.stringify(method === 'GET' ? { items: lists[url.split('?')[0]!] ?? [], next: null } : { ...made, ...(sent as object) }),
    )
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close())
  const run = async (...args: string[]) => {
    const io = makeIo({ env: { SLUICE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, SLUICE_TOKEN: 'x' } })
    const code = await runCli(['rung', ...args], io)
    return { code, out: io.out.join(''), error: io.errors.join('') }
  }
  return { asked, run }
}

test('templates are listed with what they are, those of Sluice apart from your own', async (t) => {
  const { run } = await serve(t)
  const { out } = await run('template', 'list')
  assert.match(out, /Social 720p30 +720p30 3000 kbps h264 +128 kbps aac +Sluice +social-720 +For Twitch\./)
  assert.match(out, /Square +720x720 at 30 3000 kbps h264 +128 kbps aac +you +own-1/)
})

test('a template is added from another one and flags, with all that the API takes', async (t) => {
  const { asked, run } = await serve(t)
  const flags = ['--width', '1080', '--height', '1080', '--fit', 'blur', '--audio-codec', 'opus', '--channels', '1', '--note', 'For walls.']
  const { code, out } = await run('template', 'add', 'Wall', '--template', 'social-720', ...flags)
  assert.deepEqual([code, out.startsWith("Template 'Wall' added.")], [0, true])
  assert.deepEqual(asked, [
    [
      `POST ${paths.rungTemplates}`,
      {
        ...{ name: 'Wall', note: 'For walls.', audio: { codec: 'opus', bitrateKbps: 128, channels: 1 } },
        video: { codec: 'h264', height: 1080, width: 1080, fps: 30, bitrateKbps: 3000, gopMs: 2000, fit: 'blur' },
      },
    ],
  ])
})

test('own templates are deleted by name, those of Sluice are not', async (t) => {
  const { asked, run } = await serve(t)
  assert.equal((await run('template', 'rm', 'Square')).code, 0)
  const refused = await run('template', 'rm', 'social-720')
  assert.notEqual(refused.code, 0)
  assert.match(refused.error, /is a template of Sluice and cannot be deleted/)
  assert.deepEqual(asked, [[`DELETE ${paths.rungTemplate('own-1')}`, null]])
})

test('a rung encodes the picture alone, or the sound alone; flags that contradict that are refused before anything is sent', async (t) => {
  const { asked, run } = await serve(t)
  await run('add', 'Show', 'Picture', '--height', '480', '--kbps', '1400', '--no-audio')
  await run('add', 'Show', 'Sound', '--no-picture', '--audio-kbps', '96')
  assert.deepEqual(
    asked.map(([, body]) => body),
    [
      { name: 'Picture', video: { codec: 'h264', height: 480, bitrateKbps: 1400, gopMs: 2000 }, audio: null },
      { name: 'Sound', video: null, audio: { codec: 'aac', bitrateKbps: 96 } },
    ],
  )
  assert.notEqual((await run('add', 'Show', 'X', '--no-picture', '--fps', '30')).code, 0)
  assert.notEqual((await run('add', 'Show', 'X', '--height', '480', '--kbps', '1400', '--no-audio', '--gain', '3')).code, 0)
  assert.equal((await run('template', 'add', 'X', '--template', 'social-720', '--overlay', 'logo')).code, 2)
  assert.equal(asked.length, 2)
})
