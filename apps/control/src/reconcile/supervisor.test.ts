import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import { FakeClock } from '@sluice/testkit/clock'
import { FakeHost } from '../testing/fake-engines.ts'
import { EngineSupervisor } from './supervisor.ts'

test('something that listens in place of an engine and says nothing for 10 s ends the start, and no second one is started beside it', async () => {
  const runDir = mkdtempSync(join(tmpdir(), 'sluice-silent-'))
  const clock = new FakeClock()
  const host = new FakeHost()
  const listener = createServer().listen(join(runDir, 'engine-1.sock'))
  await once(listener, 'listening')
  const supervisor = new EngineSupervisor({
    engineId: 'engine-1',
    runDir,
    logFile: join(runDir, 'log'),
    settings: { env: {}, digest: '' },
    host,
    clock,
    log: silentLogger,
    onLinked: () => {},
    onMessage: () => {},
    onLost: () => {},
    onSilent: () => {},
    onRecovered: () => {},
  })
  const started = supervisor.start()
  const [socket] = await once(listener, 'connection')
  clock.advance(10_000)
  await assert.rejects(started, /engine-1 listens but did not say hello within 10 s; end its process/)
  supervisor.leave()
  assert.equal(host.spawned, 0)
  socket.destroy()
  listener.close()
  rmSync(runDir, { recursive: true, force: true })
})
