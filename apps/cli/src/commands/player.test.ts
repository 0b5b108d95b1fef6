import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type PlaybackStats, type Player, paths } from '@sluice/contract/api'
import { makeChannel } from '@sluice/testkit/rows'
import { makeIo } from '../../testing/make-io.ts'
import { runCli } from '../index.ts'

const id = '0190a0a0-0000-7000-8000-000000000001'
const at = '2026-01-01T20:00:00.000Z'
const player: Player = {
  ...{ id: 'p1', channelId: id, name: 'News', sites: ['https://news.example'], playId: 'abc' },
  look: { title: 'Live', text: null, accent: null, background: null, logo: true },
  start: { autoplay: true, muted: true, maxHeight: 720 },
  ...{ page: 'http://s/watch/abc', embed: 'http://s/embed/abc', oembed: 'http://s/oembed?url=x', createdAt: at, updatedAt: at },
  code: { iframe: '<iframe src="http://s/embed/abc"></iframe>', element: '<sluice-player play="abc"></sluice-player>' },
}
const errors = { network: 2, media: 0, codec: 0, other: 0 }
const total: PlaybackStats['total'] = {
  ...{ starts: 9, exitsBeforeStart: 1, startupMs: { p50: 640, p95: 1800 }, playedMs: 3_600_000, stalls: 4, stalledMs: 7000 },
  ...{ stallsPerHour: 4, rebufferRatio: 0.0019, latencyMs: { p50: 2400, p95: 6000 }, errors },
}
const stats: PlaybackStats = {
  ...{ channelId: id, at, viewers: 12, reporting: 8, droppedBeacons: 0, total, minutes: [], retention: [] },
  formats: [{ rung: '720p', step: 'hls', ...total, viewers: 8 }],
  marks: [{ at, kind: 'complaint', text: 'No sound' }],
}

/** Answers as the API does, and keeps what it was asked. */
async function serve(t: TestContext): Promise<{ env: Record<string, string>; asked: string[] }> {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method, url = '' } = request
    if (method !== 'GET') asked.push(`${method} ${url} ${body}`.trim())
    const isList = url === paths.channelPlayers(id) && method === 'GET'
    const mark = { at, kind: 'complaint', text: 'No sound' }
    const answer = url.startsWith(`${paths.channels}?`)
      ? { items: [makeChannel({ id })], next: null }
      : isList
        ? { items: [player], next: null }
        : url === paths.channelPlaybackStats(id)
          ? stats
          : url === paths.channelComplaints(id)
            ? mark
            : player
    response
      .writeHead(method === 'DELETE' ? 204 : 200, { 'content-type': 'application/json' })
      .end(method === 'DELETE' ? '' : JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return { env: { SLUICE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, SLUICE_TOKEN: 'slk_x' }, asked }
}

test('player add sends what was named and nothing else, and shows the code to paste', async (t) => {
  const { env, asked } = await serve(t)
  const io = makeIo({ env })
  const flags = ['--site', 'https://a.example', '--site', 'https://b.example', '--title', '', '--max-height', '720', '--muted', 'off']
  assert.equal(await runCli(['player', 'add', 'Show', 'News', ...flags], io), 0, io.errors.join(''))
  const body = {
    sites: ['https://a.example', 'https://b.example'],
    look: { title: null },
    start: { muted: false, maxHeight: 720 },
    name: 'News',
  }
  assert.deepEqual(asked, [`POST ${paths.channelPlayers(id)} ${JSON.stringify(body)}`])
  const out = io.out.join('')
  assert.match(out, /<iframe src="http:\/\/s\/embed\/abc">[\s\S]*<sluice-player play="abc">/)
})

test('player edit opens a player to every site, and refuses words that are no choice', async (t) => {
  const { env, asked } = await serve(t)
  assert.equal(await runCli(['player', 'edit', 'Show', 'News', '--site', 'none'], makeIo({ env })), 0)
  assert.deepEqual(asked, [`PATCH ${paths.player('p1')} {"sites":[]}`])
  assert.equal(await runCli(['player', 'edit', 'Show', 'News', '--muted', 'maybe'], makeIo({ env })), 2)
  assert.equal(await runCli(['player', 'edit', 'Show', 'News', '--max-height', 'tall'], makeIo({ env })), 2)
})

test('player rm asks first', async (t) => {
  const { env, asked } = await serve(t)
  await runCli(['player', 'rm', 'Show', 'News'], makeIo({ env, answers: ['n'] }))
  assert.equal(await runCli(['player', 'rm', 'Show', 'News'], makeIo({ env })), 2)
  assert.equal(asked.length, 0)
  assert.equal(await runCli(['player', 'rm', 'Show', 'News', '--yes'], makeIo({ env })), 0)
  assert.deepEqual(asked, [`DELETE ${paths.player('p1')}`])
})

test('playback shows what viewers saw, and a complaint is noted at its time', async (t) => {
  const { env, asked } = await serve(t)
  const io = makeIo({ env })
  assert.equal(await runCli(['playback', 'Show'], io), 0, io.errors.join(''))
  const out = io.out.join('')
  for (const line of [
    /12, of which 8 report/,
    /9, and 1 left/,
    /640 ms median, 95 of 100 within 1\.8 s/,
    /0\.19 % of the time/,
    /hls 720p/,
    /No sound/,
  ])
    assert.match(out, line)
  assert.equal(await runCli(['complaint', 'Show', 'No sound', '--at', '2026-01-01T20:00Z'], makeIo({ env })), 0)
  assert.equal(await runCli(['complaint', 'Show', 'No sound', '--at', 'yesterday'], makeIo({ env })), 2)
  assert.deepEqual(asked, [`POST ${paths.channelComplaints(id)} {"text":"No sound","at":"${at}"}`])
})
