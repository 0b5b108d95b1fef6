import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { defaultMediaUid, Sandbox } from '@sluice/base/sandbox'
import { type Calibrated, Calibrator, readCalibration } from './calibrator.ts'

const calibration = {
  cpu: 'a CPU',
  cores: 2,
  version: '6.1.1',
  k: { ultrafast: 0.5, superfast: 1, veryfast: 1.6, faster: 2.6 },
  decode: 15,
}

test('the last line that is a calibration counts, whatever else was printed', () => {
  const said = `warning: native\n${JSON.stringify({ problem: 'old' })}\n${JSON.stringify(calibration)}\n{"half\n`
  assert.deepEqual(readCalibration(said), { calibration, code: null, problem: null })
  const problem = 'node-av is not installed'
  const missing = { code: 'ENCODER_UNAVAILABLE', problem } as const
  assert.deepEqual(readCalibration(`${JSON.stringify(missing)}\n`), { calibration: null, ...missing })
  // Words alone do not say that there is no encoder.
  assert.equal(readCalibration(JSON.stringify({ problem }))?.code, 'ENCODER_NOT_MEASURED')
  assert.equal(readCalibration(JSON.stringify({ ...calibration, decode: -1 })), null)
})

/** A calibrator whose child is `source`, without walls; `answers` come in order. */
function makeCalibrator(t: TestContext, source: string): { calibrator: Calibrator; next: () => Promise<Calibrated> } {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-calibrate-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const script = path.join(folder, 'main.mjs')
  writeFileSync(script, source)
  const sandbox = new Sandbox({ wish: 'none', uid: defaultMediaUid, code: [folder], hidden: [], check: script, env: process.env })
  let resolve: (answer: Calibrated) => void = () => {}
  const calibrator = new Calibrator({ sandbox, clock: systemClock, log: silentLogger, script, onCalibrated: (answer) => resolve(answer) })
  t.after(() => calibrator.close())
  const held = setInterval(() => {}, 1000)
  t.after(() => clearInterval(held))
  return {
    calibrator,
    next: () => {
      const answer = new Promise<Calibrated>((given) => {
        resolve = given
      })
      calibrator.start()
      return answer
    },
  }
}

test('a calibration is answered, and another one may follow', async (t) => {
  const { next } = makeCalibrator(t, `console.log(${JSON.stringify(JSON.stringify(calibration))})`)
  assert.deepEqual(await next(), { calibration, code: null, problem: null })
  assert.deepEqual(await next(), { calibration, code: null, problem: null })
})

test('a child that dies is answered with how', async (t) => {
  const { next } = makeCalibrator(t, "process.kill(process.pid, 'SIGABRT')")
  const { calibration: none, problem } = await next()
  assert.equal(none, null)
  assert.match(problem ?? '', /^encoding was not measured: it ended by SIGABRT/)
})
