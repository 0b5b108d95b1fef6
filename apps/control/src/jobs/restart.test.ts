import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Destination, type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { type Database, databasePlace, openDatabase } from '../db/index.ts'
import { type Caller, startTestControl } from '../testing/control-under-test.ts'
import { testDatabaseUrl } from '../testing/postgres-database.ts'

async function eventually<T>(read: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read()
    if (isSo(value)) return value
    await delay(20)
  }
}
const jobsOf = (db: Database, id: string) => db.selectFrom('job').selectAll().where('subject_id', '=', id).execute()
const rotations = async (caller: Caller): Promise<StoredEvent[]> =>
  (await caller.ok<Page<StoredEvent>>('GET', paths.eventLog)).items.filter(({ name }) => name === 'destination.rotated')

test('a control that dies in the middle of a planned rotation, before or after it, leaves one that is done once', {
  timeout: 60_000,
}, async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-jobs-'))
  t.after(() => rmSync(dataDir, { recursive: true }))
  const db = await openDatabase(databasePlace(dataDir, (await testDatabaseUrl(dataDir)) ?? null))
  t.after(() => db.destroy())
  const first = await startTestControl({ dataDir })
  const { id } = await first.operator.ok<Destination>('POST', paths.destinations, {
    ...{ name: 'Kept', url: 'rtmp://live.example/app', streamKey: 'first-key-aaaa', credential: 'rotating' },
  })
  const at = new Date(Date.now() + 3_600_000).toISOString()
  await first.operator.ok('POST', paths.destinationRotate(id), { streamKey: 'second-key-bbbb', at })
  await first.stop()
  const own = readFileSync(join(dataDir, 'control.id'), 'utf8').trim()
  const [planned] = await jobsOf(db, id)
  assert.deepEqual([planned?.kind, planned?.state, planned?.due_at_ms], ['key.rotate', 'waiting', Date.parse(at)])

  // It had taken the job on when it died, and not done it.
  const begun = { state: 'running', lease_holder: own, lease_until_ms: Date.now() + 3_600_000, finished_at_ms: null } as const
  const dueAtMs = Date.now() - 1000
  await db
    .updateTable('job')
    .set({ ...begun, attempts: 1, due_at_ms: dueAtMs })
    .where('subject_id', '=', id)
    .execute()
  await db.updateTable('destination').set({ next_at_ms: dueAtMs }).where('id', '=', id).execute()
  const second = await startTestControl({ dataDir })
  await eventually(
    () => jobsOf(db, id),
    ([job]) => job?.state === 'done',
  )
  assert.equal((await second.operator.ok<Destination>('GET', paths.destination(id))).keyHint, 'bbbb')
  await eventually(
    () => rotations(second.operator),
    (events) => events.length === 1,
  )
  await second.stop()

  // It had done the job when it died, and not said so.
  const { place_no } = await db.selectFrom('destination').select('place_no').where('id', '=', id).executeTakeFirstOrThrow()
  await db.updateTable('job').set(begun).where('subject_id', '=', id).execute()
  const third = await startTestControl({ dataDir })
  const [job] = await eventually(
    () => jobsOf(db, id),
    ([one]) => one?.state === 'done',
  )
  assert.equal(job?.attempts, 3)
  assert.equal((await rotations(third.operator)).length, 1)
  const after = await db.selectFrom('destination').select('place_no').where('id', '=', id).executeTakeFirstOrThrow()
  assert.equal(after.place_no, place_no)
  await third.stop()
})
