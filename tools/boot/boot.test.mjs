import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { requireSpace } from './disk-space.mjs'
import { canRunSluice } from './find-node.mjs'
import { linkPackagedNode } from './install.mjs'
import { formatLogLine } from './log-lines.mjs'
import { explainNpmFailure } from './npm-failure.mjs'
import { fromRoot } from './places.mjs'

for (const [version, can] of [
  ['20.20.2', false],
  ['24.11.9', false],
  ['24.12.0', true],
  ['v24.21.0', true],
  ['26.0.0', true],
]) {
  test(`Node ${version} ${can ? 'runs' : 'does not run'} Sluice`, () => assert.equal(canRunSluice(version), can))
}

const failures = [
  { output: 'npm error code EAI_AGAIN\nnpm error request to https://r/x failed', says: /registry \(https:\/\/r\/\) can't be reached/ },
  { output: 'npm error code ENOSPC', says: /disk is full/ },
  { output: 'npm error code EACCES', says: /not writable/ },
  { output: 'npm error code E404\nnpm error 404 Not Found', says: /does not have a package/ },
  { output: 'npm error code ETARGET', says: /does not have a package/ },
  { output: 'npm error code SELF_SIGNED_CERT_IN_CHAIN', says: /certificate .* is not trusted/ },
  { output: 'npm error something new', says: /Installing the packages failed/ },
]
for (const { output, says } of failures) {
  test(`npm's "${output.split('\n')[0]}" is told in words`, () => {
    const error = explainNpmFailure(output, 'https://r/')
    assert.match(error.message, says)
    assert.ok(error.hints.length > 0)
  })
}

test('the packaged Node has its link whatever npm left, as the service unit needs it; another link and a missing Node stay as they are', (t) => {
  const modules = mkdtempSync(path.join(tmpdir(), 'sluice-boot-'))
  t.after(() => rmSync(modules, { recursive: true, force: true }))
  const name = `node-${process.platform}-${process.arch}`
  const link = path.join(modules, '.bin', 'node')
  mkdirSync(path.join(modules, '.bin'))
  linkPackagedNode(modules)
  assert.equal(existsSync(link), false, 'no package, no link')
  mkdirSync(path.join(modules, name, 'bin'), { recursive: true })
  writeFileSync(path.join(modules, name, 'bin', 'node'), '')
  linkPackagedNode(modules)
  assert.equal(readlinkSync(link), `../${name}/bin/node`)
  assert.ok(existsSync(link))
  rmSync(link)
  symlinkSync('..', link)
  linkPackagedNode(modules)
  assert.equal(readlinkSync(link), '..')
})

test('a log line is put into words, and what is no log line stays as it is', () => {
  const time = new Date(2026, 2, 1, 9, 5, 7).getTime()
  const line = JSON.stringify({ level: 40, time, process: 'control', engine: 'engine-1', count: 2, msg: 'the engine is gone' })
  assert.equal(formatLogLine(line, false), '09:05:07 warn  the engine is gone  engine=engine-1  count=2')
  assert.equal(formatLogLine('{"level":30', false), '{"level":30')
  assert.equal(formatLogLine('sluice: no', true), 'sluice: no')
})

test('a full disk is told with its folder, and the nearest folder that exists is asked', () => {
  assert.doesNotThrow(() => requireSpace(['--data-dir', '/nonexistent/place'], {}))
  // /proc is a file system without a byte to spare.
  for (const [args, env] of [
    [['--data-dir', '/proc'], {}],
    [['--data-dir=/tmp', '--data-dir=/proc/none'], {}],
    [[], { SLUICE_DATA_DIR: '/proc' }],
  ]) {
    assert.throws(() => requireSpace(args, env), /data directory \/proc.* is full: 0 MiB are free/)
  }
})

/** Runs a program through runAttached in a process of its own, as npm does, and waits until the program has run once and says its id. */
async function attached(program) {
  const script = `
    const { runAttached } = await import(${JSON.stringify(fromRoot('tools/boot/run-attached.mjs'))})
    process.exitCode = await runAttached(process.execPath, ['-e', ${JSON.stringify(`${program};setImmediate(()=>console.log(process.pid))`)}])`
  const boot = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = []
  boot.stdout.setEncoding('utf8').on('data', (text) => lines.push(text))
  while (lines.length === 0) await once(boot.stdout, 'data')
  return { boot, lines, pid: Number(lines[0].split('\n')[0]), ended: once(boot, 'exit') }
}

test('the exit code of what is run is ours', async () => {
  assert.deepEqual(await (await attached('process.exitCode = 7')).ended, [7, null])
  assert.deepEqual(await (await attached("setTimeout(()=>process.kill(process.pid, 'SIGKILL'),20)")).ended, [137, null])
})

test('Ctrl-C that comes from the terminal and again from npm is one wish', async () => {
  const { boot, lines, ended } = await attached(
    "let n=0;setInterval(()=>{},1000);process.on('SIGINT',()=>{n++;setTimeout(()=>{console.log('wishes '+n);process.exit(3)},600)})",
  )
  boot.kill('SIGINT')
  boot.kill('SIGINT')
  assert.deepEqual(await ended, [3, null])
  assert.match(lines.join(''), /wishes 1\n/)
})

test('a killed boot script leaves nothing running', { skip: !existsSync('/usr/bin/setpriv') && 'setpriv is missing' }, async () => {
  const { boot, pid, ended } = await attached('setInterval(()=>{},1000)')
  boot.kill('SIGKILL')
  await ended
  const deadlineMs = performance.now() + 5000
  while (isRunning(pid)) {
    assert.ok(performance.now() < deadlineMs, `process ${pid} is still there`)
    await sleep(10)
  }
})

/** A child whose parent is gone may stay as a zombie where nobody reaps: that runs no more. */
function isRunning(pid) {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return existsSync(`/proc/${pid}/exe`)
}
