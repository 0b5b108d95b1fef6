import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { writeAmf0 } from '@sluice/protocols/rtmp'
import { hashKey, makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { controlOf, startTestEngine, until } from '../testing/engine-under-test.ts'
import { publishTo } from '../testing/publish.ts'

const handshakeBytes = 1 + 2 * 1536
const helloBytes = 1 + 1536

/** One command message in chunks of 128 bytes. Spec: RTMP 1.0 §5.3.1 */
function commandChunks(body: Uint8Array): Uint8Array {
  const head = Buffer.from([3, 0, 0, 0, 0, body.length >> 8, body.length & 255, 20, 0, 0, 0, 0])
  const chunks: Uint8Array[] = [head, body.subarray(0, 128)]
  for (let at = 128; at < body.length; at += 128) chunks.push(Buffer.from([0xc3]), body.subarray(at, at + 128))
  return Buffer.concat(chunks)
}

/** A load balancer: answers connect with 302 and `to`. */
async function openBalancer(t: TestContext, to: string): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let heard = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes])
      if (heard.length === helloBytes) socket.write(Buffer.from([3, ...new Uint8Array(handshakeBytes - 1)]))
      if (!heard.includes('tcUrl')) return
      const status = { level: 'error', code: 'NetConnection.Connect.Rejected', description: 'go on', ex: { code: 302, redirect: to } }
      socket.write(commandChunks(writeAmf0(['_error', 1, null, status])))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('an output that its server sends on goes there with its key, and says so without it', async (t) => {
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const balancer = await openBalancer(t, `${sink.url.replace(/\/[^/]*$/, '')}/edge`)
  const engine = await startTestEngine(t)
  const control = await controlOf(t, engine)
  const outputs = [makeOutputSpec({ outputId: 'far', url: `rtmp://127.0.0.1:${balancer}/live`, streamKey: 'far-secret-key' })]
  control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs }))
  await until(() => control.actual('show') !== undefined)
  const { send } = await publishTo(t, engine.ports.rtmp, 'k1')
  await until(() => {
    send(40)
    return control.output('far')?.state === 'live'
  })
  const place = new URL(sink.url.replace('rtmp:', 'http:')).host
  assert.equal(control.output('far')?.sentTo, `rtmp://${place}`)
  const live = control.events.find(({ name }) => name === 'output.live')
  assert.match(live?.message ?? '', new RegExp(`is live at rtmp://${place}, where its server redirected it`))
  assert.doesNotMatch(JSON.stringify([control.events, control.actual('show')]), /far-secret-key/)
})

test('a pull that its server sends on takes the stream from there', async (t) => {
  const engine = await startTestEngine(t)
  const balancer = await openBalancer(t, `rtmp://127.0.0.1:${engine.ports.rtmp}/live`)
  const control = await controlOf(t, engine)
  const taker = makeChannelSpec({ channelId: 'taker', key: 'k2' })
  const pull = { url: `rtmp://127.0.0.1:${balancer}/live/token` }
  control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', playTokenHashes: [hashKey('token')] }))
  control.carry({ ...taker, inputs: taker.inputs.map((one) => ({ ...one, pull })) })
  const { send } = await publishTo(t, engine.ports.rtmp, 'k1')
  await until(() => {
    send(40)
    return control.actual('taker')?.inputs[0]?.state === 'receiving'
  })
  const connected = control.events.find(({ name, channelId }) => name === 'input.connected' && channelId === 'taker')
  assert.match(connected?.message ?? '', /redirected to rtmp:\/\/127\.0\.0\.1:\d+/)
})
