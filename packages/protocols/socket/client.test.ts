import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { DirectWrites, descriptorOf, freeDescriptor, writeAtOnce, writeRest } from './client.ts'

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
  return { socket, far, write, descriptor }
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

test('one buffer goes to many connections in one go; what a full one does not take follows by its stream', async (t) => {
  const pairs = await Promise.all(Array.from({ length: 20 }, () => openPair(t)))
  const full = pairs[7]!
  while (full.socket.writableLength === 0) full.write(Buffer.alloc(1_000_000))
  assert.equal(freeDescriptor(full.socket, full.descriptor), -1, 'bytes that wait go before others')
  const bytes = Buffer.alloc(4_000_000, 'x')
  const writes = new DirectWrites()
  writes.clear()
  const open = pairs.filter((pair) => pair !== full)
  for (const { socket, descriptor } of open) writes.add(freeDescriptor(socket, descriptor))
  writes.write(bytes)
  for (const [i, { socket, far }] of open.entries()) {
    const taken = writes.takenBytes(i)
    assert.ok(taken > 0 && taken <= bytes.length, `the kernel took ${taken} bytes`)
    writeRest(socket, bytes, taken)
    let heard = 0
    far.on('data', (chunk) => {
      heard += chunk.length
    })
    far.resume()
    while (heard < bytes.length) await once(far, 'data')
    assert.equal(heard, bytes.length)
    assert.equal(socket.writableLength, 0)
  }
})

test('a descriptor is free no more once its socket is destroyed, and one that is gone takes nothing', async (t) => {
  const { socket, descriptor } = await openPair(t)
  assert.equal(freeDescriptor(socket, descriptor), descriptor.fd)
  socket.destroy()
  assert.equal(freeDescriptor(socket, descriptor), -1, 'from the same turn on')
  const writes = new DirectWrites()
  writes.add(2 ** 30)
  writes.write(Buffer.from('nobody is there'))
  assert.equal(writes.takenBytes(0), 0)
})
