import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import { FakeClock } from '@sluice/testkit/clock'
import { type Database, type DatabasePlace, openDatabase } from '../db/index.ts'
import { testDatabaseUrl } from '../testing/postgres-database.ts'
import { EventLog, type LoggedEvent, type PendingEvent } from './event-log.ts'
import { dropOld } from './retention.ts'

const day = 24 * 60 * 60 * 1000
let folder: string
let db: Database
let clock: FakeClock
let stored: LoggedEvent[]
let log: EventLog
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-events-'))
  const url = await testDatabaseUrl(folder)
  const place: DatabasePlace = url === undefined ? { kind: 'sqlite', path: join(folder, 'x.db') } : { kind: 'postgres', url }
  db = await openDatabase(place)
  await db.insertInto('workspace').values({ id: 'w', name: 'W', slug: 'w', logo: null, metadata: null, created_at: '' }).execute()
  clock = new FakeClock()
  stored = []
  log = new EventLog({ db, clock, log: silentLogger, onStored: (events) => stored.push(...events) })
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

const event = (message: string, engine: PendingEvent['engine'] = null): PendingEvent => ({
  workspaceId: 'w',
  atMs: clock.wallMs(),
  name: 'output.live',
  severity: 'info',
  channelId: 'c',
  subjectId: null,
  message,
  data: { n: 1 },
  engine,
})
const texts = (): string[] => stored.map((entry) => entry.event.message)

test('an event after a quiet time is stored at once', async () => {
  log.append(event('alone'))
  assert.equal(clock.pendingTimers, 1)
  clock.advance(0)
  assert.equal(clock.pendingTimers, 0)
  await log.flush()
  assert.deepEqual(texts(), ['alone'])
})

test('events behind another are stored in one go after 50 ms, in the order in which they came, and only then told', async () => {
  log.append(event('first'))
  clock.advance(0)
  await log.flush()
  stored = []
  for (let i = 0; i < 1200; i++) log.append(event(String(i)))
  clock.advance(49)
  assert.equal(clock.pendingTimers, 1)
  clock.advance(1)
  await log.flush()
  assert.deepEqual(
    texts(),
    Array.from({ length: 1200 }, (_, i) => String(i)),
  )
  const ids = stored.map((entry) => Number(entry.event.id))
  assert.deepEqual(
    ids,
    ids.toSorted((a, b) => a - b),
  )
})

test('what an engine says twice is stored and told once, and its last word is known', async () => {
  log.append(event('a', { runId: 'r', seq: 0 }))
  log.append(event('b', { runId: 'r', seq: 1 }))
  await log.flush()
  log.append(event('b', { runId: 'r', seq: 1 }))
  log.append(event('other run', { runId: 's', seq: 1 }))
  await log.flush()
  assert.deepEqual(texts(), ['a', 'b', 'other run'])
  assert.deepEqual([await log.lastEngineSeq('r'), await log.lastEngineSeq('never')], [1, -1])
})

test('events wait while the database does not take them, and are stored once it does', async () => {
  await db.schema.alterTable('event').renameTo('away').execute()
  log.append(event('kept'))
  await log.flush()
  assert.deepEqual(texts(), [])
  log.append(event('and the next'))
  await db.schema.alterTable('away').renameTo('event').execute()
  clock.advance(1000)
  await log.flush()
  assert.deepEqual(texts(), ['kept', 'and the next'])
})

test('a reader gets what it may see after its last event, oldest first', async () => {
  await db.insertInto('workspace').values({ id: 'x', name: 'X', slug: 'x', logo: null, metadata: null, created_at: '' }).execute()
  log.append(event('one'))
  log.append({ ...event('theirs'), workspaceId: 'x' })
  log.append({ ...event('for all'), workspaceId: null, channelId: null })
  log.append({ ...event('other channel'), channelId: 'd' })
  await log.flush()
  const all = await log.after(0, 'w', null, 10)
  assert.deepEqual(
    all.map((entry) => entry.message),
    ['one', 'for all', 'other channel'],
  )
  const later = await log.after(Number(all[0]!.id), 'w', 'c', 10)
  assert.deepEqual(later, [])
})

test('old events and audit rows are dropped, young ones stay', async () => {
  const nowMs = clock.wallMs()
  log.append({ ...event('old'), atMs: nowMs - 91 * day })
  log.append(event('young'))
  await log.flush()
  await dropOld(db, nowMs)
  const rows = await db.selectFrom('event').select('message').execute()
  assert.deepEqual(rows, [{ message: 'young' }])
})
