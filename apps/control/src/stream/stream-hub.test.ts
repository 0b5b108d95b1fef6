import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ChannelStats, StreamMessage } from '@sluice/contract/api'
import { FakeClock } from '@sluice/testkit/clock'
import { type Database, databasePlace, openDatabase } from '../db/index.ts'
import { ConfigStore } from '../desired/index.ts'
import { type EngineStats, LiveState } from '../observed/index.ts'
import { RowFacts } from '../present/index.ts'
import { openVault, type Vault } from '../vault/index.ts'
import { StreamHub } from './stream-hub.ts'

const channels = 250
const ids = Array.from({ length: channels }, (_, i) => `c${i}`)
const place = {
  host: 'h',
  origin: 'http://h',
  mediaOrigin: 'http://h:1',
  ports: { http: 1, mediaHttp: 1, rtmp: 1, rtmps: null, srt: null },
}

let db: Database
let dataDir: string
let vault: Vault
before(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sluice-hub-'))
  db = await openDatabase(databasePlace(dataDir, null))
  await db.insertInto('workspace').values({ id: 'w', name: 'W', slug: 'w', logo: null, metadata: null, created_at: '' }).execute()
  vault = openVault(null, join(dataDir, 'vault.key'))
  const row = { workspace_id: 'w', lock: 'auto', revision: 1, engine_id: 'engine-1' } as const
  const sealed = (id: string): string => vault.seal({ table: 'channel', column: 'play_token_sealed', row: id }, 'token')
  const names = (id: string) => ({ play_id: `p${id}`, preview_id: `q${id}`, play_token_hash: id, play_token_sealed: sealed(id) })
  const rows = ids.map((id) => ({ ...row, ...names(id), id, name: id }))
  await db
    .insertInto('channel')
    .values(rows.map((one) => ({ ...one, created_at_ms: 1, updated_at_ms: 1 })))
    .execute()
})
after(async () => {
  await db.destroy()
  rmSync(dataDir, { recursive: true })
})

/** A hub with an engine behind it, and clients that may read slowly. */
async function makeHub() {
  const clock = new FakeClock()
  const live = new LiveState()
  const configs = new ConfigStore(db)
  await configs.load()
  const facts = new RowFacts(vault)
  const slates = { view: () => ({ shows: 'name', clipId: null, state: 'ready', problem: null }) as never }
  const applied = { channel: () => true, key: () => true }
  const hub = new StreamHub({
    configs,
    clock,
    presenter: { facts, live, slates, clips: { progress: () => null }, enhanced: { standing: () => null }, applied },
  })
  const open = (channelId: string | null = null) => {
    const writes: { atMs: number; messages: StreamMessage[] }[] = []
    const client = { bufferedBytes: 0, isCut: false, writes, figures: () => figuresIn(writes.flatMap(({ messages }) => messages)) }
    const subscriber = hub.subscribe({
      ...{ actorId: 'a', workspaceId: 'w', channelId, audience: { place, canReadKeys: false } },
      sees: { events: true, channels: true, outputs: true },
      write: (text) => writes.push({ atMs: clock.nowMs(), messages: parse(text) }),
      bufferedBytes: () => client.bufferedBytes,
      cut: () => {
        client.isCut = true
      },
    })
    subscriber.resume(0)
    return client
  }
  const second = (of: readonly string[], framesTotal: number): void => {
    const at = new Date(clock.wallMs()).toISOString()
    const report = { type: 'stats', at, process: {}, channels: of.map((channelId) => figuresOf(channelId, framesTotal)) } as never
    hub.figures({ engineId: 'engine-1', at, channels: live.receiveStats('engine-1', report as EngineStats) })
  }
  return { clock, hub, live, second, open }
}

const figuresOf = (channelId: string, framesTotal: number) => ({
  channelId,
  inputs: [{ inputId: `${channelId}-in`, framesTotal }],
  outputs: [],
  playback: null,
})

const parse = (text: string): StreamMessage[] =>
  text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => JSON.parse(block.slice(block.indexOf('data: ') + 6)) as StreamMessage)

const figuresIn = (messages: readonly StreamMessage[]): ChannelStats[] =>
  messages.flatMap((message) => (message.type === 'stats' ? [message.stats] : []))

const event = (id: string) => ({
  id,
  at: '',
  name: 'channel.updated',
  severity: 'info',
  channelId: 'c0',
  subjectId: null,
  message: id,
  data: {},
})

test('figures of 250 channels are spread over the second, and an event goes between them', async () => {
  const { clock, hub, second, open } = await makeHub()
  const client = open()
  clock.advance(2000)
  client.writes.length = 0
  second(ids, 1)
  clock.advance(300)
  hub.events([{ workspaceId: 'w', event: event('7') as never }])
  clock.advance(0)
  const before = client.figures().length
  assert.ok(before > 50 && before < 150, `${before} channels after a third of the second`)
  assert.equal(client.writes.at(-1)?.messages[0]?.type, 'event')
  clock.advance(600)
  assert.equal(client.figures().length, channels)
  assert.ok(Math.max(...client.writes.map(({ messages }) => messages.length)) <= 17)
})

test('figures that did not change are said to hold, once, and a client that comes is sent them', async () => {
  const { clock, second, open } = await makeHub()
  const first = open()
  second(ids, 1)
  clock.advance(1000)
  first.writes.length = 0
  for (let i = 0; i < 3; i++) {
    second(ids.slice(1), 1)
    second(ids.slice(0, 1), 2 + i)
    clock.advance(1000)
  }
  assert.deepEqual(
    first.figures().map(({ channelId, inputs }) => [channelId, inputs[0]?.framesTotal]),
    [2, 3, 4].map((total) => ['c0', total]),
  )
  assert.equal(first.writes.flatMap(({ messages }) => messages).filter(({ type }) => type === 'unchanged').length, 3)
  const [one, all] = [open('c9'), open()]
  clock.advance(1000)
  assert.deepEqual(
    one.figures().map(({ channelId, inputs }) => [channelId, inputs[0]?.framesTotal]),
    [['c9', 1]],
  )
  assert.equal(all.figures().length, channels)
  assert.equal(all.figures().find(({ channelId }) => channelId === 'c0')?.inputs[0]?.framesTotal, 4)
})

test('a client that does not read keeps nobody waiting, and is sent the last figures once it reads', async () => {
  const { clock, second, open } = await makeHub()
  const [slow, quick] = [open(), open()]
  clock.advance(2000)
  for (const client of [slow, quick]) client.writes.length = 0
  slow.bufferedBytes = 1_000_000
  for (let i = 1; i <= 3; i++) {
    second(ids, i)
    clock.advance(1000)
  }
  assert.equal(quick.figures().length, 3 * channels)
  assert.equal(slow.figures().length, 0)
  slow.bufferedBytes = 0
  clock.advance(1000)
  assert.deepEqual(new Set(slow.figures().map(({ inputs }) => inputs[0]?.framesTotal)), new Set([3]))
  assert.equal(slow.figures().length, channels)
  slow.bufferedBytes = 1_000_000
  second(ids, 4)
  clock.advance(21_000)
  assert.ok(slow.isCut)
  assert.ok(!quick.isCut)
})

test('a second that comes before the last one is sent is not sent twice, and all of it within a second', async () => {
  const { clock, second, open } = await makeHub()
  const client = open()
  clock.advance(2000)
  client.writes.length = 0
  for (let i = 1; i <= 5; i++) {
    second(ids, i)
    clock.advance(400)
  }
  clock.advance(1000)
  const last = new Map(client.figures().map(({ channelId, inputs }) => [channelId, inputs[0]?.framesTotal]))
  assert.deepEqual([last.size, new Set(last.values())], [channels, new Set([5])])
  assert.equal(client.figures().length, 5 * channels)
})

test('when an engine falls silent or goes, the figures of its channels are sent as stale or as none', async () => {
  const { clock, hub, live, second, open } = await makeHub()
  live.engineCame({ engineId: 'engine-1' } as never)
  second(['c0'], 1)
  const client = open('c0')
  second(['c0'], 1)
  live.engineSilent('engine-1', '2026-01-01T00:00:00.000Z')
  hub.stale(['c0'])
  clock.advance(100)
  assert.equal(client.figures().at(-1)?.staleSince, '2026-01-01T00:00:00.000Z')
  live.engineWent('engine-1')
  live.forget('c0')
  hub.stale(['c0'])
  clock.advance(100)
  assert.deepEqual([client.figures().at(-1)?.at, client.figures().at(-1)?.staleSince], [null, null])
})
