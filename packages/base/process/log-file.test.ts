import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { LogFile } from './log-file.ts'

function makeFile(t: TestContext, flags: string): { path: string; dir: string; fd: number } {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-log-'))
  const path = join(dir, 'engine.log')
  const fd = openSync(path, flags)
  t.after(() => {
    closeSync(fd)
    rmSync(dir, { recursive: true })
  })
  return { path, dir, fd }
}

const linux = process.platform === 'linux' ? false : 'needs Linux'

test('a log that grows while the engine runs is bounded on disk, and its newest lines are there', { skip: linux }, (t) => {
  const { path, dir, fd } = makeFile(t, 'a')
  const log = new LogFile(fd, 100_000)
  for (let i = 0; i < 50_000; i++) log.write(`line ${i} ${'x'.repeat(90)}\n`)
  const bytes = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
  assert.ok(bytes < 450_000, `${bytes} bytes of ${readdirSync(dir)}`)
  assert.deepEqual(readdirSync(dir).sort(), ['engine.log', 'engine.log.1'])
  const all = readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8')
  assert.match(all, /line 49999 /)
  assert.doesNotMatch(all, /\0/)
  assert.equal(log.lost, 0)
})

test('a file that others write into without appending is left as it is', { skip: linux }, (t) => {
  const { dir, fd } = makeFile(t, 'w')
  const log = new LogFile(fd, 1_000)
  for (let i = 0; i < 5_000; i++) log.write(`line ${i}\n`)
  assert.deepEqual(readdirSync(dir), ['engine.log'])
})

test('a line that can’t be written is counted and hurts nobody', (t) => {
  const fd = openSync('/dev/null', 'r')
  t.after(() => closeSync(fd))
  const log = new LogFile(fd)
  log.write('no room\n')
  assert.equal(log.lost, 1)
})
