import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { paths } from '@sluice/contract/api'
import { postgresBin, startPostgres } from '@sluice/control/testing'
import { assertUntouched, untilAllWell } from './shows/all-well.ts'
import { type FullSluice, startFullSluice } from './shows/full-sluice.ts'
import { type NumberedShow, openNumberedShow } from './shows/numbered-show.ts'
import { sleep, until } from './support/wait.ts'

// What happens to the database is no matter of the media: it is locked, its disk fills up, its server restarts and freezes.

const heldMs = 3000
const diskMiB = 48

/** A whole fault: what is asked while it lasts is answered, states stay true, and the show does not notice. */
async function whileIt(sluice: FullSluice, show: NumberedShow, lasts: () => Promise<void>): Promise<void> {
  const sent = show.figures()[0]!.received
  const status = async (method: string, path: string, body?: object): Promise<number> => {
    const headers = { authorization: `Bearer ${sluice.token}`, 'content-type': 'application/json' }
    const init = { method, headers, signal: AbortSignal.timeout(30_000), ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    return (await fetch(sluice.url + path, init)).status
  }
  await until('a write is refused', async () => (await status('POST', paths.channels, { name: 'During' })) === 503, 60_000)
  await until('it says that it is not ready', async () => (await sluice.ready()) === 503, 30_000)
  assert.equal(await status('GET', '/healthz'), 200)
  await lasts()
  await untilAllWell(sluice, [show])
  assert.equal(await status('POST', paths.channels, { name: 'After' }), 201)
  await until('the show goes on', () => show.figures()[0]!.received > sent + 25)
  await assertUntouched(show)
}

const openShow = (t: TestContext, sluice: FullSluice): Promise<NumberedShow> =>
  openNumberedShow(t, sluice, { name: 'Show', outputs: ['rtmp'] })

test('another program holds the database: writes are refused, reads and media go on, and it comes back by itself', async (t) => {
  const sluice = await startFullSluice(t)
  const show = await openShow(t, sluice)
  const file = readdirSync(sluice.dataDir).find((name) => /\.(db|sqlite)$/.test(name)) ?? ''
  const holder = new DatabaseSync(join(sluice.dataDir, file), { timeout: 5000 })
  holder.exec('BEGIN IMMEDIATE')
  await whileIt(sluice, show, async () => {
    await sleep(heldMs)
    assert.deepEqual(await show.states(), ['live'], 'reads tell the truth meanwhile')
    holder.exec('ROLLBACK')
  })
  holder.close()
})

test('the disk fills up: writes are refused, media goes on, a control that is killed starts again, and room brings all of it back', {
  skip: process.getuid?.() === 0 ? false : 'mounting a file system needs root',
}, async (t) => {
  const disk = mkdtempSync(join(tmpdir(), 'sluice-disk-'))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMiB}m`, 'tmpfs', disk]).status !== 0) {
    rmSync(disk, { recursive: true })
    return t.skip('this machine mounts no file systems')
  }
  const umount = (): void => {
    spawnSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true, force: true })
  }
  const sluice = await startFullSluice(t, { dataDir: join(disk, 'data'), isSupervised: false })
  t.after(async () => {
    await sluice.stop()
    umount()
  })
  const show = await openShow(t, sluice)
  const ballast = join(disk, 'ballast')
  const { bavail, bsize } = statfsSync(disk)
  try {
    writeFileSync(ballast, Buffer.alloc(bavail * bsize))
  } catch {
    // As much as there was.
  }
  // The journal may have some room of before.
  for (let i = 0; i < 300; i++) if ((await sluice.api('POST', paths.channels, { name: `Full ${i}` }).catch(() => null)) === null) break
  await whileIt(sluice, show, async () => {
    process.kill(sluice.controlPid()!, 'SIGKILL')
    await sluice.startAgain()
    await until('the engine is taken over', async () => (await show.states().catch(() => []))[0] === 'live')
    rmSync(ballast)
  })
})

test('PostgreSQL freezes and restarts: writes are refused, media goes on, control is the same process, and all is well afterwards', {
  skip: postgresBin() === null ? 'no PostgreSQL 15 or newer is installed' : false,
}, async (t) => {
  const cluster = await startPostgres(postgresBin()!)
  t.after(() => cluster.stop())
  const sluice = await startFullSluice(t, { flags: ['--database-url', await cluster.createDatabase('faults')] })
  const show = await openShow(t, sluice)
  const control = sluice.controlPid()
  for (const mode of ['fast', 'immediate'] as const) {
    await cluster.restart(mode)
    await untilAllWell(sluice, [show])
  }
  cluster.freeze()
  const thaw = setTimeout(() => cluster.thaw(), 90_000)
  try {
    await whileIt(sluice, show, async () => cluster.thaw())
  } finally {
    clearTimeout(thaw)
    cluster.thaw()
  }
  assert.equal(sluice.controlPid(), control)
})
