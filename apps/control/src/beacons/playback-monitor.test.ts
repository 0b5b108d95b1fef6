import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { Beacon } from '@sluice/contract/api'
import type { NewEvent } from '@sluice/contract/link'
import { FakeClock } from '@sluice/testkit/clock'
import { until } from '@sluice/testkit/wait'
import { type Database, openDatabase } from '../db/index.ts'
import { onBothDatabases } from '../testing/both-databases.ts'
import { PlaybackMonitor } from './index.ts'

onBothDatabases('what players say', (makeDatabase) => {
  const opened: Database[] = []
  const open = async () => {
    const db = await openDatabase(await makeDatabase())
    opened.push(db)
    const workspace = { id: 'w', name: 'W', slug: 'w', logo: null, metadata: null, created_at: new Date(0).toISOString() }
    await db.insertInto('workspace').values(workspace).execute()
    const clock = new FakeClock()
    const events: NewEvent[] = []
    const parts = { db, clock, log: silentLogger, onEvent: (event: NewEvent) => events.push(event) }
    const make = () =>
      new PlaybackMonitor({ ...parts, workspaceOf: (id) => (id === 'c' ? 'w' : undefined), broadcastOf: () => startedAtMs })
    const startedAtMs = clock.wallMs()
    return { db, clock, events, make, startedAtMs }
  }
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.destroy()
  })
  const says = (n: number, more: Partial<Beacon> = {}): Beacon => ({
    ...{ sid: `view-${n}`.padEnd(20, '0'), sta: 'p', msd: 800, ltc: 2000, 'sluice-step': 'hls', 'sluice-rung': '720p' },
    ...more,
  })

  test('minutes of a broadcast outlive a restart, and add up with those that run', async () => {
    const { db, clock, make, startedAtMs } = await open()
    const first = make()
    first.receive('c', says(1, { 'sluice-played': 4000 }))
    for (let s = 10; s <= 60; s += 10) {
      clock.advance(10_000)
      first.receive('c', says(1, { 'sluice-played': s * 1000 + 3000, ...(s === 60 ? { bsa: 1, bsda: 900 } : {}) }))
    }
    await first.close()
    assert.equal((await db.selectFrom('playback_minute').selectAll().execute()).length, 2)
    clock.advance(5000)
    const second = make()
    second.receive('c', says(2, { 'sluice-played': 4000 }))
    const { total, minutes, retention } = await second.broadcast('c', startedAtMs)
    assert.deepEqual([total.starts, total.playedMs, total.stalls, total.stalledMs, minutes.length], [2, 67_000, 1, 900, 2])
    assert.deepEqual(retention, [2, 1])
    assert.equal((await second.broadcast('c', startedAtMs + 1)).total.starts, 0)
    await second.close()
  })

  test('a minute in which many viewers stalled is told once, and one viewer with a bad line is not', async () => {
    const { clock, events, make } = await open()
    const monitor = make()
    for (let n = 0; n < 20; n++) monitor.receive('c', says(n))
    monitor.receive('c', says(21, { bsa: 3, bsda: 900 }))
    clock.advance(70_000)
    assert.deepEqual(events, [])
    for (let n = 30; n < 40; n++) monitor.receive('c', says(n, { bsa: 1, bsda: 900 }))
    clock.advance(70_000)
    await monitor.close()
    assert.deepEqual(
      events.map(({ name, data }) => [name, data?.['viewers'], data?.['stalls']]),
      [['playback.stalled', 10, 10]],
    )
  })

  test('what nobody watches any more is forgotten, and no timer stays', async () => {
    const { db, clock, make } = await open()
    const monitor = make()
    monitor.receive('c', says(1))
    assert.equal(monitor.now('c')?.reporting, 1)
    for (let s = 0; s < 240; s += 5) clock.advance(5000)
    await until(async () => (await db.selectFrom('playback_minute').select('seq').execute()).length > 0)
    clock.advance(5000)
    assert.deepEqual([monitor.channelIds, clock.pendingTimers], [[], 0])
    await monitor.close()
  })

  test('a channel that is gone leaves no rows', async () => {
    const { db, make } = await open()
    const monitor = make()
    monitor.receive('other', says(1))
    await monitor.close()
    assert.deepEqual(await db.selectFrom('playback_minute').selectAll().execute(), [])
  })
})
