import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { silentLogger } from '@sluice/base/log'
import type { ChannelStats } from '@sluice/contract/api'
import { FakeClock } from '@sluice/testkit/clock'
import { type Database, openDatabase } from '../db/index.ts'
import { EventLog } from '../events/index.ts'
import { onBothDatabases } from '../testing/both-databases.ts'
import { BroadcastHistory } from './broadcast-history.ts'

const startMs = 1_700_000_000_000
const isoAt = (ms: number): string => new Date(startMs + ms).toISOString()

/** A second of channel `c` whose broadcast began at `startedMs`, with its one output. */
const second = (atMs: number, startedMs: number | null, endedMs: number | null = null): ChannelStats => {
  const publish = startedMs === null ? null : { wantedMs: atMs - startedMs, liveMs: atMs - startedMs - 100, share: 0.99 }
  return {
    channelId: 'c',
    at: isoAt(atMs),
    inputs: [],
    outputs: publish === null ? [] : [{ outputId: 'o', publish } as ChannelStats['outputs'][number]],
    playback: null,
    ...(publish === null || startedMs === null
      ? {}
      : { broadcast: { ...publish, startedAt: isoAt(startedMs), endedAt: endedMs === null ? null : isoAt(endedMs) } }),
  }
}

onBothDatabases('broadcasts', (makeDatabase) => {
  const opened: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close()
  })

  async function makeHistory(before: Database | null = null) {
    const db = before ?? (await openDatabase(await makeDatabase()))
    const clock = new FakeClock()
    if (before === null) {
      opened.push(() => db.destroy())
      await db.insertInto('workspace').values({ id: 'w', name: 'W', slug: 'w', logo: null, metadata: null, created_at: '' }).execute()
    }
    const channels = new Map([['c', { workspaceId: 'w', outputs: [{ id: 'o', name: 'Out' }] }]])
    const history = new BroadcastHistory({ db, clock, log: silentLogger, channel: (id) => channels.get(id) })
    const events = new EventLog({ db, clock, log: silentLogger, onStored: () => history.wake() })
    opened.push(() => history.close())
    const rows = () => db.selectFrom('broadcast').selectAll().orderBy('started_at_ms').execute()
    /** Looks until the rows are as wanted. */
    const until = async (isSo: (found: Awaited<ReturnType<typeof rows>>) => boolean) => {
      for (let tries = 0; ; tries++) {
        const found = await rows()
        if (isSo(found)) return found
        assert.ok(tries < 500, JSON.stringify(found))
        clock.advance(500)
        await delay(2)
      }
    }
    const end = (startedMs: number, endedMs: number, endedBy?: 'operator'): Promise<void> => {
      const success = { wantedMs: 9000, liveMs: 9000, share: 1, isAimMet: true }
      const figures = { ...success, startedAt: isoAt(startedMs), endedAt: isoAt(endedMs), aim: 0.995, ...(endedBy && { endedBy }) }
      const data = { ...figures, outputs: [{ ...success, outputId: 'o', name: 'Out' }] }
      const rest = { severity: 'info', channelId: 'c', subjectId: null, message: '', engine: null } as const
      events.append({ ...rest, name: 'broadcast.ended', workspaceId: 'w', atMs: startMs + endedMs, data })
      return events.flush()
    }
    return { db, clock, history, channels, until, end }
  }

  test('a broadcast is kept from its first second, with figures each minute, and ends with those of its event', async () => {
    const { clock, history, until, end } = await makeHistory()
    history.start()
    history.note(second(1000, 0))
    const [begun] = await until((rows) => rows.length === 1)
    assert.deepEqual([begun?.ended_at_ms, begun?.wanted_ms, begun?.workspace_id], [null, 1000, 'w'])
    history.note(second(62_000, 0))
    clock.advance(60_000)
    const [kept] = await until(([row]) => row?.wanted_ms === 62_000)
    assert.deepEqual(JSON.parse(kept?.outputs ?? ''), [
      { wantedMs: 62_000, liveMs: 61_900, share: 0.99, outputId: 'o', name: 'Out', isAimMet: false },
    ])
    await end(0, 70_000, 'operator')
    const [ended] = await until(([row]) => row?.ended_seq !== null)
    assert.deepEqual([ended?.id, ended?.ended_by, ended?.ended_at_ms, ended?.wanted_ms], [begun?.id, 'operator', startMs + 70_000, 9000])
    history.note(second(71_000, 0, 70_000))
    history.note(second(90_000, 80_000))
    const [first, next] = await until((rows) => rows.length === 2)
    assert.deepEqual([first?.ended_by, next?.ended_at_ms], ['operator', null])
  })

  test('a broadcast goes on over a restart of control, and its end is found that was told meanwhile', async () => {
    const before = await makeHistory()
    before.history.note(second(1000, 0))
    await before.until((rows) => rows.length === 1)
    await before.history.close()
    const after = await makeHistory(before.db)
    after.history.start()
    after.clock.advance(120_000)
    // Not heard of yet is not over.
    await after.until(([row]) => row?.ended_at_ms === null)
    after.history.note(second(180_000, 0))
    await after.until(([row]) => row?.wanted_ms === 180_000 && row.ended_at_ms === null)
    await after.history.close()
    // Control dies between the event and what follows from it.
    await after.end(0, 200_000)
    await after.end(210_000, 220_000)
    const last = await makeHistory(before.db)
    last.history.start()
    const rows = await last.until((found) => found.length === 2 && found.every((row) => row.ended_seq !== null))
    assert.deepEqual(
      rows.map(({ ended_by, ended_at_ms }) => [ended_by, ended_at_ms]),
      [
        ['source', startMs + 200_000],
        ['source', startMs + 220_000],
      ],
    )
  })

  test('a lost engine ends its broadcasts with the last figures, and one that was only out of reach takes them up again', async () => {
    const { clock, history, until } = await makeHistory()
    history.note(second(1000, 0))
    await until((rows) => rows.length === 1)
    history.lost('c')
    clock.advance(5000)
    const [lost] = await until(([row]) => row?.ended_at_ms !== null)
    assert.deepEqual([lost?.ended_by, lost?.ended_at_ms], ['engine', startMs + 1000])
    await until(() => history.last('c')?.endedBy === 'engine')
    history.note(second(9000, 0))
    const [again] = await until(([row]) => row?.ended_at_ms === null)
    await until(() => history.last('c')?.endedAtMs === null)
    assert.deepEqual([again?.ended_by, again?.id], [null, lost?.id])
    // Another engine, which knows of nothing.
    history.note(second(12_000, null))
    await until(([row]) => row?.ended_by === 'engine')
  })

  test('an end that only the figures tell is kept, and a deleted channel ends its broadcast', async () => {
    const { history, channels, until } = await makeHistory()
    history.note(second(1000, 0))
    await until((rows) => rows.length === 1)
    history.note(second(70_000, 0, 5000))
    const [told] = await until(([row]) => row?.ended_at_ms !== null)
    assert.deepEqual([told?.ended_by, told?.ended_at_ms, told?.ended_seq], ['source', startMs + 5000, null])
    history.note(second(81_000, 80_000))
    await until((rows) => rows.length === 2)
    channels.clear()
    history.lost('c')
    const [, deleted] = await until(([, row]) => row?.ended_at_ms !== null)
    assert.equal(deleted?.ended_by, 'deleted')
  })

  test('ends in the log are read once, and one without figures keeps nobody from the others', async () => {
    const { db, history, until, end } = await makeHistory()
    const rest = { workspace_id: 'w', channel_id: 'c', subject_id: null, at_ms: startMs, severity: 'info', message: '' } as const
    await db
      .insertInto('event')
      .values({ ...rest, name: 'broadcast.ended', data: '{}', engine_run_id: null, engine_seq: null })
      .execute()
    await end(0, 1000)
    await end(2000, 3000)
    const rows = await until((found) => found.length === 2)
    history.wake()
    assert.deepEqual(await until((found) => found.length === 2), rows)
  })
})
