import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fromRoot } from './places.mjs'

/** Runs a program through runSupervised, as `npm start` runs control: `runs` counts how often it was begun. */
function supervised(t, program) {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-supervised-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const counted = `
    const fs = require('node:fs')
    fs.appendFileSync(${JSON.stringify(path.join(folder, 'runs'))}, process.pid + '\\n')
    const run = fs.readFileSync(${JSON.stringify(path.join(folder, 'runs'))}, 'utf8').trim().split('\\n').length
    console.log('run ' + run + ' ' + process.pid)
    setInterval(() => {}, 1000)
    ${program}`
  const script = `
    const { runSupervised } = await import(${JSON.stringify(fromRoot('tools/boot/run-supervised.mjs'))})
    process.exitCode = await runSupervised(process.execPath, ['-e', ${JSON.stringify(counted)}], { wait: (ms) => new Promise((r) => setTimeout(r, ms / 20)) })`
  const boot = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] })
  const scene = { boot, said: '', ended: once(boot, 'exit') }
  for (const stream of [boot.stdout, boot.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      scene.said += text
    })
  }
  scene.until = async (form) => {
    for (;;) {
      const match = form.exec(scene.said)
      if (match !== null) return match
      assert.equal(boot.exitCode, null, scene.said)
      await Promise.race([once(boot.stdout, 'data'), once(boot.stderr, 'data'), scene.ended])
    }
  }
  t.after(() => boot.kill('SIGKILL'))
  return scene
}

const up = "process.send({ type: 'ready' }); setInterval(() => process.send({ type: 'alive' }), 100);"

test('what was up and dies is started again, each time with a word and a longer wait, and a wish ends it', async (t) => {
  const scene = supervised(t, `${up} process.on('SIGTERM', () => process.exit(0)); console.log('up ' + run);`)
  for (const run of [1, 2, 3]) {
    const [, pid] = await scene.until(new RegExp(`run ${run} (\\d+)`))
    await scene.until(new RegExp(`up ${run}`))
    process.kill(Number(pid), 'SIGKILL')
  }
  await scene.until(/up 4/)
  assert.match(scene.said, /control ended \(signal 9\)\. Channels stay on air; it restarts in 0\.5 s/)
  assert.match(scene.said, /restarts in 2 s/)
  scene.boot.kill('SIGTERM')
  assert.deepEqual(await scene.ended, [0, null])
})

test('what cannot start ends with its own sentence and is not tried again', async (t) => {
  const scene = supervised(t, "console.error('sluice: port 1 is taken'); process.exit(1)")
  assert.deepEqual(await scene.ended, [1, null])
  assert.doesNotMatch(scene.said, /run 2/)
})

test('what dies again and again before it was ever up is given up, and that is said', async (t) => {
  const scene = supervised(t, "process.kill(process.pid, 'SIGKILL')")
  assert.deepEqual(await scene.ended, [137, null])
  assert.match(scene.said, /run 3[\s\S]*ended 3 times before it was up \(signal 9\): giving up/)
})

test('what was up and cannot start for a while is tried until it can', async (t) => {
  const scene = supervised(t, `if (run > 1 && run < 7) process.exit(1); ${up} if (run === 1) setTimeout(() => process.exit(70), 200)`)
  await scene.until(/run 7/)
  scene.boot.kill('SIGKILL')
})

test('one that is stopped is killed and started again', async (t) => {
  const scene = supervised(t, `${up} if (run === 1) setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 300)`)
  await scene.until(/control ended \(its process was stopped\)[\s\S]*run 2/)
  scene.boot.kill('SIGKILL')
})

test('a wish that comes while nothing runs is heard, and says what still does', async (t) => {
  const scene = supervised(t, `if (run > 1) process.exit(1); ${up} setTimeout(() => process.exit(70), 200)`)
  await scene.until(/restarts in 16 s/)
  scene.boot.kill('SIGINT')
  assert.deepEqual(await scene.ended, [130, null])
  assert.match(scene.said, /engines still run/)
})
