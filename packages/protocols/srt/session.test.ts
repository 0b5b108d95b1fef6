import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isControlPacket, readControlType } from './packet/header.ts'
import { MadeLink, makePayload, runStream } from './testing/made-link.ts'

const CLEAN = { seed: 1, delayMs: 10 }
const BITRATE_BPS = 4_000_000

test('payloads arrive at the latency after they were sent, plus the way', () => {
  const link = new MadeLink({ seed: 1, delayMs: 25 })
  const { caller, listener } = link.connect({ latencyMs: 300 })
  const { delaysMs, received } = runStream(link, caller, listener, 2_000, BITRATE_BPS)
  assert.equal(received, 2_000)
  const early = Math.min(...delaysMs)
  const late = Math.max(...delaysMs)
  // 300 ms of latency, 25 ms of way, and up to 5 ms until the next tick.
  assert.ok(early >= 325 && late <= 331, `delays are ${early} to ${late} ms`)
})

test("'asap' delivers at once what is in order", () => {
  const link = new MadeLink({ seed: 1, delayMs: 25 }, { defaults: { delivery: 'asap' } })
  const { caller, listener } = link.connect({ latencyMs: 300 })
  const { delaysMs } = runStream(link, caller, listener, 500, BITRATE_BPS)
  assert.ok(Math.max(...delaysMs) <= 31, `the slowest took ${Math.max(...delaysMs)} ms`)
})

test('below one round trip of latency losses are dropped as late, counted, and the stream goes on', () => {
  const link = new MadeLink({ seed: 5, delayMs: 100, lossRatio: 0.05 })
  const { caller, listener } = link.connect({ latencyMs: 120 })
  const result = runStream(link, caller, listener, 3_000, BITRATE_BPS)
  const stats = listener.stats()
  assert.ok(stats.pktRcvDropTotal > 50, `${stats.pktRcvDropTotal} dropped`)
  assert.equal(result.received + stats.pktRcvDropTotal, 3_000)
  assert.ok(result.isOrdered && result.isIntact)
  assert.ok(stats.pktRcvBelatedTotal > 0, 'what was sent again came after its time')
  assert.ok(Math.max(...result.delaysMs) <= 240, 'no payload is held longer than the latency')
})

test('the larger wish for latency counts, in each direction', () => {
  const link = new MadeLink(CLEAN, { defaults: { latencyMs: 200, peerLatencyMs: 900 } })
  const { caller, listener } = link.connect({ latencyMs: 700, peerLatencyMs: 150 })
  assert.deepEqual([listener.latencyMs, caller.sendLatencyMs], [200, 200])
  assert.deepEqual([listener.sendLatencyMs, caller.latencyMs], [900, 900])
})

test('a peer cannot ask for more latency than is allowed', () => {
  const link = new MadeLink(CLEAN, { defaults: { maxLatencyMs: 2_000 } })
  const { listener } = link.connect({ latencyMs: 60_000 })
  assert.equal(listener.latencyMs, 2_000)
})

test('a frame is cut into payloads, the last as short as it comes, and leaves in one go', () => {
  const link = new MadeLink(CLEAN)
  const { caller, listener } = link.connect({ latencyMs: 100 })
  const sizes: number[] = []
  listener.onPayload = (payload) => sizes.push(payload.length)
  assert.equal(caller.sendAll(new Uint8Array(188 * 128), 1316), 188 * 128)
  assert.equal(caller.stats().pktSentUniqueTotal, 19, 'a frame of 6 Mbit/s does not wait for the pacing')
  assert.equal(caller.sendAll(new Uint8Array(0), 1316), 0)
  link.runUntil(() => sizes.length === 19, 500)
  assert.deepEqual(sizes, [...Array(18).fill(1316), 376])
})

test('what does not fit into the send queue is dropped and counted, the payloads before it leave', () => {
  const link = new MadeLink(CLEAN)
  const { caller } = link.connect({ latencyMs: 100, sendBufferPackets: 64 })
  assert.equal(caller.sendAll(new Uint8Array(1316 * 70), 1316), 1316 * 64)
  assert.equal(caller.stats().pktSndDropTotal, 6)
  assert.equal(caller.sendAll(new Uint8Array(3000), 3000), 0, 'a payload over the limit')
  assert.equal(caller.stats().pktSndDropTotal, 7)
})

test('a burst is acknowledged once', () => {
  const link = new MadeLink(CLEAN)
  const { caller, listener } = link.connect({ latencyMs: 200 })
  link.clock.advance(100)
  caller.sendAll(new Uint8Array(1316 * 19), 1316)
  link.clock.advance(60)
  assert.equal(listener.stats().pktSentACKTotal, 1)
  assert.equal(caller.stats().pktSndBuf, 0)
})

test('when a steady stream breaks off, what is buffered still plays at its time', () => {
  const link = new MadeLink(CLEAN)
  const { caller, listener } = link.connect({ latencyMs: 120 })
  const sentAtMs: number[] = []
  const lateMs: number[] = []
  listener.onPayload = () => lateMs.push(link.clock.nowMs() - sentAtMs[lateMs.length]! - 130)
  for (let i = 0; i < 500; i++) {
    caller.send(makePayload(i))
    sentAtMs.push(link.clock.nowMs())
    link.clock.advance(2)
  }
  link.clock.advance(300)
  assert.equal(lateMs.length, 500)
  assert.ok(Math.max(...lateMs.slice(0, 430)) <= 6, `the slowest was ${Math.max(...lateMs.slice(0, 430))} ms late`)
  assert.ok(Math.max(...lateMs) <= 21, `after the break the slowest was ${Math.max(...lateMs)} ms late`)
})

test('rates follow the second that passed', () => {
  const link = new MadeLink(CLEAN)
  const { caller, listener } = link.connect({ latencyMs: 120 })
  for (let i = 0; i < 500; i++) {
    caller.send(makePayload(i))
    link.clock.advance(4)
  }
  for (const mbps of [caller.stats().mbpsSendRate, listener.stats().mbpsRecvRate]) assert.ok(Math.abs(mbps - 2.66) < 0.1, `${mbps} Mbit/s`)
  link.clock.advance(1_500)
  assert.deepEqual([caller.stats().mbpsSendRate, listener.stats().mbpsRecvRate], [0, 0])
})

test('both directions carry payloads at the same time', () => {
  const link = new MadeLink({ seed: 3, delayMs: 20, lossRatio: 0.02 }, {}, { accept: true, passphrase: 'a passphrase' })
  const { caller, listener } = link.connect({ latencyMs: 200, passphrase: 'a passphrase' })
  let [up, down] = [0, 0]
  listener.onPayload = () => up++
  caller.onPayload = () => down++
  for (let i = 0; i < 1_000; i++) {
    caller.send(makePayload(i))
    listener.send(makePayload(i))
    link.clock.advance(3)
  }
  link.runUntil(() => up === 1_000 && down === 1_000, 2_000)
})

test('keys change in mid-stream and not one packet is lost to it', () => {
  const keyRefresh = { afterPackets: 200, announcePackets: 40 }
  const link = new MadeLink({ seed: 4, delayMs: 20, lossRatio: 0.05 }, {}, { accept: true, passphrase: 'a passphrase' })
  const { caller, listener } = link.connect({ latencyMs: 300, passphrase: 'a passphrase', keyLengthBytes: 32, keyRefresh })
  const result = runStream(link, caller, listener, 3_000, BITRATE_BPS)
  assert.deepEqual([result.received, result.isIntact], [3_000, true])
  const { kmRefreshTotal, pktRcvUndecryptTotal, keyLengthBytes } = listener.stats()
  assert.ok(kmRefreshTotal >= 13, `${kmRefreshTotal} new keys`)
  assert.deepEqual([pktRcvUndecryptTotal, keyLengthBytes], [0, 32])
})

test('AES-GCM carries a stream through loss, retransmission and key changes', () => {
  const keyRefresh = { afterPackets: 300, announcePackets: 50 }
  const link = new MadeLink({ seed: 4, delayMs: 20, lossRatio: 0.05 }, {}, { accept: true, passphrase: 'a passphrase' })
  const { caller, listener } = link.connect({ latencyMs: 300, passphrase: 'a passphrase', cipherMode: 'gcm', keyRefresh })
  const result = runStream(link, caller, listener, 1_500, BITRATE_BPS)
  assert.deepEqual([result.received, result.isIntact], [1_500, true])
  assert.deepEqual([listener.stats().cipher, listener.stats().pktRcvUndecryptTotal, caller.maxPayloadBytes], ['gcm', 0, 1440])
})

test('an altered packet is refused under AES-GCM and counted', () => {
  const link = new MadeLink(CLEAN, {}, { accept: true, passphrase: 'a passphrase' })
  const { caller, listener } = link.connect({ passphrase: 'a passphrase', cipherMode: 'gcm' })
  let n = 0
  link.network.watch = (packet) => {
    if (!isControlPacket(packet) && ++n === 10) packet[100] = packet[100]! ^ 1
    return true
  }
  const result = runStream(link, caller, listener, 100, BITRATE_BPS)
  assert.deepEqual([result.received, listener.stats().pktRcvUndecryptTotal], [99, 1])
})

test('timestamps wrap without a break, after an hour without a payload', () => {
  const link = new MadeLink({ seed: 9, delayMs: 20, lossRatio: 0.03 })
  const { caller, listener } = link.connect({ latencyMs: 200 })
  // 32 bits of microseconds end after 71.6 minutes; keepalives carry the clock over the silence.
  link.clock.advance(2 ** 32 / 1000 - 3_000)
  const result = runStream(link, caller, listener, 3_000, BITRATE_BPS)
  assert.deepEqual([result.received, result.isOrdered, result.isIntact], [3_000, true, true])
  assert.ok(Math.max(...result.delaysMs) <= 232)
})

test('packets out of order within the jitter are waited for, not asked for', () => {
  const link = new MadeLink({ seed: 6, delayMs: 20, jitterMs: 20, duplicateRatio: 0.02 })
  const { caller, listener } = link.connect({ latencyMs: 400 })
  const result = runStream(link, caller, listener, 5_000, BITRATE_BPS)
  assert.equal(result.received, 5_000)
  const { pktRetransTotal } = caller.stats()
  assert.ok(pktRetransTotal < 100, `${pktRetransTotal} of 5000 sent again though none was lost`)
  assert.ok(listener.stats().pktRcvReorderedTotal > 1_000)
  assert.ok(listener.stats().msReorderTolerance > 10)
})

test('a last packet that is lost comes after all, without a packet behind it', () => {
  const link = new MadeLink(CLEAN)
  const { caller, listener } = link.connect({ latencyMs: 500 })
  let n = 0
  listener.onPayload = () => n++
  link.network.watch = (packet) => isControlPacket(packet) || n > 0 || link.network.lost++ > 0
  caller.send(makePayload(0))
  link.runUntil(() => n === 1, 1_000)
})

test('what no NAK asks for is sent again all the same, once its ACK is overdue', () => {
  const link = new MadeLink({ seed: 14, delayMs: 25, lossRatio: 0.005 })
  const { caller, listener } = link.connect({ latencyMs: 600 })
  link.network.watch = (packet) => !isControlPacket(packet) || readControlType(packet) !== 3
  const { received } = runStream(link, caller, listener, 2_000, BITRATE_BPS)
  assert.deepEqual([received, listener.stats().pktRcvDropTotal], [2_000, 0])
  assert.ok(listener.stats().pktRcvRetransTotal > 0)
})

test('a burst in a stream is spread over the latency by pacing, and a fixed rate is kept', () => {
  const run = (maxBandwidthBps?: number): number => {
    const link = new MadeLink(CLEAN)
    const { caller, listener } = link.connect({ latencyMs: 400, maxBandwidthBps })
    let received = 0
    let lastAtMs = 0
    listener.onPayload = () => received++
    link.network.watch = (packet) => {
      if (!isControlPacket(packet)) lastAtMs = link.clock.nowMs()
      return true
    }
    for (let i = 0; i < 400; i++, link.clock.advance(5)) caller.send(makePayload(i)) // 2 Mbit/s
    const startMs = link.clock.nowMs()
    for (let i = 0; i < 200; i++) caller.send(makePayload(i))
    link.runUntil(() => received === 600, 3_000)
    return lastAtMs - startMs
  }
  const freeMs = run()
  assert.ok(freeMs >= 50 && freeMs <= 200, `a burst of 200 packets left within ${freeMs} ms`)
  const fixedMs = run(8_000_000) // 200 packets of 1360 bytes: 272 ms
  assert.ok(fixedMs >= 240 && fixedMs <= 290, `at 8 Mbit/s it took ${fixedMs} ms`)
})

test('a narrow link with a short queue carries a stream just below its rate', () => {
  const link = new MadeLink({ seed: 8, delayMs: 20, rateBps: 6_000_000 })
  const { caller, listener } = link.connect({ latencyMs: 300 })
  const result = runStream(link, caller, listener, 3_000, 5_000_000)
  assert.equal(result.received, 3_000)
})

test('a peer that stops acknowledging costs bounded memory, and old packets are given up', () => {
  const link = new MadeLink(CLEAN, {}, { accept: true, passphrase: 'a passphrase' })
  const { caller } = link.connect({ passphrase: 'a passphrase', latencyMs: 200, idleTimeoutMs: 60_000 })
  link.network.watch = (_packet, from) => from.port !== 8890 // nothing comes back
  for (let i = 0; i < 20_000; i++) {
    caller.send(makePayload(i))
    link.clock.advance(1)
  }
  const stats = caller.stats()
  assert.ok(stats.pktSndBuf < 1_100, `${stats.pktSndBuf} packets are held: about a second`)
  assert.ok(stats.pktSndDropTotal > 18_000)
  assert.ok(caller.queuedMs > 900 && caller.queuedMs < 1_100)
  assert.ok(link.clock.nowMs() - caller.lastAckAtMs >= 20_000)
})

test('a queue over its limit drops and says so', () => {
  const link = new MadeLink(CLEAN)
  const { caller } = link.connect({ sendBufferPackets: 64, maxBandwidthBps: 100_000 })
  const verdicts = Array.from({ length: 70 }, (_, i) => caller.send(makePayload(i)))
  assert.deepEqual([verdicts[63], verdicts[64]], ['queued', 'dropped'])
  assert.equal(caller.send(new Uint8Array(2_000)), 'dropped', 'over the segment')
})

test('a stream goes on after an outage longer than the receive buffer', () => {
  const link = new MadeLink(CLEAN, { defaults: { receiveBufferPackets: 256, idleTimeoutMs: 30_000 } })
  const { caller, listener } = link.connect({ latencyMs: 120, idleTimeoutMs: 30_000 })
  const seen: number[] = []
  listener.onPayload = (payload) => seen.push(new DataView(payload.buffer, payload.byteOffset).getUint32(0))
  for (let i = 0; i < 6_000; i++) {
    link.network.watch = () => i < 1_000 || i > 4_000
    caller.send(makePayload(i))
    link.clock.advance(2)
  }
  link.clock.advance(500)
  assert.ok(seen.includes(999))
  assert.equal(seen[seen.length - 1], 5_999)
  assert.ok(seen.filter((i) => i > 4_500).length > 1_490, 'all of what came well after the outage')
})

test('a clock that is 200 ppm off is followed', () => {
  const link = new MadeLink({ seed: 2, delayMs: 20, jitterMs: 4 })
  const { caller, listener } = link.connect({ latencyMs: 200 })
  // The sender's clock runs fast: its timestamps grow by 200 us a second more than ours.
  const startMs = link.clock.nowMs()
  link.network.watch = (packet, from) => {
    if (from.port === 8890) return true
    const view = new DataView(packet.buffer, packet.byteOffset)
    view.setUint32(8, view.getUint32(8) + Math.round((link.clock.nowMs() - startMs) * 0.2))
    return true
  }
  const { delaysMs, received } = runStream(link, caller, listener, 120_000, 4_000_000)
  assert.equal(received, 120_000)
  const first = delaysMs.slice(0, 2_000).reduce((a, b) => a + b) / 2_000
  const last = delaysMs.slice(-2_000).reduce((a, b) => a + b) / 2_000
  const { msDrift } = listener.stats()
  // 316 s: without correction the delay would have grown by 63 ms.
  assert.ok(Math.abs(last - first) < 5, `the delay went from ${first} to ${last} ms`)
  assert.ok(msDrift < -50 && msDrift > -70, `${msDrift} ms corrected`)
})

test('a sender whose clock jumps ahead does not stall the stream', () => {
  const link = new MadeLink(CLEAN)
  const { caller, listener } = link.connect({ latencyMs: 120 })
  let received = 0
  listener.onPayload = () => received++
  link.network.watch = (packet) => {
    if (isControlPacket(packet) || received < 100) return true
    const view = new DataView(packet.buffer, packet.byteOffset)
    view.setUint32(8, view.getUint32(8) + 60_000_000)
    return true
  }
  for (let i = 0; i < 500; i++) {
    caller.send(makePayload(i))
    link.clock.advance(4)
  }
  link.clock.advance(300)
  assert.equal(received, 500)
})

test('close waits until what was sent has been played, then the peer hears of it', () => {
  const link = new MadeLink({ seed: 12, delayMs: 30, lossRatio: 0.1 })
  const { caller, listener } = link.connect({ latencyMs: 400 })
  let received = 0
  let endingAt = -1
  listener.onPayload = () => received++
  listener.onEnding = () => {
    endingAt = received
  }
  for (let i = 0; i < 100; i++) caller.send(makePayload(i))
  caller.close()
  assert.equal(caller.send(makePayload(0)), 'dropped')
  assert.equal(caller.state, 'lingering')
  link.runUntil(() => link.acceptedClose !== null, 8_000)
  assert.deepEqual([received, endingAt, link.acceptedClose, link.callerFailure], [100, 100, 'peer-shutdown', null])
})

test('what is buffered is still played when the peer shuts down at once', () => {
  const link = new MadeLink(CLEAN)
  const { caller, listener } = link.connect({ latencyMs: 500 })
  let received = 0
  let isEnding = false
  listener.onPayload = () => received++
  listener.onEnding = () => {
    isEnding = true
  }
  for (let i = 0; i < 40; i++) caller.send(makePayload(i))
  link.clock.advance(200)
  caller.abort()
  link.clock.advance(20)
  assert.deepEqual([received, isEnding, listener.state], [0, true, 'draining'])
  link.runUntil(() => link.acceptedClose === 'peer-shutdown', 600)
  assert.equal(received, 40)
})

test('a peer that vanishes is noticed in its idle timeout, on both sides', () => {
  const link = new MadeLink(CLEAN, { defaults: { idleTimeoutMs: 3_000 } })
  const { caller } = link.connect()
  caller.send(makePayload(0))
  link.clock.advance(100)
  link.network.watch = () => false
  link.clock.advance(2_800)
  assert.equal(link.acceptedClose, null)
  link.clock.advance(300)
  assert.equal(link.acceptedClose, 'idle-timeout')
  link.clock.advance(2_000)
  assert.equal(link.callerFailure?.code, 'SRT_IDLE_TIMEOUT')
})

test('an idle connection is kept alive for hours by keepalives alone, and time stands still when all is closed', () => {
  const link = new MadeLink(CLEAN)
  const { caller, listener } = link.connect()
  let control = 0
  link.network.watch = (packet) => {
    if (isControlPacket(packet) && readControlType(packet) === 1) control++
    return true
  }
  link.clock.advance(60_000)
  assert.deepEqual([caller.state, listener.state], ['open', 'open'])
  assert.ok(control >= 110 && control <= 122, `${control} keepalives in a minute, both ways`)
  caller.close()
  link.clock.advance(20_000)
  assert.equal(link.clock.pendingTimers, 0)
})

test('the figures of both ends agree with each other and with the network', () => {
  const link = new MadeLink({ seed: 21, delayMs: 40, lossRatio: 0.05 })
  const { caller, listener } = link.connect({ latencyMs: 400 })
  let queued = 0
  for (let i = 0; i < 4_000; i++) {
    if (caller.send(makePayload(i)) === 'queued') queued++
    link.clock.advance(2)
  }
  link.clock.advance(1_000)
  const [tx, rx] = [caller.stats(), listener.stats()]
  assert.equal(tx.pktSentUniqueTotal, queued)
  assert.equal(rx.pktRecvUniqueTotal, queued)
  assert.equal(tx.pktSentTotal, tx.pktSentUniqueTotal + tx.pktRetransTotal)
  assert.equal(tx.byteSentUniqueTotal, queued * (1316 + 44))
  assert.ok(Math.abs(tx.msRTT - 80) < 4 && Math.abs(rx.msRTT - 80) < 4, `${tx.msRTT} and ${rx.msRTT}`)
  assert.ok(rx.msRTTMin !== null && rx.msRTTMin >= 80 && rx.msRTTP95! < 90)
  assert.ok(rx.pktRcvLossTotal > 120 && rx.pktRcvLossTotal < 300, `${rx.pktRcvLossTotal} of 4000 lost at 5 %`)
  assert.equal(rx.pktRcvDropTotal, 0)
  assert.equal(tx.msSndBuf, 0)
})
