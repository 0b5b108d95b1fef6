import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { acceptedSocket, paceRequests } from './index.ts'

async function startStage(t: TestContext, listener: RequestListener, admit?: Parameters<typeof paceRequests>[1]) {
  const server: Server = createServer(listener)
  paceRequests(server, admit)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const open = async () => {
    const socket = connect(port, '127.0.0.1')
    t.after(() => socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'connect')
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
    })
    const until = async (isTrue: (text: string) => boolean): Promise<string> => {
      while (!isTrue(text)) await Promise.race([once(socket, 'data'), once(socket, 'close')])
      return text
    }
    return { socket, until }
  }
  return { port, open }
}
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`

test('the next request of a connection is read once the one before is answered, in every spelling of pieces', async (t) => {
  let open = 0
  let most = 0
  const { open: client } = await startStage(t, (request, response) => {
    most = Math.max(most, ++open)
    setImmediate(() => {
      open--
      response.end(`<${request.url}>`)
    })
  })
  const paths = Array.from({ length: 40 }, (_, i) => `/${i}`)
  const wire = paths.map(get).join('')
  for (const piece of [1, 3, 50, wire.length]) {
    const { socket, until } = await client()
    for (let at = 0; at < wire.length; at += piece) socket.write(wire.slice(at, at + piece))
    const text = await until((so) => so.includes('</39>'))
    assert.deepEqual(text.match(/(?<=<)\/\d+(?=>)/g), paths)
    socket.destroy()
  }
  assert.ok(most <= 2, `${most} at once`)
})

test('bodies come through whole, with blank lines in them, and what follows is another request', async (t) => {
  const { open } = await startStage(t, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    response.end(`<${request.method} ${Buffer.concat(chunks).length}>`)
  })
  const body = 'a\r\n\r\nb'.repeat(50_000)
  const chunked = `POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\na\r\n\r\nb\r\n0\r\n\r\n`
  const { socket, until } = await open()
  socket.write(`POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}${chunked}${get('/end')}`)
  const text = await until((so) => so.includes('<GET 0>'))
  assert.deepEqual(text.match(/<[^>]+>/g), [`<POST ${body.length}>`, '<POST 6>', '<GET 0>'])
})

test('a connection that pipelines and reads nothing keeps nobody else waiting', async (t) => {
  let served = 0
  const { open, port } = await startStage(t, (_request, response) => {
    served++
    response.end('x'.repeat(500))
  })
  const floods = await Promise.all(Array.from({ length: 30 }, open))
  for (const { socket } of floods) {
    socket.pause()
    socket.write(get('/flood').repeat(2000))
  }
  const waits: number[] = []
  for (let i = 0; i < 20; i++) {
    const before = served
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200)
    waits.push(served - before)
  }
  // One read of a connection holds more than a thousand of these requests.
  waits.sort((a, b) => a - b)
  assert.ok(waits[10]! < 1000, `a request waits for ${waits[10]} others, median`)
})

test('who is not admitted is closed without an answer; a client that closes its half gets its answer', async (t) => {
  let isOpen = false
  const { open } = await startStage(
    t,
    (_request, response) => response.end('done'),
    () => isOpen,
  )
  const refused = await open()
  await once(refused.socket, 'close')
  isOpen = true
  const { socket, until } = await open()
  socket.end(get('/'))
  assert.match(await until((so) => so.includes('done')), /^HTTP\/1\.1 200/)
  await once(socket, 'close')
})

test('a client that leaves during its answer is noticed without a write', { timeout: 10_000 }, async (t) => {
  const noticed: Promise<void>[] = []
  const { open } = await startStage(t, (request, response) => {
    const accepted = acceptedSocket(request.socket) as Socket
    const { promise, resolve } = Promise.withResolvers<void>()
    accepted.once('end', resolve)
    response.once('close', resolve)
    noticed.push(promise)
    response.write('first')
  })
  const ways: ((socket: Socket) => void)[] = [(socket) => socket.end(), (socket) => socket.destroy(), (socket) => socket.resetAndDestroy()]
  for (const leave of ways) {
    const { socket, until } = await open()
    socket.write(get('/'))
    await until((text) => text.includes('first'))
    leave(socket)
    await noticed.at(-1)
  }
  assert.equal(noticed.length, ways.length)
})
