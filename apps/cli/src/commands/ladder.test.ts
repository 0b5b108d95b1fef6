import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type ChannelPlan, paths } from '@sluice/contract/api'
import { makeChannel } from '@sluice/testkit/rows'
import { makeIo } from '../../testing/make-io.ts'
import { runCli } from '../index.ts'

const id = '0190a0a0-0000-7000-8000-000000000001'
const video = { codec: 'h264', height: 540, bitrateKbps: 2000, gopMs: 2000 }
const rung = { id: 'r1', channelId: id, name: 'Middle', video, audio: null, outputs: [], createdAt: '2026-01-01T00:00:00.000Z' }
const template = { id: 'ladder-360', name: 'Ladder 360p', note: '', isShipped: true, video, audio: null }
const plan: ChannelPlan = {
  ...{ channelId: id, source: null, rungs: [], outputs: [], fits: true, warnings: [] },
  player: { rungs: ['source', 'r1'], reason: 'The player gets the source and "Middle".', warning: null },
  load: { cores: 2, budgetPercent: 140, channelPercent: 0, decodePercent: 0, othersPercent: 0, isCalibrated: false },
}

/** Answers as the API does, and keeps what it was asked to set. */
async function serve(t: TestContext) {
  // bound: what one test asks
  const asked: string[] = []
  const lists: Readonly<Record<string, unknown[]>> = { [paths.channelRungs(id)]: [rung], [paths.rungTemplates]: [template] }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.method === 'PUT') asked.push(body)
    const items = lists[request.url ?? ''] ?? [makeChannel({ id, name: 'Show' })]
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(request.method === 'PUT' ? plan : { items, next: null }))
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test('a ladder is named by `off`, `auto`, or rungs and templates; what there is not is refused before anything is sent', async (t) => {
  const { url, asked } = await serve(t)
  const run = async (...steps: string[]) => {
    const io = makeIo({ env: { SLUICE_URL: url, SLUICE_TOKEN: 'x' } })
    const code = await runCli(['rung', 'ladder', 'Show', ...steps], io)
    return { code, io }
  }
  assert.equal((await run('auto')).code, 0)
  const named = await run('Middle', 'ladder-360')
  assert.equal(named.code, 0)
  assert.equal((await run('middle', 'Nothing')).code === 0, false)
  assert.deepEqual(
    asked.map((body) => JSON.parse(body)),
    [{ ladder: 'auto' }, { ladder: ['r1', 'ladder-360'] }],
  )
})
