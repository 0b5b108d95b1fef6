import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { Guard } from '@sluice/base/guard'
import { silentLogger } from '@sluice/base/log'
import { readDirectly, takeReads } from './server.ts'

async function openPair(t: TestContext) {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [accepted] = (await once(server, 'connection')) as [Socket]
  const socket = readDirectly(accepted, new Guard('a test', silentLogger))
  t.after(() => {
    for (const one of [far, socket]) one.destroy()
    server.close()
  })
  const heard: Buffer[] = []
  const isDirect = takeReads(socket, (bytes) => heard.push(Buffer.from(bytes)))
  const heardText = (): string => Buffer.concat(heard).toString('latin1')
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  return { server, far, socket, isDirect, heardText, until }
}

test('an accepted connection gives its reads directly, knows its far end, and is written to as any other', async (t) => {
  const { far, socket, isDirect, heardText, until } = await openPair(t)
  assert.equal(isDirect, true, 'this Node lets an accepted connection be read so')
  far.write('one')
  await until(() => heardText() === 'one')
  far.write('two')
  await until(() => heardText() === 'onetwo')
  assert.deepEqual([socket.remoteAddress, socket.remotePort], ['127.0.0.1', far.localPort])
  socket.write('back')
  assert.equal(String(await once(far, 'data')), 'back')
})

test('a connection that is paused is not read, and goes on where it stopped', async (t) => {
  const { far, socket, heardText, until } = await openPair(t)
  const text = 'abcdefgh'.repeat(1_000_000)
  socket.pause()
  far.write(text)
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
  assert.ok(far.writableLength > 0, 'the far end has to wait')
  assert.ok(heardText().length <= 64 * 1024)
  socket.resume()
  await until(() => heardText().length === text.length)
  assert.ok(heardText() === text)
})

test('the end of a connection is heard, and its server counts it as gone', async (t) => {
  const { server, far, socket, until } = await openPair(t)
  let hasEnded = false
  socket.on('end', () => {
    hasEnded = true
  })
  const count = (): Promise<number> => new Promise((resolve) => server.getConnections((_, connections) => resolve(connections)))
  assert.equal(await count(), 1)
  far.end()
  await once(socket, 'close')
  assert.equal(hasEnded, true)
  await until(() => true)
  assert.equal(await count(), 0)
  await new Promise((resolve) => server.close(resolve))
})

test('a reset is an error and a close', async (t) => {
  const { far, socket } = await openPair(t)
  far.resetAndDestroy()
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  assert.equal(error.code, 'ECONNRESET')
})

test('a socket that was not taken over gives its bytes with data', () => {
  assert.equal(
    takeReads(new PassThrough(), () => {}),
    false,
  )
  assert.equal(
    takeReads(new Socket(), () => {}),
    false,
  )
})
