import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import { FakeClock } from '@sluice/testkit/clock'
import { onBothDatabases } from '../testing/both-databases.ts'
import { acquireControlLease } from './control-lease.ts'
import { type Database, openDatabase } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-lease-'))
after(() => rmSync(folder, { recursive: true, force: true }))

onBothDatabases('control lease', (makeDatabase) => {
  let count = 0
  async function scene(): Promise<{ db: Database; clock: FakeClock; take: (who: string) => ReturnType<typeof acquireControlLease> }> {
    const db = await openDatabase(await makeDatabase())
    const clock = new FakeClock()
    const run = `${process.hrtime.bigint()}-${++count}`
    return { db, clock, take: (who) => acquireControlLease({ db, clock, log: silentLogger, idFile: join(folder, `${run}-${who}`) }) }
  }

  test('a second control on the database is refused, and may have it once the first has left', async () => {
    const { db, take } = await scene()
    const first = await take('a')
    await assert.rejects(take('b'), /another Sluice, on .*, uses this database \(seen 0 s ago\)/)
    await first.release()
    await (await take('b')).release()
    await db.destroy()
  })

  test('the same data folder goes on at once after a crash, another after the expiry', async () => {
    const { db, clock, take } = await scene()
    await take('a')
    await take('a')
    // No timer of these runs: their processes are taken for dead.
    const later = new FakeClock(clock.nowMs() + 29_999)
    const at = (c: FakeClock) =>
      acquireControlLease({ db, clock: c, log: silentLogger, idFile: join(folder, `other-${++count}-${Math.random()}`) })
    await assert.rejects(at(later), /seen 30 s ago/)
    await (await at(new FakeClock(clock.nowMs() + 30_000))).release()
    await db.destroy()
  })

  test('of many that find an expired lease one gets it', async () => {
    const { db, clock, take } = await scene()
    await take('dead')
    const late = new FakeClock(clock.nowMs() + 60_000)
    const tries = Array.from({ length: 8 }, (_, i) =>
      acquireControlLease({ db, clock: late, log: silentLogger, idFile: join(folder, `many-${count}-${i}-${Math.random()}`) }),
    )
    const done = await Promise.allSettled(tries)
    assert.equal(done.filter((result) => result.status === 'fulfilled').length, 1)
    await db.destroy()
  })
})
