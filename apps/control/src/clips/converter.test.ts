import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@sluice/base/clock'
import { FakeClock } from '@sluice/testkit/clock'
import { childConverter } from './converter.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-converter-'))
after(() => rmSync(folder, { recursive: true }))
const skip = process.platform === 'linux' ? false : 'children are found in /proc'

/** Process ids of conversions that this process started. */
const children = (): number[] =>
  readdirSync('/proc/self/task')
    .flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' '))
    .map(Number)
    .filter((pid) => pid > 0 && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('convert-main'))

async function child(): Promise<number> {
  for (;;) {
    const [pid] = children()
    if (pid !== undefined) return pid
    await sleep(5)
  }
}

test('a conversion child that is killed is the failure of its job, and leaves no file; it gets no secret of its parent', {
  skip,
}, async () => {
  const target = join(folder, 'card.flv')
  const env = { PATH: process.env['PATH'], SLUICE_ADMIN_TOKEN: 'hunter7' }
  const done = childConverter(systemClock, env).run({ do: 'test-card', target }, () => {})
  const pid = await child()
  assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'utf8'), /hunter7/)
  assert.doesNotMatch(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), /card\.flv/)
  process.kill(pid, 'SIGKILL')
  assert.deepEqual(await done, { type: 'crashed', code: 'CLIP_CONVERT_CRASHED', message: 'The conversion ended by SIGKILL.' })
  assert.equal(existsSync(target), false)
})

test('a conversion child that says nothing for a minute is ended', { skip }, async () => {
  const clock = new FakeClock()
  const done = childConverter(clock, process.env).run({ do: 'test-card', target: join(folder, 'hung.flv') }, () => {})
  const pid = await child()
  process.kill(pid, 'SIGSTOP')
  clock.advance(60_000)
  assert.equal(((await done) as { code?: string }).code, 'CLIP_CONVERT_HUNG')
  assert.deepEqual(children(), [])
})

test('a converter that is closed ends what runs, and says so', { skip }, async () => {
  const converter = childConverter(systemClock, process.env)
  const done = converter.run({ do: 'test-card', target: join(folder, 'closed.flv') }, () => {})
  await child()
  converter.close()
  assert.equal(((await done) as { code?: string }).code, 'CLIP_CONVERT_STOPPED')
})
