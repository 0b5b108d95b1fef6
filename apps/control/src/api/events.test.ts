import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { type Channel, type Output, paths, type StreamMessage } from '@sluice/contract/api'
import { until } from '@sluice/testkit/wait'
import { type Caller, type ControlUnderTest, keyWith, startTestControl } from '../testing/control-under-test.ts'
import { EventStream } from '../testing/event-stream.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const make = async (): Promise<Channel> => {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  await under.host.newest.until(() => under.host.newest.specs.has(channel.id))
  return channel
}
const addOutput = (channel: Channel): Promise<Output> =>
  operator.ok('POST', paths.channelOutputs(channel.id), { name: 'Out', url: 'rtmp://live.example/app', streamKey: 'key-1234567890' })
const isEvent = (message: StreamMessage, text: string): boolean => message.type === 'event' && message.event.message === text

test('a stream begins with the whole present state and goes on with each change', async () => {
  const channel = await make()
  const output = await addOutput(channel)
  const stream = await EventStream.open(operator, { channel: channel.id })
  await stream.until((message) => message.type === 'channel' && message.channel.id === channel.id)
  await stream.until((message) => message.type === 'output' && message.output.id === output.id)
  await stream.until((message) => message.type === 'stats' && message.stats.channelId === channel.id)
  const engine = under.host.newest
  await engine.until(() => engine.specs.get(channel.id)?.outputs.length === 1)
  engine.report(channel.id, { state: 'live', source: 'primary' }, 'live')
  await stream.until((message) => message.type === 'output' && message.output.actual?.state === 'live')
  const changed = await stream.until((message) => message.type === 'channel' && message.channel.state === 'live')
  assert.ok(changed.type === 'channel')
  assert.deepEqual(changed.channel.outputs, { total: 1, live: 1, troubled: 0 })
  engine.report(channel.id, { state: 'live', source: 'primary' }, 'failed')
  const troubled = await stream.until((message) => message.type === 'output' && message.output.actual?.state === 'failed')
  assert.ok(troubled.type === 'output' && troubled.output.isTroubled)
  await stream.until((message) => message.type === 'channel' && message.channel.outputs.troubled === 1)
  await stream.close()
})

test('an engine event is stored, shown once under its own name, and resumed by its id without a gap or a repeat', async () => {
  const channel = await make()
  const engine = under.host.newest
  const first = await EventStream.open(operator, { channel: channel.id })
  engine.event('output.live', channel.id, 'one')
  await first.until((message) => isEvent(message, 'one'))
  const last = first.received.find((entry) => isEvent(entry.message, 'one'))!
  assert.equal(last.type, 'event')
  await first.close()
  const probe = await EventStream.open(operator, { channel: channel.id })
  for (const text of ['two', 'three']) engine.event('output.live', channel.id, text)
  await probe.until((message) => isEvent(message, 'three'))
  const second = await EventStream.open(operator, { channel: channel.id, lastEventId: last.id! })
  await second.until((message) => isEvent(message, 'three'))
  engine.event('output.live', channel.id, 'four')
  await second.until((message) => isEvent(message, 'four'))
  const texts = second.received.flatMap(({ message }) => (message.type === 'event' ? [message.event.message] : []))
  assert.deepEqual(texts, ['two', 'three', 'four'])
  await second.close()
  await probe.close()
})

test('figures that stay as they were are sent once, then said to hold; a client that comes is sent them, and an engine that goes takes them away', async () => {
  const channel = await make()
  const engine = under.host.newest
  await engine.until(() => engine.specs.has(channel.id))
  engine.report(channel.id)
  const figures = (segmentsTotal: number) => ({
    type: 'stats' as const,
    at: new Date().toISOString(),
    process: { cpuSeconds: 1, rssBytes: 1, loopLagMs: 0 },
    channels: [
      { channelId: channel.id, inputs: [], outputs: [], playback: { segmentsTotal, lastSegmentMs: 2000, viewers: 0, bytesServedTotal: 0 } },
    ],
  })
  const stream = await EventStream.open(operator, { channel: channel.id })
  // The present state, which would have the figures as well if they came before it.
  await stream.until((message) => message.type === 'stats')
  engine.send(figures(1))
  const isOf = (message: StreamMessage, total: number): boolean =>
    message.type === 'stats' && message.engineId === engine.engineId && message.stats.playback?.segmentsTotal === total
  await stream.until((message) => isOf(message, 1))
  const held = figures(1)
  engine.send(held)
  await stream.until((message) => message.type === 'unchanged' && message.engineId === engine.engineId && message.at === held.at)
  const late = await EventStream.open(operator, { channel: channel.id })
  await late.until((message) => message.type === 'stats' && message.stats.at === held.at)
  engine.send(figures(2))
  await stream.until((message) => isOf(message, 2))
  assert.equal(stream.received.filter(({ message }) => isOf(message, 1)).length, 1)
  const restarted = under.host.nextSpawn()
  engine.end()
  await stream.until((message) => message.type === 'stats' && message.stats.at === null && message.stats.playback === null)
  await restarted
  await under.host.newest.until(() => under.host.newest.specs.has(channel.id))
  await Promise.all([stream.close(), late.close()])
})

test('hundreds of reports in one moment are told as few messages, the last state among them', async () => {
  const channel = await make()
  const output = await addOutput(channel)
  const engine = under.host.newest
  await engine.until(() => engine.specs.get(channel.id)?.outputs.length === 1)
  const stream = await EventStream.open(operator, { channel: channel.id })
  await stream.until((message) => message.type === 'output')
  for (let i = 0; i < 500; i++) engine.report(channel.id, { state: 'live' }, i % 2 === 0 ? 'failed' : 'live')
  engine.report(channel.id, { state: 'live' }, 'failed')
  engine.event('output.failed', channel.id, 'done')
  await stream.until((message) => isEvent(message, 'done'))
  await stream.until((message) => message.type === 'output' && message.output.actual?.state === 'failed')
  const told = stream.received.filter(({ message }) => message.type === 'output' && message.output.id === output.id)
  assert.ok(told.length < 20, `${told.length} messages`)
  await stream.close()
})

test("another workspace's stream hears nothing of it, and its list of channels stays its own", async () => {
  const { operator: other } = await under.newWorkspace()
  const stream = await EventStream.open(other)
  const channel = await make()
  const own = await other.ok<Channel>('POST', paths.channels, { name: 'Theirs' })
  under.host.newest.event('output.live', channel.id, 'secret of ours')
  await operator.ok('DELETE', paths.channel(channel.id))
  await other.ok('DELETE', paths.channel(own.id))
  await stream.until((message) => message.type === 'gone')
  await stream.until((message) => message.type === 'event' && message.event.name === 'channel.deleted')
  assert.doesNotMatch(JSON.stringify(stream.received), new RegExp(channel.id))
  await stream.close()
})

test('a key that reads only events gets no states, and one that reads only states no events', async () => {
  const channel = await make()
  const events = await EventStream.open(await keyWith(operator, ['event:read']))
  const states = await EventStream.open(await keyWith(operator, ['channel:read']))
  under.host.newest.event('output.live', channel.id, 'seen')
  under.host.newest.report(channel.id, { state: 'live' })
  await events.until((message) => isEvent(message, 'seen'))
  const state = await states.until((message) => message.type === 'channel' && message.channel.state === 'live')
  assert.ok(state.type === 'channel' && state.channel.inputs.every((input) => input.streamKey === null))
  assert.ok(events.received.every(({ message }) => message.type === 'event'))
  assert.ok(states.received.every(({ message }) => message.type !== 'event' && message.type !== 'output'))
  await Promise.all([events.close(), states.close()])
})

test('a deleted output is told as gone', async () => {
  const channel = await make()
  const output = await addOutput(channel)
  const stream = await EventStream.open(operator, { channel: channel.id })
  await stream.until((message) => message.type === 'output')
  await operator.ok('DELETE', paths.output(output.id))
  const gone = await stream.until((message) => message.type === 'gone')
  assert.deepEqual(gone, { type: 'gone', kind: 'output', id: output.id })
  await stream.close()
})

test('a stream without credentials, or with a key that reads nothing, is a problem and no stream', async () => {
  assert.equal((await under.anyone.refused('GET', paths.events)).code, 'AUTH_REQUIRED')
  const writer = await keyWith(operator, ['output:write'])
  assert.equal((await writer.refused('GET', paths.events)).code, 'SCOPE_MISSING')
})

test('clients that leave leave nothing behind, before and after their stream began', { timeout: 30_000 }, async () => {
  const control = await startTestControl()
  const { hostname, port } = new URL(control.operator.url)
  const ask = [
    `GET ${paths.events} HTTP/1.1`,
    'host: 127.0.0.1',
    `authorization: ${control.operator.headers['authorization']}`,
    '',
    '',
  ].join('\r\n')
  const isFree = async (): Promise<boolean> => {
    const stream = await EventStream.open(control.operator)
    await stream.close()
    return stream.status === 200
  }
  const leaving: Record<string, (socket: Socket) => void> = {
    ends: (socket) => socket.end(),
    destroys: (socket) => socket.destroy(),
    resets: (socket) => socket.resetAndDestroy(),
  }
  for (const leave of Object.values(leaving)) {
    for (const isEarly of [true, false]) {
      // Each caller has 50 streams at most.
      for (let i = 0; i < 60; i++) {
        const socket = connect({ host: hostname.replace(/[[\]]/g, ''), port: Number(port) })
        socket.on('error', () => {})
        await once(socket, 'connect')
        socket.write(ask)
        if (isEarly) setImmediate(() => leave(socket))
        else {
          await once(socket, 'data')
          leave(socket)
        }
      }
      const startMs = performance.now()
      await until(isFree)
      assert.ok(performance.now() - startMs < 10_000, 'a beat was needed to notice that they left')
    }
  }
  await control.stop()
})

test('an engine event whose figures are not what its name says keeps its sentence and loses them', async () => {
  const channel = await make()
  const stream = await EventStream.open(operator, { channel: channel.id })
  const engine = under.host.newest
  engine.event('source.taken', channel.id, 'fits', { role: 'backup' })
  engine.event('source.taken', channel.id, 'does not fit', { role: 'spare' })
  const fits = await stream.until((message) => isEvent(message, 'fits'))
  const other = await stream.until((message) => isEvent(message, 'does not fit'))
  assert.ok(fits.type === 'event' && other.type === 'event')
  assert.deepEqual([fits.event.data, other.event.data], [{ role: 'backup' }, {}])
  await stream.close()
})
