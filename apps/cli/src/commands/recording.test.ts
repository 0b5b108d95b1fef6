import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { paths, type Recording } from '@sluice/contract/api'
import { makeChannel } from '@sluice/testkit/rows'
import { makeIo } from '../../testing/make-io.ts'
import { runCli } from '../index.ts'

const id = '0190a0a0-0000-7000-8000-000000000001'
const at = '2026-01-01T20:00:00.000Z'
const recording: Recording = {
  ...{ id: 'r1', channelId: id, channelName: 'Show', name: 'Final', state: 'partial', startedBy: 'always', startedAt: at, endedAt: at },
  ...{ endedBy: 'over', durationMs: 3_723_000, bytes: 2_100_000_000, lostMs: 4200, pinned: false, deletesAt: '2026-02-01T20:00:00.000Z' },
  problem: { code: 'RECORDING_GAPS', message: '4.2 s of the show are missing.' },
}

/** Answers as the API does, and keeps what it was asked. */
async function serve(t: TestContext): Promise<{ env: Record<string, string>; asked: string[] }> {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method, url = '' } = request
    const isList = url.includes('limit=')
    if (!isList) asked.push(`${method} ${url} ${body}`.trim())
    if (url.startsWith(paths.recordingDownload('r1'))) return void response.writeHead(200, { 'content-type': 'video/mp4' }).end('film')
    const item = url.startsWith(`${paths.channels}?`) || url === paths.channel(id) ? makeChannel({ id }) : recording
    response
      .writeHead(method === 'DELETE' ? 204 : 200, { 'content-type': 'application/json' })
      .end(method === 'DELETE' ? '' : JSON.stringify(isList ? { items: [item], next: null } : item))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { env: { SLUICE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, SLUICE_TOKEN: 'slk_x' }, asked }
}

test('recording list says how long each one is, what is missing, and until when it is kept', async (t) => {
  const { env } = await serve(t)
  const io = makeIo({ env })
  assert.equal(await runCli(['recording', 'list', 'Show'], io), 0, io.errors.join(''))
  assert.match(io.out.join(''), /Final +partial +1 h 02 min +2\.10 GB +4 s +until 2026-02-01 +r1/)
})

test('recording start, stop, set, pin and rm ask for what they say', async (t) => {
  const { env, asked } = await serve(t)
  const run = async (...args: string[]): Promise<number> => runCli(['recording', ...args], makeIo({ env, answers: ['n'] }))
  for (const args of [
    ['start', 'Show'],
    ['stop', 'Final'],
    ['set', 'Show', '--mode', 'always', '--keep', '30'],
    ['pin', 'Final'],
    ['rm', 'Final', '--yes'],
  ])
    assert.equal(await run(...args), 0, args.join(' '))
  assert.deepEqual(asked, [
    `POST ${paths.channelRecordings(id)}`,
    `POST ${paths.recordingStop('r1')}`,
    `PATCH ${paths.channel(id)} {"recording":{"mode":"always","keepDays":30}}`,
    `PATCH ${paths.recording('r1')} {"pinned":true}`,
    `DELETE ${paths.recording('r1')}`,
  ])
  assert.equal(await run('set', 'Show', '--mode', 'sometimes'), 2)
  assert.equal(await run('set', 'Show', '--keep', 'long'), 2)
})

test('recording download saves the part that was asked for, and writes over no file', async (t) => {
  const { env, asked } = await serve(t)
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'part.mp4')
  const run = (...args: string[]): Promise<number> => runCli(['recording', 'download', 'Final', ...args], makeIo({ env }))
  assert.equal(await run('--to', file, '--from', '1:30', '--until', '2:01:30', '--exact'), 0)
  assert.equal(readFileSync(file, 'utf8'), 'film')
  assert.deepEqual(asked, [`GET ${paths.recordingDownload('r1')}?fromMs=90000&toMs=7290000&exact=true`])
  writeFileSync(file, 'mine')
  assert.notEqual(await run('--to', file), 0)
  assert.equal(readFileSync(file, 'utf8'), 'mine')
  assert.equal(await run('--to', join(folder, 'other.mp4'), '--from', 'soon'), 2)
  assert.equal(existsSync(join(folder, 'other.mp4')), false)
})
