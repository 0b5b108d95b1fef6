import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, type Output, type Page, paths, type Rollback } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { eventually } from '@sluice/testkit/wait'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let channel: Channel
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
})
after(() => under.stop())

const add = (name: string, priority: number): Promise<Output> =>
  operator.ok('POST', paths.channelOutputs(channel.id), { name, url: 'rtmp://live.example/app', streamKey: 'key-12345', priority })
const specs = () => under.host.newest.specs.get(channel.id)?.outputs ?? []
const runningNow = (): string[] =>
  specs()
    .filter((spec) => spec.desired === 'running')
    .map((spec) => spec.name)

test('one call leaves the most important outputs, the engine hears of it at once, and one call gives all back [OPS-01] [OPS-03]', async () => {
  for (const [name, priority] of [
    ['Low', 1],
    ['Top', 900],
    ['Middle', 100],
    ['Lowest', 0],
  ] as const)
    await add(name, priority)
  await under.host.newest.until(() => specs().length === 4)
  const startMs = performance.now()
  const rolled = await operator.ok<Rollback>('POST', paths.channelRollback(channel.id), { keep: 2 })
  await under.host.newest.until(() => runningNow().length === 2)
  assert.ok(performance.now() - startMs < 10_000)
  assert.deepEqual(runningNow().toSorted(), ['Middle', 'Top'])
  assert.deepEqual([rolled.isActive, rolled.kept.length, rolled.stopped.length], [true, 2, 2])
  assert.match(rolled.profile, /No encoder has sent yet/)
  assert.equal((await operator.refused('POST', paths.channelRollback(channel.id), { keep: 1 })).code, 'ROLLBACK_ACTIVE')
  const { items } = await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)
  assert.equal(items[0]?.summary, 'Rolled Show back. Kept: Top, Middle. Stopped: Low, Lowest.')

  const back = await operator.ok<Rollback>('DELETE', paths.channelRollback(channel.id))
  assert.deepEqual([back.isActive, back.kept.length], [false, 4])
  await under.host.newest.until(() => runningNow().length === 4)
  assert.equal((await operator.refused('DELETE', paths.channelRollback(channel.id))).code, 'ROLLBACK_INACTIVE')
  const names = async (): Promise<string[]> =>
    (await operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(channel.id))).items.map((event) => event.name)
  const told = await eventually(names, (list) => list.includes('rollback.ended'))
  assert.ok(told.includes('rollback.started'))
  assert.equal(told.filter((name) => name === 'output.updated').length, 2)
})

test('a reader may see a rollback and not start one; another workspace sees none', async () => {
  const reader = await readOnly(operator)
  assert.equal((await reader.ok<Rollback>('GET', paths.channelRollback(channel.id))).isActive, false)
  assert.equal((await reader.refused('POST', paths.channelRollback(channel.id), {})).code, 'SCOPE_MISSING')
  assert.equal((await reader.refused('DELETE', paths.channelRollback(channel.id))).code, 'SCOPE_MISSING')
  const stranger = (await under.newWorkspace()).operator
  assert.equal((await stranger.refused('POST', paths.channelRollback(channel.id), {})).code, 'NOT_FOUND')
})
