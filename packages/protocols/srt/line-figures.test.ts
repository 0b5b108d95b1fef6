import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineFigures } from './line-figures.ts'
import { MadeLink, runStream } from './testing/made-link.ts'

test('each end tells its own direction of a line that loses, and detail keeps the names of libsrt', () => {
  const link = new MadeLink({ seed: 5, delayMs: 20, lossRatio: 0.05 })
  const { caller, listener } = link.connect({ latencyMs: 400 })
  assert.equal(lineFigures(listener.stats(), 'receive').rttMs, 0, 'nothing was measured yet')
  runStream(link, caller, listener, 1_000, 4_000_000)
  const [sent, got] = [lineFigures(caller.stats(), 'send'), lineFigures(listener.stats(), 'receive')]
  assert.deepEqual([sent.packetsTotal, got.packetsTotal, sent.latencyMs, got.latencyMs], [1_000, 1_000, 400, 400])
  assert.ok(got.rttMs >= 40 && got.rttMs < 60 && sent.rttMs >= 40, `${got.rttMs} and ${sent.rttMs} ms`)
  assert.ok(got.lostTotal > 20 && got.resentTotal > 20 && sent.resentTotal >= got.resentTotal)
  assert.deepEqual([got.droppedTotal, sent.lateTotal, got.inFlightPackets], [0, 0, 0])
  assert.deepEqual([got.detail.pktRcvLossTotal, sent.detail.pktRetransTotal], [got.lostTotal, sent.resentTotal])
})
