import assert from 'node:assert/strict'
import { once } from 'node:events'
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { encodeLine, LineDecoder, linkVersion } from '@sluice/contract/link'
import { makeChannelSpec } from '@sluice/testkit/engine-link'
import { controlOf, type EngineUnderTest, startTestEngine, until } from '../testing/engine-under-test.ts'
import { publishTo } from '../testing/publish.ts'

const show = makeChannelSpec({ channelId: 'show', key: 'k1' })

/** A control that says what it likes. */
async function rawControl(
  t: TestContext,
  engine: EngineUnderTest,
): Promise<{ socket: Socket; lines: { type: string }[]; isClosed: () => boolean }> {
  const socket = connect(engine.linkPath)
  const lines: { type: string }[] = []
  const decoder = new LineDecoder()
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => lines.push(...(decoder.push(text) as { type: string }[])))
  socket.on('error', () => {})
  t.after(() => socket.destroy())
  await until(() => lines.length > 0)
  return { socket, lines, isClosed: () => socket.closed }
}

test('the engine says hello first, and nothing more before it is welcomed', async (t) => {
  const engine = await startTestEngine(t)
  engine.engine.events.add({ name: 'input.lost', severity: 'info', channelId: null, subjectId: null, message: 'x' })
  const { socket, lines } = await rawControl(t, engine)
  assert.deepEqual(
    lines.map(({ type }) => type),
    ['hello'],
  )
  socket.write(encodeLine({ type: 'welcome', linkVersion, afterSeq: -1, allowPrivateTargets: false }))
  await until(() => lines.length > 1)
  assert.equal(lines[1]!.type, 'event')
})

test('a control that comes back gets the events that it missed, and the engine went on meanwhile', async (t) => {
  const engine = await startTestEngine(t)
  const first = await controlOf(t, engine)
  first.carry(show)
  await until(() => first.actual('show') !== undefined)
  const { publisher, send } = await publishTo(t, engine.ports.rtmp, 'k1')
  send(1500)
  await until(() => first.actual('show')?.state === 'live')
  const seen = first.events.at(-1)!.seq
  first.close()
  publisher.close()
  await until(() => engine.engine.channel('show')!.programme.source === 'none')
  const again = await controlOf(t, engine, { afterSeq: seen })
  await until(() => again.actual('show') !== undefined)
  assert.equal(again.hello.runId, first.hello.runId)
  assert.equal(again.events[0]!.seq, seen + 1)
  assert.deepEqual(again.events.map(({ name }) => name).sort(), ['channel.idle', 'input.lost', 'source.switched'])
})

test('a new control takes the place of the old one', async (t) => {
  const engine = await startTestEngine(t)
  const old = await controlOf(t, engine)
  const young = await controlOf(t, engine)
  await until(() => !old.isOpen)
  young.carry(show)
  await until(() => young.actual('show') !== undefined)
})

const garbage = [
  { name: 'what is not JSON', text: 'GET / HTTP/1.1\r\n\r\n' },
  { name: 'JSON that is no message', text: '{"type":"reboot"}\n' },
  { name: 'a spec with a hole in it', text: '{"type":"channel","spec":{"channelId":"show"}}\n' },
  { name: 'another link version', text: encodeLine({ type: 'welcome', linkVersion: 99, afterSeq: -1, allowPrivateTargets: false }) },
]
for (const { name, text } of garbage) {
  test(`a control that sends ${name} is cut, and the next one is served`, async (t) => {
    const engine = await startTestEngine(t)
    const { socket, isClosed } = await rawControl(t, engine)
    socket.write(text)
    await until(isClosed)
    const control = await controlOf(t, engine)
    control.carry(show)
    await until(() => control.actual('show') !== undefined)
  })
}

test('a message in many pieces is one message', async (t) => {
  const engine = await startTestEngine(t)
  const { socket, lines } = await rawControl(t, engine)
  for (const letter of encodeLine({ type: 'welcome', linkVersion, afterSeq: -1, allowPrivateTargets: false })) {
    socket.write(letter)
    await new Promise((resolve) => setImmediate(resolve))
  }
  socket.write(encodeLine({ type: 'channel', spec: show }))
  await until(() => lines.some(({ type }) => type === 'actual'))
})

test('channels that are not on the list are ended, their publishers told', async (t) => {
  const engine = await startTestEngine(t)
  const control = await controlOf(t, engine)
  control.carry(show)
  await until(() => control.actual('show') !== undefined)
  const { ended } = await publishTo(t, engine.ports.rtmp, 'k1')
  control.send({ type: 'sync', channelIds: [] })
  assert.match((await ended).message, /the channel was removed/)
  assert.equal(engine.engine.channel('show'), undefined)
})

test('the socket file is for its owner alone, and one left by a killed engine is no obstacle', async (t) => {
  const engine = await startTestEngine(t)
  assert.equal(statSync(engine.linkPath).mode & 0o077, 0)
  rmSync(engine.linkPath)
  writeFileSync(engine.linkPath, '')
  const next = await startTestEngine(t, { runDir: engine.runDir })
  const socket = connect(next.linkPath)
  t.after(() => socket.destroy())
  await once(socket, 'connect')
})

test('a connection that says nothing keeps nobody from the link, and only so many of them are kept', async (t) => {
  const engine = await startTestEngine(t)
  const control = await controlOf(t, engine)
  const strangers = await Promise.all(Array.from({ length: 20 }, () => rawControl(t, engine)))
  control.carry(show)
  await until(() => control.actual('show') !== undefined)
  await until(() => strangers.filter(({ isClosed }) => isClosed()).length >= 12)
  const { socket } = strangers.at(-1)!
  socket.write(encodeLine({ type: 'welcome', linkVersion, afterSeq: -1, allowPrivateTargets: false }))
  await until(() => strangers.at(-1)!.lines.length > 1)
})

test('a channel whose spec throws is named with the next mark, until it follows again', async (t) => {
  const engine = await startTestEngine(t)
  const { socket, lines } = await rawControl(t, engine)
  const tell = (...messages: object[]): void => {
    for (const message of messages) socket.write(encodeLine(message))
  }
  const marked = (mark: number) => lines.find((line) => line.type === 'marked' && 'mark' in line && line.mark === mark)
  tell(
    { type: 'welcome', linkVersion, afterSeq: -1, allowPrivateTargets: false },
    { type: 'channel', spec: show },
    { type: 'mark', mark: 1 },
  )
  await until(() => marked(1) !== undefined)
  const channel = engine.engine.channel('show')!
  const { setSpec } = channel
  channel.setSpec = () => {
    throw new Error('a fault of our own')
  }
  tell({ type: 'channel', spec: { ...show, revision: show.revision + 1 } }, { type: 'mark', mark: 2 })
  await until(() => marked(2) !== undefined)
  channel.setSpec = setSpec
  tell({ type: 'channel', spec: { ...show, revision: show.revision + 2 } }, { type: 'mark', mark: 3 })
  await until(() => marked(3) !== undefined)
  assert.deepEqual(
    [marked(1), marked(2), marked(3)],
    [
      { type: 'marked', mark: 1 },
      { type: 'marked', mark: 2, failed: ['show'] },
      { type: 'marked', mark: 3 },
    ],
  )
})
