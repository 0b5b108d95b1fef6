import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, type Input, type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { type Caller, type ControlUnderTest, keyWith, readOnly, startTestControl } from '../testing/control-under-test.ts'
import { EventStream } from '../testing/event-stream.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const make = (name = 'Show'): Promise<Channel> => operator.ok<Channel>('POST', paths.channels, { name })
const lastAudit = async (): Promise<AuditEntry> => (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)).items[0]!

test('a new channel comes with a primary and a backup input, each with a key of its own and addresses that hold it', async () => {
  const channel = await make('Sunday service')
  assert.deepEqual(
    channel.inputs.map((input) => input.role),
    ['primary', 'backup'],
  )
  const [primary, backup] = channel.inputs
  assert.match(primary!.streamKey ?? '', /^([2-9a-z]{8}-){3}[2-9a-z]{8}$/)
  assert.notEqual(primary!.streamKey, backup!.streamKey)
  assert.deepEqual(primary!.urls, {
    server: { rtmp: 'rtmp://127.0.0.1/live', rtmps: 'rtmps://127.0.0.1:1936/live' },
    rtmp: `rtmp://127.0.0.1/live/${primary!.streamKey}`,
    rtmps: `rtmps://127.0.0.1:1936/live/${primary!.streamKey}`,
    srt: `srt://127.0.0.1:8890?streamid=publish:${primary!.streamKey}`,
  })
  assert.equal(channel.playback.hls, `http://127.0.0.1:8081/${channel.playback.playId}/index.m3u8`)
  assert.equal(channel.playback.dash, `http://127.0.0.1:8081/${channel.playback.playId}/manifest.mpd`)
  assert.match(channel.playback.rtmp, /^rtmp:\/\/127\.0\.0\.1\/live\/play-/)
  const { action, subjectId, summary, actor } = await lastAudit()
  assert.deepEqual({ action, subjectId, actor }, { action: 'channel.create', subjectId: channel.id, actor: 'operator' })
  assert.equal(summary, 'Created the channel Sunday service.')
})

test('the engine is told of the channel with hashes in place of keys', async () => {
  const channel = await make()
  const engine = under.host.newest
  await engine.until(() => engine.specs.has(channel.id))
  const told = JSON.stringify(engine.heard)
  assert.doesNotMatch(told, new RegExp(channel.inputs[0]!.streamKey!))
  const directory = engine.heard.findLast((message) => message.type === 'directory')
  assert.ok(directory?.type === 'directory' && directory.directory.channels.some((entry) => entry.channelId === channel.id))
})

test('a caller without key:read sees no stream key and no address that holds one', async () => {
  const channel = await make()
  const viewer = await keyWith(operator, ['channel:read'])
  const seen = await viewer.ok<Channel>('GET', paths.channel(channel.id))
  assert.deepEqual(
    seen.inputs.map(({ streamKey, urls }) => ({ streamKey, urls })),
    [
      { streamKey: null, urls: null },
      { streamKey: null, urls: null },
    ],
  )
})

test('a list is paged by age and ends with null', async () => {
  const { operator: own } = await under.newWorkspace()
  const made: string[] = []
  for (const name of ['a', 'b', 'c']) made.push((await own.ok<Channel>('POST', paths.channels, { name })).id)
  const first = await own.ok<Page<Channel>>('GET', `${paths.channels}?limit=2`)
  const second = await own.ok<Page<Channel>>('GET', `${paths.channels}?limit=2&after=${first.next}`)
  assert.deepEqual([...first.items, ...second.items].map((channel) => channel.id).sort(), made.sort())
  assert.equal(second.next, null)
})

test('a rename reaches engine, audit and timeline; the same name again changes nothing', async () => {
  const channel = await make('Before')
  const engine = under.host.newest
  await operator.ok('PATCH', paths.channel(channel.id), { name: 'After' })
  await engine.until(() => engine.specs.get(channel.id)?.name === 'After')
  assert.equal((await lastAudit()).summary, 'Renamed the channel Before to After.')
  const { revision } = engine.specs.get(channel.id)!
  await operator.ok('PATCH', paths.channel(channel.id), { name: 'After' })
  await operator.ok('POST', paths.channelSource(channel.id), { lock: 'backup' })
  await engine.until(() => engine.specs.get(channel.id)?.source.lock === 'backup')
  assert.equal(engine.specs.get(channel.id)!.revision, revision + 1)
})

test('locking the source is written down and told to the engine', async () => {
  const channel = await make()
  const locked = await operator.ok<Channel>('POST', paths.channelSource(channel.id), { lock: 'primary' })
  assert.equal(locked.lock, 'primary')
  assert.equal((await lastAudit()).action, 'channel.source')
  const { code, fields } = await operator.refused('POST', paths.channelSource(channel.id), { lock: 'slate' })
  assert.equal(code, 'REQUEST_INVALID')
  assert.equal(fields?.[0]?.path, 'lock')
})

test('a new key for an input replaces the old one everywhere, and the audit row does not hold it', async () => {
  const channel = await make()
  const [primary] = channel.inputs
  const engine = under.host.newest
  await engine.until(() => engine.specs.has(channel.id))
  const before = engine.specs.get(channel.id)!.inputs[0]!.keyHash
  const rotated = await operator.ok<Input>('PATCH', paths.input(primary!.id), { rotateKey: true })
  assert.notEqual(rotated.streamKey, primary!.streamKey)
  await engine.until(() => engine.specs.get(channel.id)!.inputs[0]!.keyHash !== before)
  const entry = await lastAudit()
  assert.equal(entry.summary, 'Changed the primary input of Show: new stream key.')
  assert.doesNotMatch(JSON.stringify(entry), new RegExp(rotated.streamKey!))
})

test('an SRT passphrase is taken, hidden, given to the engine and taken away again', async () => {
  const channel = await make()
  const { id } = channel.inputs[0]!
  const engine = under.host.newest
  const set = await operator.ok<Input>('PATCH', paths.input(id), { srt: { passphrase: 'ten-letters-1', latencyMs: 800 }, enabled: false })
  assert.deepEqual(
    { srt: set.srt, enabled: set.enabled },
    { srt: { latencyMs: 800, hasPassphrase: true, port: null, url: null }, enabled: false },
  )
  await engine.until(() => engine.specs.get(channel.id)?.inputs[0]?.srt.passphrase === 'ten-letters-1')
  const cleared = await operator.ok<Input>('PATCH', paths.input(id), { srt: { passphrase: '' } })
  assert.equal(cleared.srt.hasPassphrase, false)
})

test('a deleted channel is gone for the API and the engine, and its timeline is kept in the log', async () => {
  const channel = await make()
  const engine = under.host.newest
  await engine.until(() => engine.specs.has(channel.id))
  assert.equal((await operator.ask('DELETE', paths.channel(channel.id))).status, 204)
  await engine.until(() => !engine.specs.has(channel.id))
  assert.equal((await operator.refused('GET', paths.channel(channel.id))).code, 'NOT_FOUND')
  assert.equal((await lastAudit()).action, 'channel.delete')
})

test('the timeline tells the newest first', async () => {
  const channel = await make()
  const stream = await EventStream.open(operator, { channel: channel.id })
  await operator.ok('PATCH', paths.channel(channel.id), { name: 'Other' })
  await stream.until((message) => message.type === 'event' && message.event.name === 'channel.updated')
  await stream.close()
  const { items } = await operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(channel.id))
  assert.deepEqual(
    items.map((event) => event.name),
    ['channel.updated', 'channel.created'],
  )
})

test('every write of channels and inputs refuses a read-only key', async () => {
  const channel = await make()
  const reader = await readOnly(operator)
  const writes: [string, string, unknown][] = [
    ['POST', paths.channels, { name: 'x' }],
    ['PATCH', paths.channel(channel.id), { name: 'x' }],
    ['POST', paths.channelSource(channel.id), { lock: 'auto' }],
    ['PATCH', paths.input(channel.inputs[0]!.id), { rotateKey: true }],
    ['DELETE', paths.channel(channel.id), undefined],
  ]
  for (const [method, path, body] of writes) {
    const { code, status, detail } = await reader.refused(method, path, body)
    assert.deepEqual([code, status], ['SCOPE_MISSING', 403], `${method} ${path}`)
    assert.match(detail, /channel:write/)
  }
})

test("another workspace's channels and inputs do not exist", async () => {
  const channel = await make()
  const { operator: other } = await under.newWorkspace()
  const calls: [string, string, unknown][] = [
    ['GET', paths.channel(channel.id), undefined],
    ['PATCH', paths.channel(channel.id), { name: 'x' }],
    ['DELETE', paths.channel(channel.id), undefined],
    ['POST', paths.channelSource(channel.id), { lock: 'auto' }],
    ['GET', paths.channelStats(channel.id), undefined],
    ['GET', paths.channelTimeline(channel.id), undefined],
    ['GET', paths.channelOutputs(channel.id), undefined],
    ['POST', paths.channelOutputs(channel.id), { name: 'x', url: 'rtmp://a.example/b', streamKey: 'k' }],
    ['PATCH', paths.input(channel.inputs[0]!.id), { rotateKey: true }],
    ['GET', `${paths.events}?channel=${channel.id}`, undefined],
  ]
  for (const [method, path, body] of calls) assert.equal((await other.refused(method, path, body)).code, 'NOT_FOUND', `${method} ${path}`)
  assert.deepEqual((await other.ok<Page<Channel>>('GET', paths.channels)).items, [])
})
