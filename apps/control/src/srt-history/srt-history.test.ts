import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { ChannelStats } from '@sluice/contract/api'
import { makeLine } from '@sluice/testkit/engine-link'
import { type Database, openDatabase } from '../db/index.ts'
import { onBothDatabases } from '../testing/both-databases.ts'
import { SrtHistory } from './index.ts'

const startMs = Date.parse('2026-01-02T10:00:00.000Z')
const packetsPerS = 100

/** A channel whose input has received for `ageS` seconds; every 20th packet was lost on the way, every 100th for good. */
function received(atS: number, ageS: number, rttMs = 40): ChannelStats {
  const packets = ageS * packetsPerS
  const line = makeLine({
    ageMs: ageS * 1000,
    rttMs,
    latencyMs: 500,
    bufferMs: 480,
    packetsTotal: packets,
    lostTotal: packets / 20,
    resentTotal: packets / 25,
    droppedTotal: packets / 100,
    bytesTotal: packets * 1400,
  })
  const input = { inputId: 'in', bitrateBps: 0, videoBps: 0, audioBps: 0, fps: 0, gopMs: null, framesTotal: 0, bytesTotal: 0 }
  return {
    channelId: 'c',
    at: new Date(startMs + atS * 1000).toISOString(),
    inputs: [{ ...input, timestampJumpsTotal: 0, maxGapMs: 0, sessionMs: 0, line }],
    outputs: [],
    playback: null,
  }
}

onBothDatabases('SRT history', (makeDatabase) => {
  const opened: Database[] = []
  const open = async () => {
    const db = await openDatabase(await makeDatabase())
    opened.push(db)
    const workspace = { id: 'w', name: 'W', slug: 'w', logo: null, metadata: null, created_at: new Date(0).toISOString() }
    await db.insertInto('workspace').values(workspace).execute()
    return { db, history: new SrtHistory({ db, log: silentLogger, workspaceOf: (id) => (id === 'c' ? 'w' : undefined) }) }
  }
  const rowsOf = (db: Database) => db.selectFrom('srt_minute').selectAll().orderBy('seq').execute()
  afterEach(async () => {
    for (const db of opened.splice(0)) await db.destroy()
  })

  test('a row a minute holds what happened in that minute alone', async () => {
    const { db, history } = await open()
    for (let s = 1; s <= 130; s++) history.note(received(s, s, s % 60 === 30 ? 200 : 40))
    await history.close()
    const rows = await rowsOf(db)
    assert.deepEqual(
      rows.map((row) => [row.at_ms - startMs, row.span_ms, row.unique_packets, row.loss_packets, row.drop_packets]),
      [
        [0, 59_000, 5900, 295, 59],
        [60_000, 60_000, 6000, 300, 60],
        [120_000, 11_000, 1100, 55, 11],
      ],
    )
    const [row] = rows
    assert.deepEqual([row?.rtt_min_us, row?.rtt_p95_us, row?.latency_ms, row?.buffer_max_ms], [40_000, 40_000, 500, 480])
    assert.ok((row?.rtt_avg_us ?? 0) > 40_000)
    assert.equal(row?.rate_bps, packetsPerS * 1400 * 8)
    assert.equal(row?.session_at_ms, startMs)
  })

  test('a connection that follows another has rows of its own', async () => {
    const { db, history } = await open()
    for (let s = 1; s <= 20; s++) history.note(received(s, s))
    for (let s = 21; s <= 30; s++) history.note(received(s, s - 20))
    await history.close()
    const rows = await rowsOf(db)
    assert.deepEqual(
      rows.map((row) => [row.session_at_ms - startMs, row.unique_packets]),
      [
        [0, 2000],
        [20_000, 1000],
      ],
    )
  })

  test('a connection that is seen first in mid-life is counted from there on', async () => {
    const { db, history } = await open()
    for (let s = 1; s <= 11; s++) history.note(received(s, s + 3600))
    await history.close()
    assert.deepEqual(
      (await rowsOf(db)).map((row) => [row.unique_packets, row.span_ms]),
      [[1000, 10_000]],
    )
  })

  test('a connection that is gone is written at once, a channel that is gone is not', async () => {
    const { db, history } = await open()
    for (let s = 1; s <= 5; s++) history.note(received(s, s))
    history.note({ ...received(6, 6), inputs: [] })
    history.note({ ...received(6, 6), channelId: 'unknown' })
    await history.close()
    assert.equal((await rowsOf(db)).length, 1)
  })
})
