import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, type Input, type LineHistory, type Output, paths } from '@sluice/contract/api'
import { type Caller, type ControlUnderTest, keyWith, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let channel: Channel
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
})
after(() => under.stop())

test('an input gets a UDP port of its own out of the range, and gives it back', async () => {
  const [primary, backup] = channel.inputs
  const patch = (id: string, port: unknown): Promise<Input> => operator.ok<Input>('PATCH', paths.input(id), { srt: { port } })
  const refuse = async (port: unknown): Promise<string> =>
    (await operator.refused('PATCH', paths.input(backup!.id), { srt: { port } })).code
  assert.deepEqual([primary!.srt.port, primary!.srt.url], [null, null])
  const set = await patch(primary!.id, 8950)
  assert.equal(set.srt.port, 8950)
  assert.match(set.srt.url ?? '', /^srt:\/\/[^:]+:8950$/)
  assert.equal(await refuse(8950), 'INPUT_PORT_TAKEN')
  for (const port of [8899, 9000, 8890]) assert.equal(await refuse(port), 'INPUT_PORT')
  for (const port of [0, 65_536, 1.5, '8900', 'any']) assert.equal(await refuse(port), 'REQUEST_INVALID')
  assert.equal((await patch(backup!.id, 'auto')).srt.port, 8900)
  assert.equal((await patch(backup!.id, 'auto')).srt.port, 8900, 'it keeps what it has')
  await under.host.newest.until(() => under.host.newest.specs.get(channel.id)?.inputs[0]?.srt.port === 8950)
  assert.equal((await patch(primary!.id, null)).srt.url, null)
  await under.host.newest.until(() => under.host.newest.specs.get(channel.id)?.inputs[0]?.srt.port === undefined)
  assert.equal((await patch(backup!.id, 8950)).srt.port, 8950, 'a port that was given back is free')
  const reader = await keyWith(operator, ['channel:read'])
  assert.equal((await reader.refused('PATCH', paths.input(backup!.id), { srt: { port: 'auto' } })).code, 'SCOPE_MISSING')
  const { items } = await operator.ok<{ items: { summary: string }[] }>('GET', paths.audit)
  assert.ok(items.some(({ summary }) => /own SRT port 8950/.test(summary)))
  await patch(backup!.id, null)
})

test('no two inputs of a deployment get one port, whoever asks', async () => {
  const other = (await under.newWorkspace()).operator
  const theirs = await other.ok<Channel>('POST', paths.channels, { name: 'Other' })
  const all = [...channel.inputs.map((input) => [operator, input] as const), ...theirs.inputs.map((input) => [other, input] as const)]
  const got = await Promise.all(all.map(([caller, { id }]) => caller.ok<Input>('PATCH', paths.input(id), { srt: { port: 'auto' } })))
  assert.equal(new Set(got.map(({ srt }) => srt.port)).size, all.length)
  await other.ok('DELETE', paths.channel(theirs.id))
  const fresh = await other.ok<Channel>('POST', paths.channels, { name: 'Fresh' })
  const again = await other.ok<Input>('PATCH', paths.input(fresh.inputs[0]!.id), { srt: { port: 'auto' } })
  assert.ok(again.srt.port! < 8900 + all.length, 'the ports of a deleted channel are free')
  for (const [caller, { id }] of all.slice(0, channel.inputs.length)) await caller.ok('PATCH', paths.input(id), { srt: { port: null } })
})

const nothingHidden = { hasStreamId: false, hasPassphrase: false, hasStreamName: false, hasLogin: false, hasQuery: false }
const patch = (body: unknown): Promise<Input> => operator.ok<Input>('PATCH', paths.input(channel.inputs[0]!.id), body)

test('an input told to call a listener shows its address without secrets, and the engine gets all of it', async () => {
  const url = 'srt://feed.example:9000?streamid=#!::r=cam1,m=request&passphrase=correct horse&latency=800'.replace(' ', '%20')
  const input = await patch({ pull: { url } })
  assert.deepEqual(input.pull, { ...nothingHidden, url: 'srt://feed.example:9000?latency=800', hasStreamId: true, hasPassphrase: true })
  const engine = under.host.newest
  const told = () => engine.specs.get(channel.id)?.inputs.find((one) => one.inputId === input.id)?.pull?.url
  await engine.until(() => told() !== undefined)
  const query = new URLSearchParams(told()?.split('?')[1])
  assert.equal(query.get('streamid'), '#!::r=cam1,m=request')
  assert.equal(query.get('passphrase'), 'correct horse')
  const timeline = await operator.get(paths.channelTimeline(channel.id))
  const audit = await operator.get(paths.audit)
  for (const { body } of [timeline, audit]) assert.doesNotMatch(JSON.stringify(body), /correct horse|cam1/)
})

test('an input without an address calls nobody', async () => {
  await patch({ pull: { url: 'srt://feed.example:9000' } })
  const input = await patch({ pull: null })
  assert.equal(input.pull, null)
  await under.host.newest.until(() => under.host.newest.specs.get(channel.id)?.inputs.every((one) => one.pull === undefined) === true)
})

const wrong: [url: string, code: string, says: RegExp][] = [
  ['srt://:9000?mode=listener', 'DESTINATION_URL', /a pull input calls/],
  ['srt://10.0.0.7:9000', 'DESTINATION_PRIVATE', /private network/],
  ['srt://host:9000?latency=200000', 'DESTINATION_URL', /ffmpeg counts in microseconds, that is 200 here/],
  ['srt://host:9000?passphrase=short', 'DESTINATION_URL', /passphrase has 5 bytes/],
]
for (const [url, code, says] of wrong) {
  test(`an input refuses to call ${url}`, async () => {
    const problem = await operator.refused('PATCH', paths.input(channel.inputs[0]!.id), { pull: { url } })
    assert.equal(problem.code, code)
    assert.match(problem.detail, says)
  })
}

test('an output may wait for a caller, and shows neither stream id nor passphrase', async () => {
  const url = 'srt://:9000?mode=listener&streamid=studio-7&passphrase=0123456789'
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), { name: 'Pulled', url, enabled: false })
  assert.equal(output.url, 'srt://:9000?mode=listener')
  assert.equal(output.hasKey, true)
  assert.doesNotMatch(JSON.stringify(output), /studio-7|0123456789/)
})

test('the series of a channel is empty before SRT came, and hidden from those who may not read channels', async () => {
  assert.deepEqual(await operator.ok<LineHistory>('GET', `${paths.channelSrt(channel.id)}?minutes=5`), { items: [] })
  const problem = await operator.refused('GET', `${paths.channelSrt(channel.id)}?minutes=0`)
  assert.equal(problem.code, 'REQUEST_INVALID')
  const other = await keyWith(operator, ['event:read'])
  assert.equal((await other.refused('GET', paths.channelSrt(channel.id))).code, 'SCOPE_MISSING')
})
