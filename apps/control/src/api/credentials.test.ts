import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, type Destination, type Output, type Page, type PreflightOutput, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { OutputActual } from '@sluice/contract/link'
import { FakeClock } from '@sluice/testkit/clock'
import { makeOutputActual } from '@sluice/testkit/rows'
import { eventually } from '@sluice/testkit/wait'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'
import { FakeHost } from '../testing/fake-engines.ts'

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs
const clock = new FakeClock()
const dataDir = mkdtempSync(join(tmpdir(), 'sluice-credentials-'))
let under: ControlUnderTest
let operator: Caller
let channel: Channel
before(async () => {
  under = await startTestControl({ clock, dataDir })
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
})
after(async () => {
  await withTime(under.stop())
  rmSync(dataDir, { recursive: true, force: true })
})

const keep = (body: object = {}): Promise<Destination> =>
  operator.ok('POST', paths.destinations, { name: 'Kept', url: 'rtmp://live.example/app', streamKey: 'first-key-aaaa', ...body })
const use = (destination: Destination, on: Channel = channel, body: object = {}): Promise<Output> =>
  operator.ok('POST', paths.channelOutputs(on.id), { name: 'On it', destinationId: destination.id, ...body })
const get = (id: string): Promise<Destination> => operator.ok('GET', paths.destination(id))
const specOf = (output: Output) => under.host.newest.specs.get(output.channelId)?.outputs.find((one) => one.outputId === output.id)
const told = (test: () => boolean): Promise<void> => under.host.newest.until(test)
const isoIn = (ms: number): string => new Date(clock.wallMs() + ms).toISOString()
const timeline = async (on: Channel = channel): Promise<StoredEvent[]> =>
  (await operator.ok<Page<StoredEvent>>('GET', `${paths.channelTimeline(on.id)}?limit=100`)).items

/** Moves time on in small steps until `read` is as it should be. */
const soon = <T>(read: () => Promise<T>, isGood: (value: T) => boolean): Promise<T> =>
  eventually(read, isGood, String(isGood), () => clock.advance(100))

/** Moves time on until `work` is done: what ends waits by the clock. */
async function withTime(work: Promise<void>): Promise<void> {
  let isDone = false
  void work.then(() => {
    isDone = true
  })
  await soon(
    async () => isDone,
    (done) => done,
  )
}

/** The engine says where an output is. */
function report(output: Output, patch: Partial<OutputActual>): void {
  const since = new Date(clock.wallMs()).toISOString()
  const actual = makeOutputActual({ outputId: output.id, since, generation: 1, attempts: 1, liveSince: since, ...patch })
  under.host.newest.report(output.channelId, { state: 'live', source: 'primary', outputs: [actual] })
}
const failedHandover = {
  state: 'failed',
  since: new Date(0).toISOString(),
  attempts: 3,
  nextRetryAt: null,
  reason: { kind: 'auth', code: 'RTMP_PUBLISH', message: 'the far end refused the key', hint: 'Copy the key again.' },
} as const

test('a rotating destination takes a new key at once, and says how it goes at every output [OUT-12] [OUT-13]', async () => {
  const on = await operator.ok<Channel>('POST', paths.channels, { name: 'Rotates' })
  const kept = await keep({ credential: 'rotating' })
  assert.equal(kept.lastRotation, null)
  const output = await use(kept, on)
  await told(() => specOf(output)?.placeNo === 1)
  report(output, { placeNo: 1 })
  await soon(
    () => operator.ok<Output>('GET', paths.output(output.id)),
    ({ actual }) => actual?.placeNo === 1,
  )
  const rotated = await operator.ok<Destination>('POST', paths.destinationRotate(kept.id), { streamKey: 'second-key-bbbb' })
  assert.equal(rotated.keyHint, 'bbbb')
  assert.equal(rotated.lastRotation?.state, 'pending')
  await told(() => specOf(output)?.streamKey === 'second-key-bbbb')
  assert.equal(specOf(output)?.placeNo, 2)
  report(output, { placeNo: 1, handover: failedHandover })
  const failed = await soon(
    () => get(kept.id),
    ({ lastRotation }) => lastRotation?.state === 'failed',
  )
  assert.deepEqual(failed.lastRotation?.outputs, [
    { outputId: output.id, name: 'On it', state: 'failed', reason: 'the far end refused the key' },
  ])
  report(output, { placeNo: 2 })
  await soon(
    () => get(kept.id),
    ({ lastRotation }) => lastRotation?.state === 'applied',
  )
  const events = await soon(
    () => timeline(on),
    (all) => all.filter(({ name }) => name === 'destination.rotated').length >= 2 && all.some(({ data }) => data['state'] === 'applied'),
  )
  assert.doesNotMatch(JSON.stringify(events), /second-key/)
  // What is known stays known when nothing runs any more.
  report(output, { state: 'idle', placeNo: null, liveSince: null })
  await soon(
    () => operator.ok<Output>('GET', paths.output(output.id)),
    ({ actual }) => actual?.state === 'idle',
  )
  assert.equal((await get(kept.id)).lastRotation?.state, 'applied')
})

test('a key that is kept for later is put in place at its time, and a cancelled one is not [OUT-12]', async () => {
  const kept = await keep({ credential: 'rotating' })
  const output = await use(kept)
  const planned = await operator.ok<Destination>('POST', paths.destinationRotate(kept.id), {
    streamKey: 'later-key-cccc',
    at: isoIn(hourMs),
  })
  assert.deepEqual([planned.keyHint, planned.nextRotation?.keyHint], ['aaaa', 'cccc'])
  assert.doesNotMatch(JSON.stringify(planned), /later-key/)
  await told(() => specOf(output) !== undefined)
  assert.equal(specOf(output)?.streamKey, 'first-key-aaaa')
  const cancelled = await operator.ok<Destination>('DELETE', paths.destinationRotate(kept.id))
  assert.equal(cancelled.nextRotation, null)
  await operator.ok('POST', paths.destinationRotate(kept.id), { streamKey: 'later-key-dddd', at: isoIn(hourMs) })
  clock.advance(hourMs - 10_000)
  assert.equal((await get(kept.id)).keyHint, 'aaaa')
  clock.advance(11_000)
  const done = await soon(
    () => get(kept.id),
    ({ keyHint }) => keyHint === 'dddd',
  )
  assert.equal(done.nextRotation, null)
  assert.equal(done.lastRotation?.by, 'Sluice')
  await told(() => specOf(output)?.streamKey === 'later-key-dddd')
  const { items } = await operator.ok<Page<AuditEntry>>('GET', paths.destinationAudit(kept.id))
  assert.deepEqual(items.map(({ action }) => action).toSorted(), [
    'destination.create',
    'destination.rotate',
    'destination.rotate.cancel',
    'destination.rotate.plan',
    'destination.rotate.plan',
    'destination.use',
  ])
  const applied = items.find(({ action }) => action === 'destination.rotate')
  assert.match(applied!.summary, /planned for 20.*Z\.$/)
  assert.equal(applied!.actor, 'Sluice')
})

test('rotation is for the rotating kind; a static one says how to become it, and forgets plans when it is static again', async () => {
  const kept = await keep()
  const refused = await operator.refused('POST', paths.destinationRotate(kept.id), { streamKey: 'x-key-1' })
  assert.deepEqual([refused.code, /credential.*rotating/.test(refused.detail)], ['CREDENTIAL_KIND', true])
  assert.equal((await operator.refused('PATCH', paths.destination(kept.id), { rotateEveryDays: 30 })).code, 'CREDENTIAL_KIND')
  await operator.ok('PATCH', paths.destination(kept.id), { credential: 'rotating', rotateEveryDays: 30 })
  const bad = await operator.refused('POST', paths.destinationRotate(kept.id), { streamKey: 'with space', at: isoIn(hourMs) })
  assert.equal(bad.code, 'DESTINATION_KEY')
  assert.doesNotMatch(JSON.stringify(bad), /with space/)
  await operator.ok('POST', paths.destinationRotate(kept.id), { streamKey: 'later-key-1', at: isoIn(hourMs) })
  const still = await operator.ok<Destination>('PATCH', paths.destination(kept.id), { credential: 'static' })
  assert.deepEqual([still.nextRotation, still.rotateEveryDays, still.rotationDueAt], [null, null, null])
  assert.equal(
    (await operator.refused('POST', paths.destinations, { name: 'x', url: 'rtmp://a.example/b', credential: 'guest' })).code,
    'REQUEST_INVALID',
  )
})

test('a destination may be for some channels alone: others are refused, and losing one in use needs the flag [OUT-14]', async () => {
  const other = await operator.ok<Channel>('POST', paths.channels, { name: 'Other' })
  const kept = await keep({ channelIds: [channel.id] })
  assert.deepEqual(kept.channelIds, [channel.id])
  const output = await use(kept)
  const refused = await operator.refused('POST', paths.channelOutputs(other.id), { name: 'x', destinationId: kept.id })
  assert.equal(refused.code, 'DESTINATION_NOT_GRANTED')
  const inUse = await operator.refused('PATCH', paths.destination(kept.id), { channelIds: [other.id] })
  assert.deepEqual([inUse.code, /On it/.test(inUse.detail)], ['GRANT_IN_USE', true])
  await told(() => specOf(output)?.desired === 'running')
  await operator.ok('PATCH', paths.destination(kept.id), { channelIds: [other.id], stopUngranted: true })
  await told(() => specOf(output)?.desired === 'stopped')
  for (const path of [paths.outputStart(output.id), paths.outputRearm(output.id)]) {
    assert.equal((await operator.refused('POST', path)).code, 'DESTINATION_NOT_GRANTED')
  }
  assert.equal((await operator.refused('PATCH', paths.output(output.id), { enabled: true })).code, 'DESTINATION_NOT_GRANTED')
  assert.equal((await operator.refused('PATCH', paths.output(output.id), { streamKey: 'other-1' })).code, 'DESTINATION_NOT_GRANTED')
  await use(kept, other)
  const open = await operator.ok<Destination>('PATCH', paths.destination(kept.id), { channelIds: null })
  assert.equal(open.channelIds, null)
  await operator.ok('POST', paths.outputStart(output.id))
  const { operator: stranger } = await under.newWorkspace()
  const theirs = await stranger.ok<Channel>('POST', paths.channels, { name: 'Theirs' })
  const free = await keep()
  assert.equal((await operator.refused('PATCH', paths.destination(free.id), { channelIds: [theirs.id] })).code, 'NOT_FOUND')
})

test('a rollback that is taken back starts no output whose channel lost the destination meanwhile', async () => {
  const on = await operator.ok<Channel>('POST', paths.channels, { name: 'Rolled' })
  const kept = await keep({ channelIds: [on.id] })
  const output = await use(kept, on)
  const own = await operator.ok<Output>('POST', paths.channelOutputs(on.id), {
    name: 'Own',
    url: 'rtmp://b.example/app',
    streamKey: 'key-1',
  })
  await operator
    .ok('POST', paths.channelRollback(on.id), { keep: 0 })
    .catch(() => operator.ok('POST', paths.channelRollback(on.id), { keep: 1 }))
  await operator.ok('PATCH', paths.destination(kept.id), { channelIds: [], stopUngranted: true })
  await operator.ok('DELETE', paths.channelRollback(on.id))
  assert.equal((await operator.ok<Output>('GET', paths.output(output.id))).desired, 'stopped')
  assert.equal((await operator.ok<Output>('GET', paths.output(own.id))).desired, 'running')
})

test('a destination says when an output on it was last live [OUT-14]', async () => {
  const on = await operator.ok<Channel>('POST', paths.channels, { name: 'Used' })
  const kept = await keep()
  const output = await use(kept, on)
  assert.equal(kept.lastUsedAt, null)
  await told(() => specOf(output) !== undefined)
  report(output, { placeNo: 1 })
  const used = await soon(
    () => get(kept.id),
    ({ lastUsedAt }) => lastUsedAt !== null,
  )
  clock.advance(60_000)
  assert.equal((await get(kept.id)).lastUsedAt, used.lastUsedAt, 'written sparingly')
  assert.equal((await get(kept.id)).updatedAt, kept.updatedAt)
})

test('rotation and audit refuse a read-only key, and do not exist for another workspace', async () => {
  const kept = await keep({ credential: 'rotating' })
  const reader = await readOnly(operator)
  const { operator: other } = await under.newWorkspace()
  const writes: [string, string, unknown][] = [
    ['POST', paths.destinationRotate(kept.id), { streamKey: 'x-key-1' }],
    ['DELETE', paths.destinationRotate(kept.id), undefined],
    ['GET', paths.destinationAudit(kept.id), undefined],
  ]
  for (const [method, path, body] of writes) {
    assert.equal((await reader.refused(method, path, body)).code, 'SCOPE_MISSING', `${method} ${path}`)
    assert.equal((await other.refused(method, path, body)).code, 'NOT_FOUND', `${method} ${path}`)
  }
})

test('a planned key survives a restart, a rotated vault key too; what was missed is made up for at start and told [OUT-12] [OUT-14]', async () => {
  const kept = await keep({ credential: 'rotating', rotateEveryDays: 30 })
  const old = await keep({ name: 'Old', credential: 'rotating', rotateEveryDays: 7 })
  assert.equal(old.rotationDueAt, new Date(Date.parse(old.createdAt) + 7 * dayMs).toISOString())
  const [output] = [await use(kept), await use(old)]
  const rotationCheck = async () =>
    (await operator.ok<PreflightOutput>('POST', paths.preflight, { destinationId: old.id })).checks.find(
      ({ check }) => check === 'rotation',
    )
  assert.equal((await rotationCheck())?.verdict, 'pass')
  await operator.ok('POST', paths.destinationRotate(kept.id), { streamKey: 'missed-key-ffff', at: isoIn(hourMs) })
  await under.operator.ok('POST', paths.vaultRotate)
  await withTime(under.control.stop())
  clock.advance(8 * dayMs)
  under = await startTestControl({ clock, dataDir, host: new FakeHost() })
  operator = under.operator.with({ 'sluice-workspace': operator.headers['sluice-workspace']! })
  await soon(
    () => get(kept.id),
    ({ keyHint }) => keyHint === 'ffff',
  )
  await told(() => specOf(output)?.streamKey === 'missed-key-ffff')
  const events = await soon(
    timeline,
    (all) =>
      all.some(({ message }) => /late: Sluice was not running/.test(message)) && all.some(({ name }) => name === 'destination.overdue'),
  )
  assert.doesNotMatch(JSON.stringify(events), /missed-key/)
  const warned = await rotationCheck()
  assert.deepEqual([warned?.verdict, warned?.fix], ['warn', 'Rotate the key of the destination.'])
  clock.advance(30_000)
  await operator.ok('POST', paths.destinationRotate(old.id), { streamKey: 'fresh-key-eeee' })
  assert.equal((await rotationCheck())?.verdict, 'pass')
  assert.equal((await timeline()).filter(({ name }) => name === 'destination.overdue').length, 1)
})
