import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type BroadcastReport, type BroadcastSummary, type Channel, type Output, type Page, paths } from '@sluice/contract/api'
import { type Caller, type ControlUnderTest, keyWith, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const startedAt = '2026-01-01T20:00:00.000Z'

async function makeShow() {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), {
    ...{ name: 'Out', url: 'rtmp://live.example/app', streamKey: 'key-1234567890' },
  })
  const engine = under.host.newest
  await engine.until(() => engine.specs.get(channel.id)?.outputs.length === 1)
  const second = (figures: { wantedMs: number; liveMs: number }): void => {
    const publish = { ...figures, share: figures.liveMs / figures.wantedMs }
    const rest = { inputs: [], outputs: [], playback: null }
    const process = { cpuSeconds: 0, rssBytes: 0, loopLagMs: 0 }
    const channels = [{ channelId: channel.id, ...rest, broadcast: { ...publish, startedAt, endedAt: null } }]
    engine.send({ type: 'stats', at: new Date().toISOString(), process, channels })
  }
  const end = (at: string, endedBy?: 'operator'): void => {
    const success = { wantedMs: 60_000, liveMs: 59_940, share: 0.999, isAimMet: true }
    const outputs = [{ ...success, outputId: output.id, name: output.name }]
    engine.event('broadcast.ended', channel.id, 'over', {
      ...{ ...success, startedAt: at, endedAt: '2026-01-01T21:00:00.000Z', aim: 0.995, outputs },
      ...(endedBy === undefined ? {} : { endedBy }),
    })
  }
  const list = async (query = ''): Promise<Page<BroadcastSummary>> => operator.ok('GET', paths.channelBroadcasts(channel.id) + query)
  const until = async (isSo: (items: BroadcastSummary[]) => boolean): Promise<BroadcastSummary[]> => {
    for (;;) {
      const { items } = await list()
      if (isSo(items)) return items
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  return { channel, output, second, end, list, until }
}

test('a broadcast that runs is listed with its figures of now, and reported whole once it is over', { timeout: 20_000 }, async () => {
  const { channel, output, second, end, until } = await makeShow()
  second({ wantedMs: 1000, liveMs: 1000 })
  const [begun] = await until((items) => items.length === 1)
  assert.deepEqual([begun?.startedAt, begun?.endedAt, begun?.endedBy, begun?.isAimMet], [startedAt, null, null, true])
  second({ wantedMs: 2000, liveMs: 1000 })
  await until(([now]) => now?.share === 0.5 && now.isAimMet === false)
  end(startedAt, 'operator')
  const [ended] = await until(([one]) => one?.endedAt !== null)
  const report = await operator.ok<BroadcastReport>('GET', paths.broadcast(ended!.id))
  const { outputs, ...summary } = report
  assert.deepEqual(summary, ended)
  assert.deepEqual([ended?.id, ended?.endedBy, ended?.liveMs], [begun?.id, 'operator', 59_940])
  assert.deepEqual(outputs, [{ wantedMs: 60_000, liveMs: 59_940, share: 0.999, isAimMet: true, outputId: output.id, name: 'Out' }])
  await operator.ok('DELETE', paths.channel(channel.id))
  assert.equal((await operator.ok<Page<BroadcastSummary>>('GET', paths.channelBroadcasts(channel.id))).items.length, 1)
})

test('broadcasts are listed newest first, page by page', { timeout: 20_000 }, async () => {
  const { end, until, list } = await makeShow()
  const starts = [1, 2, 3].map((day) => `2026-01-0${day}T20:00:00.000Z`)
  for (const at of starts) end(at)
  await until((items) => items.length === 3)
  const first = await list('?limit=2')
  const second = await list(`?limit=2&after=${first.next}`)
  assert.deepEqual(
    [...first.items, ...second.items].map((one) => one.startedAt),
    starts.toReversed(),
  )
  assert.equal(second.next, null)
})

test('broadcasts of another workspace are not found, and a key that may not read channels is refused', async () => {
  const { channel, end, until } = await makeShow()
  end(startedAt)
  const [one] = await until((items) => items.length === 1)
  const { operator: other } = await under.newWorkspace()
  for (const path of [paths.channelBroadcasts(channel.id), paths.broadcast(one!.id)]) {
    assert.equal((await other.refused('GET', path)).code, 'NOT_FOUND')
    assert.equal((await (await keyWith(operator, ['event:read'])).refused('GET', path)).code, 'SCOPE_MISSING')
  }
})
