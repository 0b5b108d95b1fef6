import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { type Channel, type ChannelStats, type Output, type Page, paths, type Triage } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { FakeClock } from '@sluice/testkit/clock'
import { type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { FakeHost } from '../testing/fake-engines.ts'

/** Control with one live channel and output on an engine that hangs; time is moved by hand. */
async function withHungEngine(run: (scene: HungScene) => Promise<void>): Promise<void> {
  const clock = new FakeClock(1_000_000)
  const under = await startTestControl({ clock })
  try {
    const channel = await under.operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
    const body = { name: 'Out', url: 'rtmp://live.example/app', streamKey: 'key-1234567890' }
    const { id: outputId } = await under.operator.ok<Output>('POST', paths.channelOutputs(channel.id), body)
    const engine = under.host.newest
    engine.live.add(channel.id)
    engine.report(channel.id, {}, 'live')
    const output = (): Promise<Output> => under.operator.ok('GET', paths.output(outputId))
    while ((await output()).actual?.state !== 'live') await setImmediate()
    engine.isHung = true
    const advance = async (ms: number): Promise<void> => {
      for (let left = ms; left > 0; left -= 500) {
        clock.advance(500)
        await setImmediate()
      }
    }
    const channelNow = (): Promise<Channel> => under.operator.ok('GET', paths.channel(channel.id))
    await run({ under, channelId: channel.id, engine, advance, channelNow, output })
  } finally {
    // The end of control waits for its clock.
    const pump = setInterval(() => clock.advance(100), 5)
    await under.stop()
    clearInterval(pump)
  }
}
type HungScene = {
  under: ControlUnderTest
  channelId: string
  engine: ControlUnderTest['host']['newest']
  advance(ms: number): Promise<void>
  channelNow(): Promise<Channel>
  output(): Promise<Output>
}

test('an engine that reports nothing for 3 s is in doubt: not ready, nothing of it is shown as live, and its next figures end that', async () => {
  await withHungEngine(async ({ under, channelId, engine, advance, channelNow, output }) => {
    await advance(2500)
    assert.equal((await under.anyone.get('/readyz')).status, 200)
    assert.deepEqual([(await channelNow()).engine?.state, (await channelNow()).outputs.live], ['up', 1])
    await advance(1000)
    const ready = await under.anyone.get('/readyz')
    assert.equal(ready.status, 503)
    assert.match(JSON.stringify(ready.body), /no report from engine-1: the state of its channels is unknown/)
    const silent = await channelNow()
    assert.equal(silent.engine?.state, 'silent')
    assert.deepEqual([silent.outputs.live, silent.outputs.troubled], [0, 1])
    const since = silent.engine?.silentSince
    assert.ok(since)
    assert.equal((await output()).staleSince, since)
    assert.equal((await under.operator.ok<ChannelStats>('GET', paths.channelStats(channelId))).staleSince, since)
    const triage = await under.operator.ok<Triage>('GET', paths.channelTriage(channelId))
    assert.ok(triage.steps.every(({ verdict }) => verdict === 'trouble'))
    const metrics = String((await under.operator.get('/metrics')).body)
    assert.match(metrics, /sluice_engine_up\{engine="engine-1"\} 0/)
    assert.match(metrics, new RegExp(`sluice_channel_live\\{channel="${channelId}"\\} 0`))
    assert.doesNotMatch(metrics, /state="live"\} 1/)
    engine.isHung = false
    while ((await channelNow()).engine?.state !== 'up') await setImmediate()
    assert.deepEqual([(await channelNow()).outputs.live, (await output()).staleSince], [1, null])
    assert.equal((await under.anyone.get('/readyz')).status, 200)
    const names = async (): Promise<string[]> =>
      (await under.operator.ok<Page<StoredEvent>>('GET', `${paths.eventLog}?channel=none`)).items.map(({ name }) => name)
    while (!(await names()).includes('engine.recovered')) await advance(500)
    assert.ok((await names()).includes('engine.silent'))
    assert.equal(under.host.spawned, 1)
  })
})

for (const [how, look] of [
  ['was stopped', { state: 'T', cpuMs: () => 100 }],
  ['spins', { state: 'R', cpuMs: (nowMs: number) => nowMs }],
] as const) {
  test(`an engine that ${how} is killed and started anew, and one that gets no CPU is left alone`, async () => {
    await withHungEngine(async ({ under, channelId, engine, advance }) => {
      const starved = { state: 'R', cpuMs: 100, startTicks: 1 }
      under.host.looks.set(engine.pid, starved)
      await advance(60_000)
      assert.ok(under.host.isRunning(engine.pid))
      const spawned = under.host.nextSpawn()
      for (let ms = 0; ms < 15_000 && under.host.isRunning(engine.pid); ms += 500) {
        under.host.looks.set(engine.pid, { state: look.state, cpuMs: 100 + look.cpuMs(ms), startTicks: 1 })
        await advance(500)
      }
      assert.equal(under.host.isRunning(engine.pid), false)
      const pump = setInterval(() => void advance(500), 5)
      await spawned
      const next = under.host.newest
      await next.until(() => next.specs.has(channelId))
      clearInterval(pump)
    })
  })
}

test('an engine that a new control finds hung is killed by the note of its process, one that is no engine of ours is not touched', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-hung-'))
  const host = new FakeHost()
  const first = await startTestControl({ dataDir, host })
  await first.control.leave()
  const engine = host.newest
  writeFileSync(join(dataDir, 'run', 'engine-1.pid'), JSON.stringify({ pid: engine.pid, startTicks: 7 }))
  engine.isHung = true
  engine.isMute = true
  host.looks.set(engine.pid, { state: 'T', cpuMs: 1, startTicks: 7 })
  const clock = new FakeClock(1_000_000)
  const pump = setInterval(() => clock.advance(500), 5)
  const second = await startTestControl({ dataDir, host, clock })
  assert.deepEqual([host.isRunning(engine.pid), host.spawned], [false, 2])
  await second.stop()
  clearInterval(pump)
  rmSync(dataDir, { recursive: true, force: true })
})
