// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  type ConfinedChild,
  defaultMediaUid,
  describeSandbox,
  type JobLimits,
  mediaSandbox,
  type Sandbox,
  type SandboxReport,
  type SandboxWish,
} from './index.ts'
import { processTree } from './process-tree.ts'

const script = fileURLToPath(new URL('testing/hostile-job.ts', import.meta.url))
const dataDir = mkdtempSync(join(tmpdir(), 'sluice-vault-'))
chmodSync(dataDir, 0o700)
const key = join(dataDir, 'vault.key')
writeFileSync(key, 'the key to everything', { mode: 0o600 })
after(() => rmSync(dataDir, { recursive: true }))

const skipAll = process.platform === 'linux' ? false : 'processes are read in /proc'
const wishes = ['bubblewrap', 'user', 'none'] as const
const sandboxes = Object.fromEntries(
  wishes.map((wish) => [wish, mediaSandbox({ wish, uid: defaultMediaUid, dataDir, env: process.env })]),
) as Record<Exclude<SandboxWish, 'auto'>, Sandbox>
const found: Record<string, SandboxReport> = {}
if (skipAll === false) for (const wish of wishes) found[wish] = await sandboxes[wish].find()
/** Why a mode is not there to be tested: user namespaces are off, or nobody is root. */
const skipOf = (wish: SandboxWish): string | false =>
  skipAll || (found[wish]?.mode === wish ? false : `${wish} does not work on this machine: ${found[wish]?.problems.join('; ')}`)

const megabyte = 2 ** 20
const limits: JobLimits = {
  rssBytes: 400 * megabyte,
  dataBytes: 3000 * megabyte,
  cpuSeconds: null,
  cores: null,
  fileBytes: 4 * megabyte,
  niceness: 5,
}

async function start(t: TestContext, wish: Exclude<SandboxWish, 'auto'>, order: object, own: Partial<JobLimits> = {}) {
  // The child's watch holds no process open, and here nothing else does.
  const held = setInterval(() => {}, 1000)
  t.after(() => clearInterval(held))
  const child = await sandboxes[wish].start({ script, limits: { ...limits, ...own } })
  assert.notEqual(typeof child, 'string', String(child))
  const { process: outer } = child as ConfinedChild
  t.after(() => outer.kill('SIGKILL'))
  let said = ''
  let words = ''
  outer.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString()
  })
  outer.stderr.on('data', (bytes: Buffer) => {
    words += bytes.toString()
  })
  const ended = new Promise<ReturnType<ConfinedChild['ending']>>((resolve) =>
    outer.once('close', (code, signal) => resolve((child as ConfinedChild).ending(code, signal))),
  )
  outer.stdin.on('error', () => {})
  outer.stdin.end(`${JSON.stringify(order)}\n`)
  return { child: child as ConfinedChild, ended, said: () => said, words: () => words }
}

async function look(t: TestContext, wish: Exclude<SandboxWish, 'auto'>) {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  const { ended, said, words } = await start(t, wish, { do: 'look', dataDir, port, parent: process.pid })
  assert.deepEqual(await ended, { code: 0, signal: null }, words())
  return JSON.parse(said()) as Record<string, string> & { environment: string[]; isReached: boolean }
}

const isDenied = (answer: string | undefined): void => assert.match(answer ?? '', /^(ENOENT|EACCES|EPERM|EROFS)$/)

test('behind bubblewrap there is no data directory, no network and no other process', { skip: skipOf('bubblewrap') }, async (t) => {
  const seen = await look(t, 'bubblewrap')
  for (const what of ['key', 'listing', 'written', 'parentEnvironment', 'parentFiles', 'code']) isDenied(seen[what])
  assert.equal(seen.isReached, false)
  assert.equal(seen['scratch'], 'done')
  assert.equal(existsSync(join(dataDir, 'planted')), false)
})

test('a child with a user of its own reads nothing of the data directory and nothing of its parent', {
  skip: skipOf('user'),
}, async (t) => {
  const seen = await look(t, 'user')
  for (const what of ['key', 'listing', 'written', 'parentEnvironment', 'parentFiles', 'code']) isDenied(seen[what])
  assert.equal(seen.isReached, found['user']?.hasNetwork)
  assert.equal(seen['scratch'], 'done')
})

test('a child never gets settings or secrets, whatever the mode', { skip: skipAll }, async (t) => {
  process.env['SLUICE_SECRET_KEY'] = 'hunter7'
  t.after(() => delete process.env['SLUICE_SECRET_KEY'])
  const allowed = ['FONTCONFIG_FILE', 'FONTCONFIG_PATH', 'HOME', 'LD_LIBRARY_PATH', 'OLDPWD', 'PATH', 'PWD', 'SHLVL', 'TMPDIR', '_']
  for (const wish of wishes.filter((one) => skipOf(one) === false)) {
    const { environment } = await look(t, wish)
    assert.deepEqual(
      environment.filter((name) => !allowed.includes(name)),
      [],
      wish,
    )
  }
})

test('a data directory inside of what a child sees is hidden from it all the same', { skip: skipOf('bubblewrap') }, async (t) => {
  const inside = mkdtempSync(fileURLToPath(new URL('testing/data-', import.meta.url)))
  t.after(() => rmSync(inside, { recursive: true }))
  writeFileSync(join(inside, 'vault.key'), 'secret')
  const sandbox = mediaSandbox({ wish: 'bubblewrap', uid: defaultMediaUid, dataDir: inside, env: process.env })
  assert.deepEqual(await sandbox.find(), { mode: 'bubblewrap', hasNetwork: false, problems: found['bubblewrap']!.problems })
})

test('a wall that would let the data directory through is not used', { skip: skipOf('user') }, async (t) => {
  const open = mkdtempSync(join(tmpdir(), 'sluice-open-'))
  t.after(() => rmSync(open, { recursive: true }))
  chmodSync(open, 0o755)
  writeFileSync(join(open, 'vault.key'), 'secret', { mode: 0o644 })
  const report = await mediaSandbox({ wish: 'user', uid: defaultMediaUid, dataDir: open, env: process.env }).find()
  assert.equal(report.mode, 'none')
  assert.match(describeSandbox(report), /^none: .*could still read/)
})

test('where no sandbox works the child runs all the same, and what is missing is said', { skip: skipAll }, async () => {
  const report = await mediaSandbox({ wish: 'bubblewrap', uid: defaultMediaUid, dataDir, env: { PATH: '/nowhere' } }).find()
  assert.deepEqual(report, { mode: 'none', hasNetwork: true, problems: ['bubblewrap: bwrap is not installed'] })
  assert.match(describeSandbox(report), /^none: .*vault\.key; install bubblewrap .* Tried: bubblewrap: bwrap is not installed\.$/)
})

for (const wish of wishes) {
  const skip = skipOf(wish)
  test(`${wish}: a child over its memory is ended, however it takes it, and nothing of it stays`, { skip }, async (t) => {
    for (const order of ['eat', 'hoard'] as const) {
      const { child, ended } = await start(t, wish, { do: order })
      const ending = await ended
      assert.notEqual(ending.code, 0, order)
      if (order === 'eat') assert.match(child.overLimit ?? '', /^it used \d+ MB of memory, limit 400 MB$/)
      assert.deepEqual(readChildren(child), [])
    }
  })

  test(`${wish}: memory is refused by the system too, whoever looks`, { skip }, async (t) => {
    const { ended } = await start(t, wish, { do: 'hoard' }, { rssBytes: 2 ** 40, dataBytes: 1200 * megabyte })
    assert.notEqual((await ended).code, 0)
  })

  test(`${wish}: a child over its processor time is ended`, { skip }, async (t) => {
    const { child, ended } = await start(t, wish, { do: 'spin' }, { cores: { most: 0.05, windowMs: 1000 } })
    const { signal } = await ended
    assert.equal(signal, 'SIGKILL')
    assert.match(child.overLimit ?? '', /^it kept \d\.\d cores busy, limit 0\.05$/)
    assert.deepEqual(readChildren(child), [])
    for (const order of ['burn', 'spin']) {
      const other = await start(t, wish, { do: order }, { cpuSeconds: 1 })
      assert.match((await other.ended).signal ?? '', /^SIG(KILL|XCPU)$/)
      assert.equal(other.child.overLimit, 'it used over 1 s of CPU time')
    }
  })

  test(`${wish}: a file over its size is not written`, { skip }, async (t) => {
    const { ended, said } = await start(t, wish, { do: 'fill' })
    await ended
    assert.deepEqual(JSON.parse(said()), { answer: 'EFBIG' })
  })

  test(`${wish}: killing the outermost process ends all inside, and leaves no folder`, { skip }, async (t) => {
    const before = scratches()
    const { child, ended } = await start(t, wish, { do: 'sleep' })
    const inside = processTree(child.process.pid!)
    child.process.kill('SIGKILL')
    assert.equal((await ended).signal, 'SIGKILL')
    for (const pid of inside) while (isThere(pid)) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.deepEqual(scratches(), before)
  })
}

const scratches = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('sluice-media-'))
const readChildren = ({ process: outer }: ConfinedChild): number[] => processTree(outer.pid!).filter(isThere)

/** Zombies that nobody has reaped yet do nothing any more. */
function isThere(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
