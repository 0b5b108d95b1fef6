import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { writeUnderWayBytes } from './write-under-way.ts'

const manyBytes = 64 * 1024 * 1024

test('a long write is seen to move before all of it is taken', async (t) => {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [[far]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [[Socket], unknown]
  t.after(() => {
    for (const one of [socket, far]) one.destroy()
    server.close()
  })
  socket.write(Buffer.alloc(manyBytes))
  const before = writeUnderWayBytes(socket)
  assert.ok(before > 0 && before < manyBytes, `${before} left`)
  let readBytes = 0
  await new Promise<void>((resolve) => {
    far.on('data', (bytes) => {
      readBytes += bytes.length
      if (readBytes < manyBytes / 2) return
      far.pause()
      resolve()
    })
    far.resume()
  })
  assert.ok(writeUnderWayBytes(socket) < before)
  assert.equal(socket.writableLength, manyBytes, 'the stream still counts all of it')
})
