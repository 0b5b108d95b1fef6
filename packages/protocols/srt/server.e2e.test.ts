import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { openSrtCaller } from './client.ts'
import type { SrtConnection } from './connection.ts'
import { openSrtServer } from './server.ts'
import { makePayload } from './testing/made-link.ts'
import { hasProgram } from './testing/peer-process.ts'
import { callUntilReady, closed, findFreePort, openRecorder, startPeer } from './testing/real-link.ts'

test('a hundred encrypted streams on one port lose nothing', { timeout: 60_000 }, async (t) => {
  const counts = new Map<string, number>()
  let isIntact = true
  let closes = 0
  const done = Promise.withResolvers<void>()
  const onConnection = (c: SrtConnection): void => {
    c.onPayload = (payload) => {
      counts.set(c.streamId, (counts.get(c.streamId) ?? 0) + 1)
      if (new DataView(payload.buffer, payload.byteOffset).getUint32(0) !== Number(c.streamId)) isIntact = false
    }
    c.onClose = () => {
      if (++closes === 100) done.resolve()
    }
  }
  const handler = { onRequest: () => ({ accept: true as const, passphrase: 'correct horse', onConnection }) }
  const server = await openSrtServer({ port: 0, host: '127.0.0.1', clock: systemClock, log: silentLogger, handler })
  t.after(() => server.close())
  const callers = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      callUntilReady(server.port, { streamId: String(i), passphrase: 'correct horse', connectTimeoutMs: 10_000, latencyMs: 500 }),
    ),
  )
  for (let n = 0; n < 100; n++) {
    for (const c of callers) c.send(makePayload(Number(c.streamId)))
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  for (const c of callers) c.close()
  await done.promise
  assert.deepEqual([counts.size, [...counts.values()].every((n) => n === 100), isIntact], [100, true, true])
  assert.equal(server.stats.connections, 0)
})

const skip = hasProgram('srt-live-transmit') ? false : 'srt-live-transmit is not installed'

test('a publisher that is killed is noticed in its idle timeout', { skip, timeout: 30_000 }, async (t) => {
  const { server, recording } = await openRecorder(t, { idleTimeoutMs: 1_500 })
  const peer = startPeer(t, 'srt-live-transmit', ['-q', 'file://con', `srt://127.0.0.1:${server.port}`])
  await recording.until('connection', () => recording.connection !== null)
  await peer.feed(new Uint8Array(131_600).fill(0x47), 1_000_000)
  await recording.until('payloads', () => recording.bytes > 0)
  await peer.stop()
  const killedAtMs = performance.now()
  await recording.until('close', () => recording.closed !== null)
  const tookMs = performance.now() - killedAtMs
  assert.equal(recording.closed, 'idle-timeout')
  assert.ok(tookMs > 400 && tookMs < 2_500, `it took ${tookMs} ms`)
})

test('a listener on all addresses takes IPv4 and IPv6 callers, and names them plainly', { timeout: 30_000 }, async (t) => {
  const addresses: string[] = []
  const server = await openSrtServer({
    port: 0,
    clock: systemClock,
    log: silentLogger,
    handler: {
      onRequest: (request) => {
        addresses.push(request.remoteAddress)
        return { accept: true, onConnection() {} }
      },
    },
  })
  t.after(() => server.close())
  for (const host of ['127.0.0.1', '::1', 'localhost']) await closed(await callUntilReady(server.port, { host }))
  assert.deepEqual(addresses.slice(0, 2), ['127.0.0.1', '::1'])
})

test('a host name without an address, a closed port and a refused target are classed', { timeout: 30_000 }, async () => {
  const call = (host: string, port: number, isAllowedAddress?: (address: string) => boolean): Promise<Failure | null> =>
    new Promise((resolve) => {
      openSrtCaller({
        host,
        port,
        mode: 'send',
        connectTimeoutMs: 500,
        isAllowedAddress,
        clock: systemClock,
        log: silentLogger,
        handler: { onReady() {}, onClose: resolve },
      })
    })
  assert.equal((await call('no-such-host.invalid', 9_000))?.kind, 'dns')
  assert.equal((await call('127.0.0.1', await findFreePort()))?.code, 'SRT_UNREACHABLE')
  assert.equal((await call('127.0.0.1', 9_000, () => false))?.code, 'SRT_TARGET_REFUSED')
})

test('a port that is taken rejects with the system error', async (t) => {
  const { server } = await openRecorder(t)
  const options = {
    host: '127.0.0.1',
    clock: systemClock,
    log: silentLogger,
    handler: { onRequest: () => ({ accept: false as const, code: 1403 }) },
  }
  await assert.rejects(openSrtServer({ ...options, port: server.port }), { code: 'EADDRINUSE' })
})
