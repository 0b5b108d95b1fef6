import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { defaultMediaUid, Sandbox } from '@sluice/base/sandbox'
import { type DeviceNodes, type HardwareFound, HardwareTrials } from './hardware-trials.ts'

const nvidia: DeviceNodes = { nvenc: ['/dev/null'], qsv: [], vaapi: [] }
/** Time passes 40 times as fast: a deadline of 20 s is one of half a second. */
const hasty: Clock = { ...systemClock, nowMs: () => systemClock.nowMs(), after: (ms, run) => systemClock.after(ms / 40, run) }

/** Trials whose child is `source`, without walls. */
function tryAll(
  t: TestContext,
  source: string,
  { nodes = nvidia, clock = systemClock } = {},
): Promise<{ found: HardwareFound; trials: HardwareTrials }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-hardware-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const script = path.join(folder, 'main.mjs')
  writeFileSync(script, `import { text } from 'node:stream/consumers'\nconst wish = JSON.parse(await text(process.stdin))\n${source}`)
  const sandbox = new Sandbox({ wish: 'none', uid: defaultMediaUid, code: [folder], hidden: [], check: script, env: process.env })
  const held = setInterval(() => {}, 1000)
  t.after(() => clearInterval(held))
  return new Promise((resolve) => {
    const trials: HardwareTrials = new HardwareTrials({
      ...{ sandbox, clock, log: silentLogger, script, nodes },
      onFound: (found) => resolve({ found, trials }),
    })
    t.after(() => trials.close())
    trials.start()
  })
}
const passes = 'console.log(JSON.stringify({ ...wish, maxWidth: 3840, maxHeight: 2160, maxSessions: 3, cpuPercent: 2 }))'

test('a machine without device nodes starts nothing and has no encoder in hardware', async (t) => {
  const { found, trials } = await tryAll(t, 'throw new Error()', { nodes: { nvenc: [], qsv: [], vaapi: [] } })
  assert.deepEqual([found, trials.devices], [{ encoders: [], refused: [] }, []])
})

test('each codec is tried by a child of its own: one that passes, one that says why not, one whose driver aborts', async (t) => {
  const { found, trials } = await tryAll(
    t,
    `if (wish.codec === 'h264') ${passes}
     else if (wish.codec === 'h265') console.log(JSON.stringify({ problem: 'Cannot load libcuda.so.1' }))
     else process.kill(process.pid, 'SIGABRT')`,
  )
  assert.deepEqual(found.encoders, [{ kind: 'nvenc', codec: 'h264', maxWidth: 3840, maxHeight: 2160, maxSessions: 3, cpuPercent: 2 }])
  assert.deepEqual(found.refused, [
    { kind: 'nvenc', codec: 'h265', problem: 'Cannot load libcuda.so.1' },
    { kind: 'nvenc', codec: 'av1', problem: 'it ended by SIGABRT' },
  ])
  assert.deepEqual(trials.devices, ['/dev/null'])
})

test('a driver that hangs is ended at the deadline, and the next trial goes on', async (t) => {
  const { found } = await tryAll(
    t,
    `if (wish.codec === 'h264') setInterval(() => {}, 1000)\nelse if (wish.codec === 'h265') ${passes}\nelse console.log('{}')`,
    {
      clock: hasty,
    },
  )
  assert.deepEqual(
    found.refused.map(({ codec, problem }) => `${codec} ${problem}`),
    ['h264 it took longer than 20 s', 'av1 it ended with code 0'],
  )
  assert.deepEqual(
    found.encoders.map(({ codec }) => codec),
    ['h265'],
  )
})

test('an answer for another encoder than was asked is none', async (t) => {
  const { found } = await tryAll(t, passes.replace('...wish', "kind: 'qsv', codec: 'h264'"))
  assert.equal(found.encoders.length, 0)
})
