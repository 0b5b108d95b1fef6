// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fromRoot } from './places.mjs'

// `sluice up` is `npm start` from where everything is set up.

const flagNames = ['http-port', 'media-http-port', 'rtmp-port', 'rtmps-port', 'srt-port']

async function hold(port = 0) {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Flags with ports that were free a moment ago. */
async function freeFlags() {
  const servers = await Promise.all(flagNames.map(() => hold()))
  const flags = servers.flatMap((server, i) => [`--${flagNames[i]}`, String(server.address().port)])
  for (const server of servers) server.close()
  return [...flags, '--host', '127.0.0.1']
}

function up(flags) {
  const child = spawn(fromRoot('apps/cli/bin/sluice.mjs'), ['up', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  const run = { child, said: '', ended: once(child, 'close') }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      run.said += text
    })
  }
  return run
}

async function untilReady(run) {
  while (!run.said.includes('Stop ')) {
    assert.equal(run.child.exitCode, null, run.said)
    await Promise.race([once(run.child.stdout, 'data'), run.ended])
  }
}

function withFolder(work) {
  return async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sluice-up-'))
    try {
      await work(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

test(
  'it says where the console is and what to type into the encoder, and ends with everything that it started',
  withFolder(async (folder) => {
    const flags = await freeFlags()
    const run = up([...flags, '--data-dir', folder])
    await untilReady(run)
    assert.match(run.said, new RegExp(`Console +http://127\\.0\\.0\\.1:${flags[1]}\n`))
    const link = `http://127\\.0\\.0\\.1:${flags[1]}/setup#code=[0-9A-Z-]{23}`
    assert.match(run.said, new RegExp(`Set up +${link}\n`), 'the terminal has the link for the first account')
    assert.match(run.said, new RegExp(`"link":"${link}"`), 'and so has the log')
    assert.match(run.said, new RegExp(`server rtmp://[^/]+:${flags[5]}/live`))
    const pids = run.said.match(/"pid":(\d+)/g).map((text) => Number(text.slice(6)))
    run.child.kill('SIGINT')
    assert.deepEqual(await run.ended, [0, null])
    for (const pid of pids) assert.equal(existsSync(`/proc/${pid}/exe`), false, `engine ${pid} is still there`)
  }),
)

test(
  'a taken port is one sentence with the setting to change, and exit code 1',
  withFolder(async (folder) => {
    for (const at of [0, 2]) {
      const flags = await freeFlags()
      const other = await hold(Number(flags[2 * at + 1]))
      const run = up([...flags, '--data-dir', path.join(folder, String(at))])
      const [code] = await run.ended
      other.close()
      assert.equal(code, 1, run.said)
      assert.match(run.said, new RegExp(`port ${flags[2 * at + 1]} .*SLUICE_${flagNames[at].toUpperCase().replaceAll('-', '_')}`, 's'))
    }
  }),
)

test(
  'a data directory that is in use, or is no folder, is told as such',
  withFolder(async (folder) => {
    const first = up([...(await freeFlags()), '--data-dir', folder])
    await untilReady(first)
    const second = up([...(await freeFlags()), '--data-dir', folder])
    assert.deepEqual(await second.ended, [1, null])
    assert.match(second.said, /another Sluice is using the data directory/)
    first.child.kill('SIGTERM')
    await first.ended
    const third = up([...(await freeFlags()), '--data-dir', path.join(folder, 'vault.key')])
    assert.deepEqual(await third.ended, [1, null])
    assert.match(third.said, /data directory .* cannot be written/)
  }),
)

test('a wrong flag ends at once with the flag’s name', async () => {
  const run = up(['--no-such-flag'])
  assert.deepEqual(await run.ended, [1, null])
  assert.match(run.said, /unknown flag --no-such-flag/)
})

test('npm start sets up, then runs with its flags and ends with its exit code', async () => {
  // As an operator has it: the tests keep compiled code elsewhere.
  const { NODE_COMPILE_CACHE: _, ...env } = process.env
  const child = spawn('npm', ['start', '--', '--no-such-flag'], { cwd: fromRoot(), env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  }
  assert.deepEqual(await once(child, 'close'), [1, null])
  assert.match(said, /unknown flag --no-such-flag/)
})
