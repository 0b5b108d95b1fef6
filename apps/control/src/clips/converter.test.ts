import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { defaultMediaUid, mediaSandbox, type Sandbox } from '@sluice/base/sandbox'
import { FakeClock } from '@sluice/testkit/clock'
import { eventually, until } from '@sluice/testkit/wait'
import { childConverter } from './converter.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-converter-'))
after(() => rmSync(folder, { recursive: true }))
const skip = process.platform === 'linux' ? false : 'children are found in /proc'

const sandboxOf = (wish: string, env: NodeJS.ProcessEnv = process.env): Sandbox =>
  mediaSandbox({ wish, uid: defaultMediaUid, dataDir: folder, env })

const readOr = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Process ids of the conversions below `parent`, the innermost last: with a sandbox there are some around each. */
function children(parent = process.pid): number[] {
  const below = readdirSync(`/proc/${parent}/task`).flatMap((thread) =>
    readOr(`/proc/${parent}/task/${thread}/children`).trim().split(' ').map(Number).filter(Boolean),
  )
  return below.flatMap((pid) => (existsSync(`/proc/${pid}/task`) ? [pid, ...children(pid)] : []))
}

/** The one that decodes: a Node whose own command line has the entry file first. */
async function child(): Promise<number> {
  const isDecoder = (pid: number): boolean => /^[^\0]*node[^\0]*\0[^\0]*convert-main\.ts/.test(readOr(`/proc/${pid}/cmdline`))
  const pid = await eventually(
    () => children().find(isDecoder),
    (one) => one !== undefined,
    'a conversion child',
  )
  return pid!
}

for (const wish of ['auto', 'user', 'none'])
  test(`a conversion child that is killed is the failure of its job, and leaves no file; it gets no secret of its parent (sandbox ${wish})`, {
    skip,
  }, async () => {
    const target = join(folder, 'card.flv')
    const env = { PATH: process.env['PATH'], SLUICE_ADMIN_TOKEN: 'hunter7' }
    const done = childConverter(systemClock, sandboxOf(wish, env)).run({ do: 'test-card', target }, () => {})
    const pid = await child()
    assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'utf8'), /hunter7/)
    assert.doesNotMatch(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), /card\.flv/)
    process.kill(pid, 'SIGKILL')
    assert.deepEqual(await done, { type: 'crashed', code: 'CLIP_CONVERT_CRASHED', message: 'The conversion ended by SIGKILL.' })
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('card')),
      [],
    )
  })

test('a conversion child that says nothing for a minute is ended', { skip }, async () => {
  const clock = new FakeClock()
  const done = childConverter(clock, sandboxOf('auto')).run({ do: 'test-card', target: join(folder, 'hung.flv') }, () => {})
  const pid = await child()
  process.kill(pid, 'SIGSTOP')
  clock.advance(60_000)
  assert.equal(((await done) as { code?: string }).code, 'CLIP_CONVERT_HUNG')
  await until(() => !children().includes(pid))
})

test('a converter that is closed ends what runs, and says so', { skip }, async () => {
  const converter = childConverter(systemClock, sandboxOf('auto'))
  const done = converter.run({ do: 'test-card', target: join(folder, 'closed.flv') }, () => {})
  await child()
  converter.close()
  assert.equal(((await done) as { code?: string }).code, 'CLIP_CONVERT_STOPPED')
})

test('a source that can not be opened fails its job in words, and another job goes on after it', { skip }, async () => {
  const converter = childConverter(systemClock, sandboxOf('auto'))
  const target = join(folder, 'gone.flv')
  const done = await converter.run({ do: 'normalise', file: join(folder, 'gone'), type: 'image/png', target }, () => {})
  assert.deepEqual(done, {
    type: 'crashed',
    code: 'CLIP_CONVERT_START',
    message: 'The conversion could not be started: no such file or directory.',
  })
  assert.equal(existsSync(`${target}.part`), false)
})
