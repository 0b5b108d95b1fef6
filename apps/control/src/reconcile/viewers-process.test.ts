import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import type { NewEvent } from '@sluice/contract/link'
import { viewersProcessId } from '@sluice/contract/wire'
import { until } from '@sluice/testkit/wait'
import { FakeHost } from '../testing/fake-engines.ts'
import { ViewersProcess } from './viewers-process.ts'

function makeStage(t: TestContext, options: { isIdle?: () => boolean; hasOlderEngines?: () => boolean } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-viewers-'))
  t.after(() => rmSync(dataDir, { recursive: true, force: true }))
  const host = new FakeHost()
  const events: NewEvent[] = []
  const envOf = (digest: string): Record<string, string> => ({
    SLUICE_ENGINE_ID: viewersProcessId,
    SLUICE_RUN_DIR: join(dataDir, 'run'),
    SLUICE_SETTINGS_DIGEST: digest,
  })
  const make = (digest = 'new'): ViewersProcess =>
    new ViewersProcess({
      ...{ dataDir, host, clock: systemClock, log: silentLogger, note: (event: NewEvent) => events.push(event) },
      settings: { env: envOf(digest), digest },
      isIdle: options.isIdle ?? (() => true),
      hasOlderEngines: options.hasOlderEngines ?? (() => false),
    })
  t.after(() => {
    for (const process of host.engines) process.end()
  })
  return { host, events, make, envOf }
}

test('the process is started, its port is known, and its death is an event and the start of another', async (t) => {
  const { host, events, make } = makeStage(t)
  const viewers = make()
  assert.deepEqual([viewers.port, viewers.problem], [null, 'not linked: nobody can watch until it is back'])
  await viewers.start()
  assert.deepEqual([viewers.port, viewers.problem, events], [8081, null, []])
  await until(() => viewers.figures !== null)
  const spawned = host.nextSpawn()
  host.newest.end()
  await spawned
  await until(() => events.length === 2)
  assert.deepEqual(
    events.map(({ name, severity }) => [name, severity]),
    [
      ['viewers.lost', 'error'],
      ['viewers.started', 'info'],
    ],
  )
  assert.match(events[0]!.message, /outputs are not affected/)
  assert.deepEqual([viewers.port, viewers.problem, host.spawned], [8081, null, 2])
  viewers.leave()
})

test('a control that comes finds the process that is there, and replaces one with other settings once nothing is on the air', async (t) => {
  let isIdle = false
  const { host, events, make, envOf } = makeStage(t, { isIdle: () => isIdle })
  const old = host.adopt(envOf('old'))
  old.live.add('show')
  const viewers = make('new')
  await viewers.start()
  await new Promise((resolve) => setTimeout(resolve, 1100)) // the figures of one second
  assert.equal(host.spawned, 0, 'it is left alone while a show is on')
  isIdle = true
  await until(() => host.spawned === 1 && viewers.problem === null)
  assert.deepEqual(events, [], 'on purpose: nobody has to be told')
  viewers.leave()
})

test('a port that is taken ends the start with its own words, but not where an older engine still has it', async (t) => {
  const words = 'ENGINE_PORT_TAKEN: port 8081 is used by another program; set SLUICE_MEDIA_HTTP_PORT to a free port'
  const { host, make } = makeStage(t)
  host.lastWords = words
  const viewers = make()
  await assert.rejects(viewers.start(), /port 8081 is used by another program/)
  await viewers.stop()
  const upgraded = makeStage(t, { hasOlderEngines: () => true })
  upgraded.host.lastWords = words
  const waiting = upgraded.make()
  await waiting.start()
  upgraded.host.lastWords = null
  await until(() => waiting.problem === null)
  waiting.leave()
})
