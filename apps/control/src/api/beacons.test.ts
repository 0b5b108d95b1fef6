import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, type Page, type PlaybackMark, type PlaybackStats, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let channel: Channel
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
})
after(() => under.stop())

const sid = (n: number): string => `0a1b2c3d4e5f6071${n}`
const seen = { sta: 'p', msd: 900, ltc: 2500, bsa: 1, bsda: 700, 'sluice-played': 4000, 'sluice-step': 'hls', 'sluice-rung': '720p' }
const stats = (): Promise<PlaybackStats> => operator.ok('GET', paths.channelPlaybackStats(channel.id))
/** As a page of another site sends it: a text, without credentials. */
const send = (body: unknown, playId = channel.playback.playId): Promise<Response> =>
  fetch(under.anyone.url + paths.playBeacons(playId), {
    method: 'POST',
    headers: { 'content-type': 'text/plain;charset=UTF-8', origin: 'https://partner.example' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

test('what players say is counted by format and minute, and keeps nothing that names a viewer [EMB-04] [PLB-12]', async () => {
  const answer = await send({ sid: sid(1), ...seen, cid: 'made up', address: '192.0.2.1' })
  assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [204, '*'])
  assert.equal(answer.headers.get('set-cookie'), null)
  await send([{ sid: sid(2), sta: 's' }])
  await send({ sid: sid(2), sta: 'q' })
  const { total, formats, reporting, minutes, retention } = await stats()
  assert.deepEqual([total.starts, total.exitsBeforeStart, total.stalls, total.stalledMs, total.playedMs], [1, 1, 1, 700, 4000])
  assert.ok(Math.abs(total.startupMs!.p50 / 900 - 1) < 0.03)
  const format = formats.find(({ rung }) => rung === '720p')
  assert.deepEqual([format?.step, format?.viewers, reporting, retention], ['hls', 1, 1, [1]])
  assert.equal(
    minutes.reduce((sum, minute) => sum + minute.starts, 0),
    1,
  )
  assert.doesNotMatch(JSON.stringify(await stats()), new RegExp(`${sid(1)}|192\\.0\\.2\\.1|made up`))
})

test('beacons that are none, too large, too many or of no channel change nothing; a player hears of none of it but the last', async () => {
  const before = await stats()
  for (const body of ['', 'nonsense', '{"sid":"short","sta":"p"}', { sid: sid(3), sta: 'x' }, { sid: sid(3), ...seen, msd: -1 }, []])
    assert.equal((await send(body)).status, 204)
  assert.equal((await send({ sid: sid(1), ...seen, bsa: 50 })).status, 204)
  assert.equal((await send('x'.repeat(5000))).status, 413)
  assert.equal((await send({ sid: sid(4), ...seen }, 'nothing')).status, 404)
  const now = await stats()
  assert.deepEqual([now.total, now.droppedBeacons - before.droppedBeacons], [before.total, 7])
})

test('metrics and the latency ledger take what players say, not what they are told to [LAT-06] [OBS-05]', async () => {
  await under.host.newest.until(() => under.host.newest.specs.has(channel.id))
  const ledger = await operator.ok<{ stages: { stage: string; ms: number | null; basis: string }[] }>(
    'GET',
    paths.channelLatency(channel.id),
  )
  const player = ledger.stages.find(({ stage }) => stage === 'player')!
  assert.equal(player.basis, 'measured')
  assert.ok(Math.abs(player.ms! / 2500 - 1) < 0.03)
})

test('a complaint stands in the timeline at the time that it is about, beside what happened then [EMB-06]', async () => {
  const at = new Date(Date.now() - 120_000).toISOString()
  const mark = await operator.ok<PlaybackMark>('POST', paths.channelComplaints(channel.id), { at, text: 'Sound was gone for a moment' })
  assert.deepEqual(mark, { at, kind: 'complaint', text: 'Sound was gone for a moment' })
  await operator.ok('POST', paths.channelComplaints(channel.id), { text: 'Now it is fine' })
  let marks: PlaybackMark[] = []
  for (const endMs = Date.now() + 5000; marks.length < 2 && Date.now() < endMs; ) marks = (await stats()).marks
  assert.deepEqual(
    marks.map(({ kind, text }) => [kind, text]),
    [
      ['complaint', 'Sound was gone for a moment'],
      ['complaint', 'Now it is fine'],
    ],
  )
  const timeline = await operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(channel.id))
  const event = timeline.items.findLast(({ name }) => name === 'complaint.noted')
  assert.deepEqual(event?.data, { at, text: 'Sound was gone for a moment', by: event?.data['by'] })
  const late = new Date(Date.now() + 3_600_000).toISOString()
  assert.equal((await operator.refused('POST', paths.channelComplaints(channel.id), { at: late, text: 'x' })).code, 'REQUEST_INVALID')
  const reader = await readOnly(operator)
  assert.equal((await reader.refused('POST', paths.channelComplaints(channel.id), { text: 'x' })).code, 'SCOPE_MISSING')
})

test('other workspaces read nothing of it', async () => {
  const stranger = (await under.newWorkspace()).operator
  assert.equal((await stranger.refused('GET', paths.channelPlaybackStats(channel.id))).code, 'NOT_FOUND')
  assert.equal((await stranger.refused('POST', paths.channelComplaints(channel.id), { text: 'x' })).code, 'NOT_FOUND')
})
