// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'

const main = path.join(import.meta.dirname, 'main.ts')

test('npm run demo -- --seconds 20 ends with 0: two destinations live, the third failed as it must, nothing left behind', async () => {
  const temporary = mkdtempSync(path.join(tmpdir(), 'sluice-demo-test-'))
  try {
    const demo = spawn(process.execPath, [main, '--seconds', '20'], {
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [demo.stdout, demo.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
    const [code] = (await once(demo, 'close')) as [number | null]
    assert.equal(code, 0, said)
    assert.match(said, /Console {6}http:\/\/127\.0\.0\.1:\d+/)
    assert.match(said, /Revoked key +failed .*revoked/)
    assert.match(said, /All went as it should/)
    assert.deepEqual(readdirSync(temporary), [])
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
})
