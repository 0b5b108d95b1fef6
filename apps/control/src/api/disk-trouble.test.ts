import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import { type ApiKey, type Channel, type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { until } from '@sluice/testkit/wait'
import { keyWith, startTestControl } from '../testing/control-under-test.ts'
import { FakeHost } from '../testing/fake-engines.ts'
import { testServerVariable } from '../testing/postgres-database.ts'

const isRoot = process.getuid?.() === 0
const skip = process.env[testServerVariable] !== undefined ? 'SQLite alone' : isRoot ? false : 'mounting a file system needs root'
const diskMiB = 24

/** A disk of its own, small enough to be filled. */
function smallDisk(t: TestContext): { path: string; fill(): void; free(): void } | null {
  const path = mkdtempSync(join(tmpdir(), 'sluice-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMiB}m`, 'tmpfs', path])
  if (mounted.status !== 0) {
    t.skip('this machine mounts no file systems')
    return null
  }
  t.after(() => {
    spawnSync('umount', ['-l', path])
    rmSync(path, { recursive: true, force: true })
  })
  const ballast = join(path, 'ballast')
  return {
    path,
    fill() {
      const { bavail, bsize } = statfsSync(path)
      try {
        writeFileSync(ballast, Buffer.alloc(bavail * bsize))
      } catch {
        // As much as there was.
      }
      assert.equal(statfsSync(path).bavail, 0)
    },
    free: () => rmSync(ballast),
  }
}

test('a full disk costs changes and nothing else: reads go on, /readyz tells, a start works, and room brings all of it back', {
  skip,
}, async (t) => {
  const disk = smallDisk(t)
  if (disk === null) return
  const dataDir = join(disk.path, 'data')
  const host = new FakeHost()
  let under = await startTestControl({ dataDir, host })
  const channel = await under.operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const reader = await keyWith(under.operator, ['channel:read', 'event:read'])
  const engine = host.newest
  disk.fill()
  const look = async (): Promise<void> => {
    for (let i = 0; ; i++) {
      const answer = await under.operator.ask('POST', paths.channels, { body: { name: `Full ${i}` } })
      // The journal may have some room of before.
      if (answer.status === 201 && i < 200) continue
      assert.equal(answer.status, 503, JSON.stringify(answer.body))
      assert.equal((answer.body as { code: string }).code, 'DATABASE_FULL')
      assert.match((answer.body as { detail: string }).detail, /The disk of the database is full.*Streams are not affected\. Free space/)
      break
    }
    const ready = await under.anyone.get('/readyz')
    assert.equal(ready.status, 503)
    assert.match(JSON.stringify(ready.body), /The disk of the database is full/)
    assert.equal((await reader.with({}).get(paths.channel(channel.id))).status, 200)
    assert.equal((await reader.get(paths.eventLog)).status, 200)
    engine.event('output.failed', channel.id, 'told while the disk was full')
  }
  await look()
  await under.control.leave()
  under = await startTestControl({ dataDir, host })
  const again = under.operator
  Object.assign(reader, { url: again.url })
  await look()
  disk.free()
  await until(async () => (await under.anyone.get('/readyz')).status === 200)
  await again.ok('POST', paths.channels, { name: 'After' })
  const told = async (): Promise<number> =>
    (await again.ok<Page<StoredEvent>>('GET', `${paths.channelTimeline(channel.id)}?limit=200`)).items.filter(({ message }) =>
      message.startsWith('told while'),
    ).length
  await until(async () => (await told()) >= 2)
  assert.equal((await again.ok<Page<ApiKey>>('GET', paths.apiKeys)).items.length, 1)
  await under.stop()
})

test('a database that another program holds costs changes for as long, reads go on, and it comes back by itself', {
  skip: process.env[testServerVariable] !== undefined ? 'SQLite alone' : false,
}, async () => {
  const under = await startTestControl()
  try {
    const channel = await under.operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
    const reader = await keyWith(under.operator, ['channel:read'])
    const other = new DatabaseSync(join(under.dataDir, 'sluice.db'), { timeout: 5000 })
    other.exec('begin immediate')
    const startMs = performance.now()
    const writes = Array.from({ length: 6 }, (_, i) => under.operator.ask('POST', paths.channels, { body: { name: `Held ${i}` } }))
    let slowestMs = 0
    for (let i = 0; i < 20; i++) {
      const readMs = performance.now()
      assert.equal((await reader.get(paths.channel(channel.id))).status, 200)
      slowestMs = Math.max(slowestMs, performance.now() - readMs)
    }
    for (const { status, body } of await Promise.all(writes)) {
      assert.deepEqual([status, (body as { code: string }).code], [503, 'DATABASE_BUSY'])
    }
    const writesMs = performance.now() - startMs
    assert.ok(slowestMs < writesMs / 2, `a read waits for no write: ${slowestMs} ms beside ${writesMs} ms`)
    assert.ok(writesMs < 60_000)
    assert.equal((await under.anyone.get('/readyz')).status, 503)
    other.exec('rollback')
    other.close()
    await until(async () => (await under.anyone.get('/readyz')).status === 200)
    await under.operator.ok('POST', paths.channels, { name: 'After' })
  } finally {
    await under.stop()
  }
})

test('a data folder that is there keeps its mode, and one that others can write is warned of', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-mode-'))
  const warned: string[] = []
  const note = (_: object, text: string): void => void (text.startsWith('other users') && warned.push(text))
  const log = { ...silentLogger, warn: note, child: () => silentLogger }
  const start = async (): Promise<void> => {
    const under = await startTestControl({ dataDir, log })
    await under.stop()
  }
  chmodSync(dataDir, 0o750)
  await start()
  assert.deepEqual([statSync(dataDir).mode & 0o777, warned], [0o750, []])
  chmodSync(dataDir, 0o777)
  await start()
  assert.equal(statSync(dataDir).mode & 0o777, 0o777)
  assert.match(warned.join('\n'), /other users can write the data directory .*: chmod go-w/s)
  warned.length = 0
  chmodSync(dataDir, 0o755)
  chmodSync(join(dataDir, 'vault.key'), 0o644)
  await start()
  assert.match(warned.join('\n'), /other users can read the vault key .*chmod 600/s)
  rmSync(dataDir, { recursive: true })
})
