import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { defaultMediaUid, mediaSandbox } from '@sluice/base/sandbox'
import { writeFrameHead } from '@sluice/containers/frame-link'
import type { FromWatch } from '@sluice/contract/watch'
import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { openWatchProcess, type WatchProcess } from './watch-process.ts'

const frame = makeFrame(makeVideoTrack(), 0, { isKey: true })

/** A module loader's hook that finds no `node-av`, as on a machine that it is not built for. */
const withoutAv = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({ resolve(name, context, next) {
    if (name.startsWith('node-av')) throw new Error("Cannot find package 'node-av'")
    return next(name, context)
  } })`)}`

const sandbox = mediaSandbox({ wish: 'auto', uid: defaultMediaUid, dataDir: null, env: process.env })

/** The process that decodes, inside of whatever is around it. */
function innermost(pid: number): number {
  const below = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number).filter(Boolean)
  return below.length === 0 ? pid : innermost(below.at(-1)!)
}

/** Starts the real child. `heard` is its first word, `ended` its last. */
function start(t: TestContext, nodeArgs: readonly string[] = [], maxRssBytes = () => 2 ** 30) {
  const heard = Promise.withResolvers<FromWatch>()
  const ended = Promise.withResolvers<string>()
  const child: WatchProcess = openWatchProcess(sandbox, nodeArgs)({ onMessage: heard.resolve, onEnd: ended.resolve, maxRssBytes })
  t.after(() => child.kill())
  // The child alone keeps no process alive, and here nothing else does.
  const held = setInterval(() => {}, 1000)
  t.after(() => clearInterval(held))
  return { child, heard: heard.promise, ended: ended.promise }
}

test('on a machine without node-av the child says so and ends', async (t) => {
  const { heard, ended } = start(t, ['--import', withoutAv])
  const hello = await heard
  assert.equal(hello.type, 'hello')
  assert.match((hello as { problem: string }).problem, /^node-av, which decodes them, is not installed.*: Cannot find package 'node-av'/)
  assert.equal(await ended, 'it ended with code 0')
})

test('a child that is killed tells its owner once by which signal', async (t) => {
  const { child, heard, ended } = start(t)
  await heard
  process.kill(innermost(child.pid), 'SIGKILL')
  assert.equal(await ended, 'it ended by SIGKILL')
  assert.equal(child.send(writeFrameHead(1, { ...frame, bytes: Uint8Array.of(1) }), Uint8Array.of(1)), false)
})

test('what it can not read ends it with its own words', async (t) => {
  const { child, heard, ended } = start(t)
  await heard
  child.send(Uint8Array.of(0, 0, 0, 1, 99), null)
  assert.match(await ended, /^it ended with code 1: .*message is 1 bytes, not 5 or more/)
})

test('frames beyond what may wait for a child that reads nothing are left out', async (t) => {
  const { child, heard } = start(t)
  await heard
  process.kill(innermost(child.pid), 'SIGSTOP')
  const bytes = new Uint8Array(1024 * 1024)
  let taken = 0
  while (taken < 100 && child.send(writeFrameHead(1, { ...frame, bytes }), bytes)) taken++
  assert.ok(taken >= 8 && taken <= 9, `${taken} MB were taken`)
})

test('a child that takes more memory than it may is ended, whatever it says of itself', async (t) => {
  const { ended } = start(t, [], () => 20 * 2 ** 20)
  assert.match(await ended, /^it used \d+ MB of memory, limit 20 MB$/)
})
