import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { makeIo } from '../testing/make-io.ts'
import { runCli } from './index.ts'
import { readStreamKey } from './secret.ts'

test('help and version end well, a wrong command line with 2', async () => {
  for (const args of [['--help'], ['--version'], ['output', 'add', '--help']]) assert.equal(await runCli(args, makeIo()), 0, args.join(' '))
  for (const args of [
    [],
    ['nonsense'],
    ['channel'],
    ['channel', 'create'],
    ['channel', 'list', '--nope'],
    ['--server', 'ftp://x', 'channel', 'list'],
  ]) {
    const io = makeIo()
    assert.equal(await runCli(args, io), 2, args.join(' '))
    assert.notEqual(io.errors.join(''), '', args.join(' '))
  }
})

test('help names every command and no test of it', async () => {
  const io = makeIo()
  await runCli(['--help'], io)
  for (const word of ['up', 'login', 'channel', 'input', 'output', 'key', 'tail', 'catalogue', 'sink', 'SLUICE_URL', 'Exit codes']) {
    assert.ok(io.out.join('').includes(word), word)
  }
})

test('what goes wrong is one sentence and the next step, with 1', async () => {
  const io = makeIo({ env: { SLUICE_URL: 'http://127.0.0.1:1' } })
  assert.equal(await runCli(['channel', 'list'], io), 1)
  assert.match(io.errors.join(''), /^sluice: no Sluice answers at http:\/\/127\.0\.0\.1:1: .*\n {8}Start it with `npm start`/)
})

test('a key on its way over plain http to another machine is warned of', async () => {
  const io = makeIo({ env: { SLUICE_URL: 'http://sluice.invalid', SLUICE_TOKEN: 'slk_x' } })
  await runCli(['channel', 'list'], io)
  assert.match(io.errors[0] ?? '', /http:\/\/sluice\.invalid is not https: others on the way can read the API key/)
})

test('a stream key comes by flag, file, stdin, environment or question, byte for byte', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'sluice-key-'))
  try {
    const file = path.join(dir, 'key')
    writeFileSync(file, 'abc?backup=1&x=%20 \n')
    assert.equal(await readStreamKey(makeIo(), { key: 'k' }), 'k')
    assert.equal(await readStreamKey(makeIo(), { keyFile: file }), 'abc?backup=1&x=%20 ')
    assert.equal(await readStreamKey(makeIo({ stdin: 'from-stdin\r\n' }), { keyFile: '-' }), 'from-stdin')
    assert.equal(await readStreamKey(makeIo({ env: { SLUICE_OUTPUT_KEY: 'from-env' } }), {}), 'from-env')
    const io = makeIo({ answers: ['typed'] })
    assert.equal(await readStreamKey(io, {}), 'typed')
    assert.match(io.questions[0] ?? '', /not shown/)
    assert.equal(await readStreamKey(makeIo(), {}), null)
    await assert.rejects(readStreamKey(makeIo(), { keyFile: path.join(dir, 'none') }), { exitCode: 2 })
    await assert.rejects(readStreamKey(makeIo(), { key: 'k', keyFile: file }), { exitCode: 2 })
  } finally {
    rmSync(dir, { recursive: true })
  }
})
