import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviseLatency } from './advise-latency.ts'

const cases = [
  {
    name: 'too short for the loss',
    window: { latencyMs: 120, rttMs: 140, lossRatio: 0.031, dropRatio: 0.01, quietMs: 0 },
    sentence: "loss 3.1 % with RTT 140 ms: latency 120 ms can't recover it, set 560",
    suggested: 560,
  },
  {
    name: 'right for the loss',
    window: { latencyMs: 560, rttMs: 140, lossRatio: 0.031, dropRatio: 0, quietMs: 0 },
    sentence: 'loss 3.1 % with RTT 140 ms: all recovered, latency 560 ms is right',
    suggested: null,
  },
  {
    name: 'a clean short line at the default',
    window: { latencyMs: 120, rttMs: 3, lossRatio: 0, dropRatio: 0, quietMs: 0 },
    sentence: 'no loss with RTT 3 ms: all recovered, latency 120 ms is right',
    suggested: null,
  },
  {
    name: 'a clean long line at the default',
    window: { latencyMs: 120, rttMs: 90, lossRatio: 0, dropRatio: 0, quietMs: 0 },
    sentence: 'no loss with RTT 90 ms: latency 120 ms leaves no room for loss, set 270',
    suggested: 270,
  },
  {
    name: 'drops though the latency is long enough',
    window: { latencyMs: 500, rttMs: 50, lossRatio: 0.06, dropRatio: 0.02, quietMs: 0 },
    sentence:
      'loss 6.0 % with RTT 50 ms: 2.0 % came too late though latency 500 ms should do; the line is full at times, lower the bitrate',
    suggested: null,
  },
  {
    name: 'a line that no latency mends',
    window: { latencyMs: 120, rttMs: 50, lossRatio: 0.3, dropRatio: 0.2, quietMs: 0 },
    sentence: 'loss 30.0 % with RTT 50 ms: more than any latency recovers; lower the bitrate or fix the line and set latency 400',
    suggested: 400,
  },
  {
    name: 'generous',
    window: { latencyMs: 4000, rttMs: 50, lossRatio: 0.002, dropRatio: 0, quietMs: 600_000 },
    sentence: 'loss 0.2 % with RTT 50 ms: all recovered for 10 min; latency 4000 ms could be 150',
    suggested: 150,
  },
  {
    name: 'generous, and not quiet for long enough',
    window: { latencyMs: 4000, rttMs: 50, lossRatio: 0.002, dropRatio: 0, quietMs: 599_000 },
    sentence: 'loss 0.2 % with RTT 50 ms: all recovered, latency 4000 ms is right',
    suggested: null,
  },
  {
    name: 'nothing measured',
    window: { latencyMs: 120, rttMs: null, lossRatio: 0, dropRatio: 0, quietMs: 0 },
    sentence: 'the round trip is not measured yet',
    suggested: null,
  },
]
for (const { name, window, sentence, suggested } of cases) {
  test(`the advice for a connection that is ${name}`, () => {
    assert.deepEqual(adviseLatency(window), { sentence, suggestedLatencyMs: suggested })
  })
}
