import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, type Destination, type Output, type Page, paths } from '@sluice/contract/api'
import { type Caller, type ControlUnderTest, keyWith, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let channel: Channel
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
})
after(() => under.stop())

const target = { url: 'rtmps://live.example:443/app', streamKey: 'abcd-efgh-1234' }
const add = (body: object = {}): Promise<Output> =>
  operator.ok('POST', paths.channelOutputs(channel.id), { name: 'Out', ...target, ...body })
const keep = (body: object = {}): Promise<Destination> => operator.ok('POST', paths.destinations, { name: 'Kept', ...target, ...body })
const lastAudit = async (): Promise<AuditEntry> => (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)).items[0]!
const specOf = (id: string) => under.host.newest.specs.get(channel.id)?.outputs.find((output) => output.outputId === id)
const told = (test: () => boolean): Promise<void> => under.host.newest.until(test)

test('an output out of an address and key reaches the engine with key, class policy and first generation; the API hides the key', async () => {
  const output = await add({ platform: 'twitch', priority: 5 })
  assert.deepEqual(
    { class: output.class, url: output.url, hasKey: output.hasKey, desired: output.desired, platform: output.platform },
    { class: 'B', url: target.url, hasKey: true, desired: 'running', platform: 'twitch' },
  )
  assert.doesNotMatch(JSON.stringify(output), /abcd-efgh-1234/)
  await told(() => specOf(output.id) !== undefined)
  const spec = specOf(output.id)!
  assert.deepEqual(
    { key: spec.streamKey, url: spec.url, generation: spec.generation, priority: spec.priority, queueMs: spec.queueMs },
    { key: target.streamKey, url: target.url, generation: 1, priority: 5, queueMs: 4000 },
  )
  const entry = await lastAudit()
  assert.equal(entry.action, 'output.create')
  assert.doesNotMatch(JSON.stringify(entry), /abcd-efgh-1234/)
})

test('the tightest class on a channel sets the failover limits of its input [FAI-12]', async () => {
  const own = await operator.ok<Channel>('POST', paths.channels, { name: 'Classes' })
  const limits = () => under.host.newest.specs.get(own.id)?.source
  await told(() => limits()?.triggerMs === 2500)
  const partner = await operator.ok<Output>('POST', paths.channelOutputs(own.id), { name: 'C', ...target, class: 'C' })
  await told(() => limits()?.triggerMs === 4000 && limits()?.holdMs === 60_000)
  await operator.ok('PATCH', paths.output(partner.id), { class: 'A' })
  await told(() => limits()?.triggerMs === 2000 && limits()?.holdMs === 20_000)
})

test('an SRT passphrase in the address is hidden everywhere but in what the engine is told', async () => {
  const output = await add({ url: 'srt://h.example:9000?latency=500&passphrase=secret-words-1', streamKey: 'publish/x' })
  assert.equal(output.url, 'srt://h.example:9000?latency=500')
  await told(() => specOf(output.id) !== undefined)
  assert.equal(specOf(output.id)?.url, 'srt://h.example:9000?latency=500&passphrase=secret-words-1')
  // Who sends back what was shown changes nothing.
  await operator.ok<Output>('PATCH', paths.output(output.id), { url: output.url })
  assert.equal(specOf(output.id)?.url, 'srt://h.example:9000?latency=500&passphrase=secret-words-1')
})

test('start and stop may be asked twice; each change raises the revision once, and a start is a new generation', async () => {
  const output = await add({ enabled: false })
  assert.equal(output.desired, 'stopped')
  const started = await operator.ok<Output>('POST', paths.outputStart(output.id))
  assert.equal(started.desired, 'running')
  assert.equal((await lastAudit()).action, 'output.start')
  await told(() => specOf(output.id)?.desired === 'running')
  assert.equal(specOf(output.id)?.generation, 2)
  await operator.ok('POST', paths.outputStart(output.id))
  await operator.ok('POST', paths.outputStop(output.id))
  await told(() => specOf(output.id)?.desired === 'stopped')
  assert.equal(specOf(output.id)?.generation, 2)
  assert.equal((await lastAudit()).action, 'output.stop')
})

test('rearm begins afresh although the output runs', async () => {
  const output = await add()
  await operator.ok('POST', paths.outputRearm(output.id))
  await told(() => specOf(output.id)?.generation === 2)
  assert.equal((await lastAudit()).action, 'output.rearm')
})

test('a new key for an output changes its own destination and tells the engine, without repeating it anywhere', async () => {
  const output = await add()
  await operator.ok('PATCH', paths.output(output.id), { streamKey: 'next-key-5678', name: 'Renamed', priority: 1 })
  await told(() => specOf(output.id)?.streamKey === 'next-key-5678')
  const { summary } = await lastAudit()
  assert.equal(summary, 'Changed the output Out: name Renamed, priority 1, new stream key.')
})

test('outputs on a kept destination follow it; it cannot go while they use it, and stays when they go', async () => {
  const kept = await keep({ class: 'A' })
  assert.deepEqual({ hint: kept.keyHint, has: kept.hasKey, used: kept.usedByOutputs }, { hint: '1234', has: true, used: 0 })
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), { name: 'On kept', destinationId: kept.id })
  assert.equal(output.class, 'A')
  const moved = await operator.ok<Destination>('PATCH', paths.destination(kept.id), { url: 'rtmp://other.example/live', tlsVerify: false })
  assert.deepEqual(
    { url: moved.url, has: moved.hasKey, used: moved.usedByOutputs },
    { url: 'rtmp://other.example/live', has: true, used: 1 },
  )
  await told(() => specOf(output.id)?.url === 'rtmp://other.example/live' && specOf(output.id)?.tlsVerify === false)
  const inUse = await operator.refused('DELETE', paths.destination(kept.id))
  assert.deepEqual([inUse.code, inUse.detail], ['DESTINATION_IN_USE', '1 output uses the destination Kept.'])
  await operator.ok('DELETE', paths.output(output.id))
  await operator.ok('DELETE', paths.destination(kept.id))
  assert.equal((await lastAudit()).action, 'destination.delete')
})

test('a destination that was made with an output goes with it, key and all', async () => {
  const output = await add()
  await operator.ok('DELETE', paths.output(output.id))
  assert.equal((await operator.refused('GET', paths.destination(output.destinationId))).code, 'NOT_FOUND')
  assert.equal((await operator.refused('GET', paths.output(output.id))).code, 'NOT_FOUND')
})

test('a kept destination is not changed through an output without destination:write', async () => {
  const kept = await keep()
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), { name: 'On kept', destinationId: kept.id })
  const writer = await keyWith(operator, ['output:write', 'output:read'])
  assert.equal((await writer.refused('PATCH', paths.output(output.id), { streamKey: 'other-key-1' })).code, 'SCOPE_MISSING')
  await writer.ok('PATCH', paths.output(output.id), { priority: 3 })
})

const refusals: [name: string, body: object, code: string, path: string][] = [
  ['a wrong scheme [GRD-02]', { url: 'https://live.example/app' }, 'DESTINATION_URL', 'url'],
  ['user info', { url: 'rtmp://u:p@live.example/app' }, 'DESTINATION_URL', 'url'],
  ['a loopback address', { url: 'rtmp://127.0.0.1/live' }, 'DESTINATION_PRIVATE', 'url'],
  ['a missing key [GRD-01]', { streamKey: '' }, 'DESTINATION_KEY', 'streamKey'],
  ['an unknown platform', { platform: 'myspace' }, 'PLATFORM_UNKNOWN', 'platform'],
  ['neither address nor destination', { url: undefined, streamKey: undefined }, 'REQUEST_INVALID', 'url'],
  ['both address and destination', { destinationId: 'x' }, 'REQUEST_INVALID', 'url'],
  ['an unknown class', { class: 'D' }, 'REQUEST_INVALID', 'class'],
  ['an empty name', { name: ' ' }, 'REQUEST_INVALID', 'name'],
]
for (const [name, body, code, path] of refusals) {
  test(`an output is refused for ${name}`, async () => {
    const before = (await operator.ok<Page<Output>>('GET', paths.channelOutputs(channel.id))).items.length
    const problem = await operator.refused('POST', paths.channelOutputs(channel.id), { name: 'Out', ...target, ...body })
    assert.equal(problem.code, code)
    assert.equal(problem.fields?.[0]?.path, path)
    assert.equal((await operator.ok<Page<Output>>('GET', paths.channelOutputs(channel.id))).items.length, before)
  })
}

test('every write of outputs and destinations refuses a read-only key, and does not exist for another workspace', async () => {
  const output = await add()
  const kept = await keep()
  const reader = await readOnly(operator)
  const { operator: other } = await under.newWorkspace()
  const writes: [string, string, unknown][] = [
    ['PATCH', paths.output(output.id), { name: 'x' }],
    ['POST', paths.outputStart(output.id), undefined],
    ['POST', paths.outputStop(output.id), undefined],
    ['POST', paths.outputRearm(output.id), undefined],
    ['DELETE', paths.output(output.id), undefined],
    ['PATCH', paths.destination(kept.id), { name: 'x' }],
    ['DELETE', paths.destination(kept.id), undefined],
  ]
  for (const [method, path, body] of writes) {
    assert.equal((await reader.refused(method, path, body)).code, 'SCOPE_MISSING', `${method} ${path}`)
    assert.equal((await other.refused(method, path, body)).code, 'NOT_FOUND', `${method} ${path}`)
  }
  assert.equal((await reader.refused('POST', paths.channelOutputs(channel.id), { name: 'x', ...target })).code, 'SCOPE_MISSING')
  assert.equal((await reader.refused('POST', paths.destinations, { name: 'x', ...target })).code, 'SCOPE_MISSING')
  const theirs = await other.ok<Channel>('POST', paths.channels, { name: 'Theirs' })
  const stolen = { name: 'x', destinationId: kept.id }
  assert.equal((await other.refused('POST', paths.channelOutputs(theirs.id), stolen)).code, 'NOT_FOUND')
})
