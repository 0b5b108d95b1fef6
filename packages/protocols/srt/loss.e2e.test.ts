// budget: 90 s, streams under loss that run for their whole length
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openLossProxy } from './testing/loss-proxy.ts'
import type { PathSettings } from './testing/made-network.ts'
import { hasProgram } from './testing/peer-process.ts'
import {
  callUntilReady,
  closed,
  findFreePort,
  makePadding,
  makeScratch,
  makeTransportStream,
  openRecorder,
  sendPaced,
  startPeer,
} from './testing/real-link.ts'

const skip = hasProgram('ffmpeg') && hasProgram('srt-live-transmit') ? false : 'ffmpeg or srt-live-transmit is not installed'
const source = skip ? new Uint8Array(0) : makeTransportStream(join(makeScratch(), 'source.ts'))
/** Long enough for loss to show: 4.6 MB, 3,500 packets. */
const stream = Buffer.concat([source, source, source, source])
const CONNECTED = /SRT target connected/
const BYTES_PER_S = 800_000

const paths: { name: string; path: PathSettings; latencyMs: number }[] = [
  { name: '2 % loss, 50 ms', path: { seed: 1, delayMs: 25, lossRatio: 0.02 }, latencyMs: 300 },
  {
    name: '5 % loss, 50 ms, 10 ms jitter, 2 % duplicates',
    path: { seed: 2, delayMs: 20, jitterMs: 10, lossRatio: 0.05, duplicateRatio: 0.02 },
    latencyMs: 400,
  },
  { name: '10 % loss, 50 ms', path: { seed: 3, delayMs: 25, lossRatio: 0.1 }, latencyMs: 500 },
  { name: '5 % loss, 200 ms, 20 ms jitter', path: { seed: 4, delayMs: 90, jitterMs: 20, lossRatio: 0.05 }, latencyMs: 1_200 },
]

for (const { name, path, latencyMs } of paths) {
  test(`srt-live-transmit publishes to us through ${name}, latency ${latencyMs} ms: the same to the byte`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const { server, recording } = await openRecorder(t, { latencyMs, passphrase: 'correct horse' })
    const proxy = await openLossProxy(server.port, path)
    t.after(() => proxy.close())
    const url = `srt://127.0.0.1:${proxy.port}?latency=${latencyMs}&passphrase=correct horse`
    const peer = startPeer(t, 'srt-live-transmit', ['-v', '-chunk:1316', 'file://con', url])
    await peer.until('connection', () => CONNECTED.test(peer.errors)) // before that it throws away what it reads
    await peer.feed(Buffer.concat([stream, makePadding(7_000)]), BYTES_PER_S)
    await recording.until('stream', () => recording.bytes >= stream.length)
    const stats = recording.connection!.stats()
    assert.ok(recording.data.subarray(0, stream.length).equals(stream), JSON.stringify(stats))
    assert.ok(proxy.network.lost > 40 && stats.pktRcvLossTotal > 40)
    assert.ok(
      stats.pktRcvRetransTotal < 2 * stats.pktRcvLossTotal + 50,
      `${stats.pktRcvRetransTotal} sent again for ${stats.pktRcvLossTotal}`,
    )
    assert.ok(Math.abs(stats.msRTT - 2 * path.delayMs - (path.jitterMs ?? 0)) < 25, `RTT ${stats.msRTT}`)
  })

  test(`we push to srt-live-transmit through ${name}, latency ${latencyMs} ms: the same to the byte`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const port = await findFreePort()
    const peer = startPeer(t, 'srt-live-transmit', ['-q', `srt://127.0.0.1:${port}?mode=listener&latency=${latencyMs}`, 'file://con'])
    const proxy = await openLossProxy(port, path)
    t.after(() => proxy.close())
    const connection = await callUntilReady(proxy.port, { latencyMs, connectTimeoutMs: 6_000 })
    await sendPaced(connection, stream, BYTES_PER_S)
    assert.equal(await closed(connection), 'closed')
    await peer.end()
    assert.ok(peer.outputBytes.equals(stream), `${peer.outputBytes.length} of ${stream.length}: ${JSON.stringify(connection.stats())}`)
    assert.ok(connection.stats().pktRetransTotal > 40)
  })
}

test('srt-live-transmit below one round trip of latency: losses are dropped late, counted, and the stream goes on', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const { server, recording } = await openRecorder(t, { latencyMs: 60 })
  const proxy = await openLossProxy(server.port, { seed: 9, delayMs: 60, lossRatio: 0.05 })
  t.after(() => proxy.close())
  const peer = startPeer(t, 'srt-live-transmit', ['-v', '-chunk:1316', 'file://con', `srt://127.0.0.1:${proxy.port}?latency=60`])
  await peer.until('connection', () => CONNECTED.test(peer.errors))
  await peer.feed(source, BYTES_PER_S)
  await recording.until('most of the stream', () => recording.bytes > source.length * 0.9)
  const { pktRcvDropTotal, pktRecvUniqueTotal } = recording.connection!.stats()
  assert.ok(pktRcvDropTotal > 10 && pktRecvUniqueTotal > 700)
})
