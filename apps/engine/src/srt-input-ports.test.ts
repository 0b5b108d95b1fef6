import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import type { ChannelSpec } from '@sluice/contract/link'
import { openSrtCaller, type SrtConnection } from '@sluice/protocols/srt'
import { hashKey, makeChannelSpec } from '@sluice/testkit/engine-link'
import { controlOf, startTestEngine, until } from './testing/engine-under-test.ts'
import { publishTo } from './testing/publish.ts'

const key = 'abcdefgh-23456789-mnpqrstu-vwxyz234'
const backupKey = 'bbcdefgh-23456789-mnpqrstu-vwxyz234'
const passphrase = 'a-secret-of-this-input'

async function hold(t: TestContext): Promise<{ socket: Socket; port: number }> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => {
    try {
      socket.close()
    } catch {} // closed by the test
  })
  return { socket, port: socket.address().port }
}

/** A port that was free a moment ago. */
async function freeUdpPort(t: TestContext): Promise<number> {
  const { socket, port } = await hold(t)
  socket.close()
  return port
}

function specWith(port: number | undefined, more: Partial<ChannelSpec> = {}): ChannelSpec {
  const spec = makeChannelSpec({ channelId: 'show', key, backupKey, ...more })
  const [primary, backup] = spec.inputs
  const srt = { passphrase, latencyMs: 120, ...(port === undefined ? {} : { port }) }
  return { ...spec, inputs: [{ ...primary!, srt }, backup!] }
}

function call(t: TestContext, port: number, options: { streamId?: string; passphrase?: string } = {}): Promise<SrtConnection | Failure> {
  return new Promise((resolve) => {
    const caller = openSrtCaller({
      host: '127.0.0.1',
      port,
      mode: 'send',
      streamId: '',
      connectTimeoutMs: 2000,
      clock: systemClock,
      log: silentLogger,
      ...options,
      handler: { onReady: resolve, onClose: (failure) => failure !== null && resolve(failure) },
    })
    t.after(() => caller.abort())
  })
}
const isIn = (answer: SrtConnection | Failure): answer is SrtConnection => !('kind' in answer)

test('an encoder without a stream id comes in by the port of its input, with its passphrase, and by no other', async (t) => {
  const port = await freeUdpPort(t)
  const engine = await startTestEngine(t)
  const control = await controlOf(t, engine)
  control.carry(specWith(port))
  const primary = () => control.actual('show')!.inputs[0]!
  await until(() => control.actual('show')?.inputs[0]?.srtPort?.isOpen === true)
  assert.ok(!isIn(await call(t, engine.ports.srt!, { passphrase })), 'the common port wants a stream id')
  const open = await call(t, port)
  assert.ok(!isIn(open) && open.code === 'SRT_PASSPHRASE_ONE_SIDED')
  const other = await call(t, port, { streamId: `publish:${backupKey}`, passphrase })
  assert.ok(!isIn(other) && other.code === 'SRT_UNAUTHORIZED')
  await until(() => control.events.filter(({ name }) => name === 'input.refused').length === 2)
  assert.deepEqual(
    control.events.filter(({ name }) => name === 'input.refused').map(({ subjectId }) => subjectId),
    ['show-primary', 'show-primary'],
  )
  const good = await call(t, port, { passphrase })
  assert.ok(isIn(good))
  await until(() => primary().state !== 'waiting')
  assert.equal(primary().protocol, 'srt')
  await assert.rejects(publishTo(t, engine.ports.rtmp, key), /already in use/)
  // Cleared, the port is closed and its session with it.
  control.carry(specWith(undefined, { revision: 2 }))
  await until(() => primary().srtPort === undefined && primary().state === 'waiting')
  await hold(t)
  const again = createSocket('udp4')
  t.after(() => again.close())
  again.bind(port, '127.0.0.1')
  await once(again, 'listening')
})

test('a stream id that names the input, or no key at all, does no harm at its own port', async (t) => {
  const port = await freeUdpPort(t)
  const engine = await startTestEngine(t)
  const control = await controlOf(t, engine)
  control.carry(specWith(port))
  await until(() => control.actual('show')?.inputs[0]?.srtPort?.isOpen === true)
  const input = engine.engine.channel('show')!.inputByKey(hashKey(key))!
  for (const streamId of [`publish:${key}`, 'whatever the box sends', '#!::bmd_uuid=0e-7']) {
    const answer = await call(t, port, { streamId, passphrase })
    assert.ok(isIn(answer), streamId)
    input.end('the test goes on')
    await until(() => !input.isTaken)
  }
})

test('a port that another program has is told at the input, and opens as soon as it is free; nothing else suffers', async (t) => {
  const { socket, port } = await hold(t)
  const engine = await startTestEngine(t)
  const control = await controlOf(t, engine)
  control.carry(specWith(port))
  await until(() => control.actual('show')?.inputs[0]?.srtPort?.isOpen === false)
  assert.match(
    control.actual('show')!.inputs[0]!.srtPort!.problem ?? '',
    new RegExp(`UDP port ${port} of its own is used by another program`),
  )
  await until(() => control.events.some(({ name, message }) => name === 'input.warned' && message.includes(`${port}`)))
  const { send } = await publishTo(t, engine.ports.rtmp, backupKey)
  send(1000)
  await until(() => control.actual('show')?.inputs[1]?.state === 'receiving')
  socket.close()
  await until(() => control.actual('show')?.inputs[0]?.srtPort?.isOpen === true)
})

test('the port goes with its input, and with its channel', async (t) => {
  const port = await freeUdpPort(t)
  const engine = await startTestEngine(t)
  const control = await controlOf(t, engine)
  control.carry(specWith(port))
  await until(() => control.actual('show')?.inputs[0]?.srtPort?.isOpen === true)
  control.send({ type: 'sync', channelIds: [] })
  await until(() => engine.engine.channel('show') === undefined)
  const next = makeChannelSpec({ channelId: 'next', key: backupKey })
  control.carry({ ...next, inputs: next.inputs.map((one) => ({ ...one, srt: { ...one.srt, port } })) })
  await until(() => control.actual('next')?.inputs[0]?.srtPort?.isOpen === true)
  assert.ok(isIn(await call(t, port)))
})
