// long because: the tests of engines, their links and their ends share one set-up
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import { type Channel, type Output, type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { readSettings } from '@sluice/contract/settings'
import { planRungs } from '@sluice/judge/plan'
import { FakeClock } from '@sluice/testkit/clock'
import { databasePlace, openDatabase } from '../db/index.ts'
import { ConfigStore, makeSpecs } from '../desired/index.ts'
import { EventLog } from '../events/index.ts'
import { LiveState } from '../observed/index.ts'
import { type ControlUnderTest, startTestControl, type TestOptions } from '../testing/control-under-test.ts'
import { EventStream } from '../testing/event-stream.ts'
import { FakeHost } from '../testing/fake-engines.ts'
import { openVault } from '../vault/index.ts'
import { engineSettings } from './engine-settings.ts'
import { Reconciler } from './reconciler.ts'

async function withControl(options: TestOptions, run: (under: ControlUnderTest) => Promise<void>): Promise<void> {
  const under = await startTestControl(options)
  try {
    await run(under)
  } finally {
    await under.stop()
  }
}

async function withFolder(run: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-engines-'))
  try {
    await run(dataDir)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const make = ({ operator }: ControlUnderTest, name = 'Show'): Promise<Channel> => operator.ok('POST', paths.channels, { name })

test('an engine is greeted with welcome and its whole list before any channel', async () => {
  await withControl({}, async (under) => {
    const channel = await make(under)
    const engine = under.host.newest
    await engine.until(() => engine.specs.has(channel.id))
    assert.deepEqual(
      engine.heard.slice(0, 3).map((message) => message.type),
      ['welcome', 'directory', 'sync'],
    )
    const [welcome] = engine.heard
    assert.deepEqual(welcome, { type: 'welcome', linkVersion: 2, afterSeq: -1, allowPrivateTargets: false })
  })
})

test('a dead engine is replaced at once, its channels are carried again, and both are events', async () => {
  await withControl({}, async (under) => {
    const channel = await make(under)
    const first = under.host.newest
    await first.until(() => first.specs.has(channel.id))
    const stream = await EventStream.open(under.operator)
    const spawned = under.host.nextSpawn()
    first.end()
    await spawned
    const second = under.host.newest
    assert.notEqual(second, first)
    await second.until(() => second.specs.has(channel.id))
    const lost = await stream.until((message) => message.type === 'event' && message.event.name === 'engine.lost')
    assert.ok(lost.type === 'event' && lost.event.severity === 'error')
    await stream.until((message) => message.type === 'event' && message.event.name === 'engine.started')
    await stream.until((message) => message.type === 'channel' && message.channel.engine === null)
    await stream.until((message) => message.type === 'channel' && message.channel.engine?.id === 'engine-1')
    await stream.close()
  })
})

test('the timeline of a channel on the air says that its engine was lost and is up again; that of an idle one does not', async () => {
  await withControl({}, async (under) => {
    const [live, idle] = [await make(under), await make(under, 'Idle')]
    const first = under.host.newest
    await first.until(() => first.specs.has(live.id) && first.specs.has(idle.id))
    const stream = await EventStream.open(under.operator, { channel: live.id })
    first.report(live.id, { state: 'live', source: 'primary' })
    await stream.until((message) => message.type === 'channel' && message.channel.state === 'live')
    const spawned = under.host.nextSpawn()
    first.end()
    await spawned
    const named = (name: string) => stream.until((message) => message.type === 'event' && message.event.name === name)
    const [lost, started] = [await named('engine.lost'), await named('engine.started')]
    assert.ok(lost.type === 'event' && started.type === 'event')
    assert.deepEqual([lost.event.channelId, lost.event.severity, started.event.channelId], [live.id, 'error', live.id])
    assert.match(started.event.message, /up again after \d+\.\d s/)
    const { items } = await under.operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(idle.id))
    assert.ok(items.every(({ name }) => !name.startsWith('engine.')))
    await stream.close()
  })
})

test('a link that breaks is taken up again: no new process, no loss told, no event missed or stored twice', async () => {
  await withControl({}, async (under) => {
    const channel = await make(under)
    const engine = under.host.newest
    await engine.until(() => engine.specs.has(channel.id))
    const stream = await EventStream.open(under.operator)
    engine.event('output.live', channel.id, 'before')
    await stream.until((message) => message.type === 'event' && message.event.message === 'before')
    const heard = engine.heard.length
    engine.dropLink()
    engine.event('output.live', channel.id, 'while away')
    await engine.until(() => engine.heard.slice(heard).some((message) => message.type === 'channel'))
    engine.event('output.live', channel.id, 'after')
    await stream.until((message) => message.type === 'event' && message.event.message === 'after')
    const texts = stream.received.flatMap(({ message }) =>
      message.type === 'event' && message.event.name === 'output.live' ? [message.event.message] : [],
    )
    assert.deepEqual(texts, ['before', 'while away', 'after'])
    assert.equal(under.host.spawned, 1)
    assert.ok(!stream.received.some(({ message }) => message.type === 'event' && message.event.name === 'engine.lost'))
    await stream.close()
  })
})

test('a control that leaves and comes back takes over the engine that runs, with the events in between', async () => {
  await withFolder(async (dataDir) => {
    const host = new FakeHost()
    const first = await startTestControl({ dataDir, host })
    const channel = await make(first)
    const engine = host.newest
    await engine.until(() => engine.specs.has(channel.id))
    const { revision } = engine.specs.get(channel.id)!
    await first.control.leave()
    engine.event('source.switched', channel.id, 'nobody was there')
    const second = await startTestControl({ dataDir, host })
    assert.equal(host.spawned, 1)
    const stream = await EventStream.open(second.operator, { channel: channel.id, lastEventId: '0' })
    await stream.until((message) => message.type === 'event' && message.event.message === 'nobody was there')
    await stream.close()
    assert.equal(engine.specs.get(channel.id)!.revision, revision)
    await second.stop()
    assert.equal(host.isRunning(engine.pid), false)
  })
})

test('an idle engine with old settings is replaced when control comes, one with media once it is idle', async () => {
  await withFolder(async (dataDir) => {
    const host = new FakeHost()
    const first = await startTestControl({ dataDir, host })
    const channel = await make(first, 'on the air')
    const other = await make(first, 'off')
    await first.control.leave()
    const idle = host.newest
    const second = await startTestControl({ dataDir, host, flags: ['--log-level', 'debug'] })
    assert.equal(host.isRunning(idle.pid), false)
    const busy = host.newest
    await busy.until(() => busy.specs.size === 2)
    await second.control.leave()
    busy.live.add(channel.id)
    const third = await startTestControl({ dataDir, host })
    const stream = await EventStream.open(third.operator)
    await stream.until((message) => message.type === 'channel' && message.channel.id === other.id && message.channel.engine !== null)
    await stream.until((message) => message.type === 'channel' && message.channel.id === channel.id && message.channel.state === 'live')
    await stream.close()
    assert.equal(host.isRunning(busy.pid), true)
    busy.live.clear()
    const spawned = host.nextSpawn()
    busy.report(channel.id)
    await spawned
    assert.equal(host.isRunning(busy.pid), false)
    await third.stop()
  })
})

test('an engine that cannot start ends the start of control with its own sentence, and nothing is left running', async () => {
  const host = new FakeHost()
  host.lastWords = 'port 1935 is used by another program; set SLUICE_RTMP_PORT to a free port'
  await assert.rejects(startTestControl({ host }), /port 1935 is used by another program/)
  assert.deepEqual(
    host.engines.filter((engine) => host.isRunning(engine.pid)),
    [],
  )
})

test('an engine that dies again and again without a word ends the start of control with the place of its log', async () => {
  const host = new FakeHost()
  host.diesAtOnce = true
  await assert.rejects(startTestControl({ host }), /engine-1 ended 3 times at once without a reason; its log is .*engine-1\.log/)
})

test('a change that could not be read while the database was out of reach is read and told once it can be', async () => {
  await withFolder(async (dataDir) => {
    const db = await openDatabase(databasePlace(dataDir, null))
    const workspace = { id: 'w', name: 'W', slug: 'w', logo: null, metadata: null, created_at: '' }
    await db.insertInto('workspace').values(workspace).execute()
    const channel = {
      id: 'c',
      workspace_id: 'w',
      name: 'C',
      lock: 'auto' as const,
      revision: 1,
      engine_id: 'engine-1',
      created_at_ms: 1,
      updated_at_ms: 1,
    }
    const configs = new ConfigStore(db)
    const told: string[] = []
    const machine = { cores: 2, calibration: null, problem: null, correction: 1 }
    const noPlan = planRungs({
      channelId: 'c',
      liveSinceMs: null,
      sources: [],
      outputs: [],
      rungs: [],
      ladder: null,
      machine,
      others: [],
      isRolledBack: false,
    })
    const clock = new FakeClock()
    const live = new LiveState()
    const reconciler = new Reconciler({
      configs,
      live,
      events: new EventLog({ db, clock, log: silentLogger, onStored: () => {} }),
      specs: makeSpecs(
        openVault(null, join(dataDir, 'vault.key')),
        { testCard: '', loop: () => '', slate: () => '', overlay: () => '', recordings: '' },
        () => noPlan,
        () => null,
      ),
      clock,
      log: silentLogger,
      dataDir,
      engineIds: ['engine-1'],
      engineSettings: () => ({ env: {}, digest: '' }),
      host: new FakeHost(),
      allowPrivateTargets: false,
      onActual: () => {},
      onConfig: (channelId) => told.push(channelId),
      onStats: () => {},
      onStale: () => {},
      onCalibrated: () => {},
      onHardware: () => {},
    })
    await db
      .insertInto('channel')
      .values({ ...channel, play_id: 'p', preview_id: 'q', play_token_sealed: 's', play_token_hash: 'h' })
      .execute()
    await db.schema.alterTable('input').renameTo('away').execute()
    await reconciler.channelChanged('c')
    assert.equal(told.length, 0)
    await db.schema.alterTable('away').renameTo('input').execute()
    clock.advance(1000)
    await reconciler.channelChanged('other')
    assert.ok(told.includes('c'))
    await db.destroy()
  })
})

test('a start that fails leaves an engine on the air alone', async () => {
  await withFolder(async (dataDir) => {
    const host = new FakeHost()
    const first = await startTestControl({ dataDir, host })
    await first.control.leave()
    const engine = host.newest
    engine.live.add('some channel')
    const { port } = new URL((await startBlocker()).url)
    await assert.rejects(
      startTestControl({ dataDir, host, flags: ['--http-port', port] }),
      /port [0-9]+ is used by another program; set SLUICE_HTTP_PORT/,
    )
    assert.equal(host.isRunning(engine.pid), true)
    await blocker?.stop()
    engine.end()
  })
})

let blocker: ControlUnderTest | null = null
async function startBlocker(): Promise<{ url: string }> {
  blocker = await startTestControl()
  return blocker.control
}

test('an engine of another link version that carries media is left alone, and the operator is told', async () => {
  await withFolder(async (dataDir) => {
    const host = new FakeHost()
    const settings = { ...readSettings([], {}), dataDir }
    const engine = host.adopt(engineSettings(settings, {}, 'engine-1').env)
    engine.linkVersion = 99
    engine.live.add('some channel')
    await assert.rejects(startTestControl({ dataDir, host }), /is another version of Sluice \(link 99, not 2\)/)
    assert.equal(host.isRunning(engine.pid), true)
    engine.end()
  })
})

test('channels are spread over several engines, each knows the whole directory, and a death touches its own channels alone', async () => {
  await withControl({ flags: ['--engines', '2'] }, async (under) => {
    const channels = [await make(under, 'a'), await make(under, 'b'), await make(under, 'c')]
    const [one, two] = under.host.engines.toSorted((a, b) => a.engineId.localeCompare(b.engineId))
    await one!.until(() => one!.specs.size === 2)
    await two!.until(() => two!.specs.size === 1)
    const directory = two!.heard.findLast((message) => message.type === 'directory')
    assert.ok(directory?.type === 'directory')
    assert.deepEqual(directory.directory.engines.map((engine) => engine.engineId).sort(), ['engine-1', 'engine-2'])
    assert.deepEqual(directory.directory.channels.map((entry) => entry.channelId).sort(), channels.map((channel) => channel.id).sort())
    const heard = two!.heard.length
    const spawned = under.host.nextSpawn()
    one!.end()
    await spawned
    const again = under.host.newest
    await again.until(() => again.specs.size === 2)
    assert.deepEqual(
      two!.heard.slice(heard).filter(({ type }) => type !== 'directory' && type !== 'mark'),
      [],
    )
  })
})

test('an output change on one channel tells its engine of that channel alone', async () => {
  await withControl({}, async (under) => {
    const [a, b] = [await make(under, 'a'), await make(under, 'b')]
    const engine = under.host.newest
    await engine.until(() => engine.specs.size === 2)
    const heard = engine.heard.length
    const body = { name: 'Out', url: 'rtmp://live.example/app', streamKey: 'key-1234567890' }
    const output = await under.operator.ok<Output>('POST', paths.channelOutputs(a.id), body)
    await under.operator.ok('POST', paths.outputStop(output.id))
    await engine.until(() => engine.specs.get(a.id)?.outputs[0]?.desired === 'stopped')
    const told = engine.heard
      .slice(heard)
      .filter(({ type }) => type !== 'mark')
      .map((message) => (message.type === 'channel' ? message.spec.channelId : message.type))
    assert.deepEqual(new Set(told), new Set([a.id]))
    assert.ok(b)
  })
})

test('an engine is given no secret by environment', () => {
  const secrets = { SLUICE_ADMIN_TOKEN: 'x'.repeat(30), SLUICE_SECRET_KEY: 'y'.repeat(44), SLUICE_DATABASE_URL: 'postgres://u:p@h/d' }
  const settings = readSettings([], secrets)
  const { env } = engineSettings(settings, { ...secrets, PATH: '/bin' }, 'engine-1')
  assert.deepEqual([env['SLUICE_ADMIN_TOKEN'], env['SLUICE_SECRET_KEY'], env['SLUICE_DATABASE_URL']], [undefined, undefined, undefined])
  assert.deepEqual([env['PATH'], env['SLUICE_RTMP_PORT'], env['SLUICE_ENGINE_ID']], ['/bin', '1935', 'engine-1'])
})
