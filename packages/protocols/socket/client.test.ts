import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { descriptorOf, writeAtOnce } from './client.ts'

async function openPair(t: TestContext) {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [[far]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [[Socket], unknown]
  t.after(() => {
    for (const one of [socket, far]) one.destroy()
    server.close()
  })
  const descriptor = descriptorOf(socket)
  assert.ok(descriptor !== null, 'this Node shows the descriptor of a socket')
  const write = (bytes: Uint8Array): void => writeAtOnce(socket, descriptor, bytes)
  return { socket, far, write }
}

test('what is written goes to the kernel in the same turn, and nothing stays in the stream', async (t) => {
  const { socket, far, write } = await openPair(t)
  write(Buffer.from('one'))
  assert.deepEqual([socket.writableLength, socket.bytesWritten], [0, 0])
  far.resume()
  assert.equal(String(await once(far, 'data')), 'one')
})

test('a full kernel gets the rest by the stream, in order and whole', async (t) => {
  const { socket, far, write } = await openPair(t)
  const pieceBytes = 25_000
  const pieces = 1200
  for (let i = 0; i < pieces; i++) write(Buffer.alloc(pieceBytes, i % 251))
  assert.ok(socket.writableLength > 0, 'the far end reads nothing: the kernel is full')
  const heard: Buffer[] = []
  let bytes = 0
  far.on('data', (chunk) => {
    heard.push(chunk)
    bytes += chunk.length
  })
  far.resume()
  while (bytes < pieces * pieceBytes) await once(far, 'data')
  const all = Buffer.concat(heard)
  for (let i = 0; i < pieces; i++) {
    assert.ok(all.subarray(i * pieceBytes, (i + 1) * pieceBytes).equals(Buffer.alloc(pieceBytes, i % 251)), `piece ${i}`)
  }
  assert.equal(socket.writableLength, 0)
  write(Buffer.from('last'))
  assert.equal(socket.writableLength, 0, 'at once again')
})

test('a connection that broke does not throw: the stream tells of it', async (t) => {
  const { socket, far, write } = await openPair(t)
  const broken = once(socket, 'error')
  far.resetAndDestroy()
  for (let i = 0; i < 20; i++) {
    write(Buffer.from('more'))
    await new Promise((resolve) => setImmediate(resolve))
  }
  const [error] = (await broken) as [NodeJS.ErrnoException]
  assert.match(error.code ?? '', /ECONNRESET|EPIPE/)
  socket.destroy()
  write(Buffer.from('nobody is there'))
})
