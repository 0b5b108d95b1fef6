import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviseLatency } from './advise-latency.ts'

const cases = [
  {
    name: 'too short for the loss',
    window: { latencyMs: 120, rttMs: 140, lossRatio: 0.031, dropRatio: 0.01, quietMs: 0 },
    sentence: "loss 3.1 % with RTT 140 ms: latency 120 ms can't recover it, set 620",
    suggested: 620,
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
    sentence: 'no loss with RTT 90 ms: latency 120 ms leaves no headroom to resend lost packets, set 400',
    suggested: 400,
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
    sentence: 'loss 30.0 % with RTT 50 ms: more than any latency recovers; lower the bitrate or fix the line and set latency 440',
    suggested: 440,
  },
  {
    name: 'generous',
    window: { latencyMs: 4000, rttMs: 50, lossRatio: 0.002, dropRatio: 0, quietMs: 600_000 },
    sentence: 'loss 0.2 % with RTT 50 ms: all recovered for 10 min; latency 4000 ms could be 220',
    suggested: 220,
  },
  {
    name: 'generous, and not quiet for long enough',
    window: { latencyMs: 4000, rttMs: 50, lossRatio: 0.002, dropRatio: 0, quietMs: 599_000 },
    sentence: 'loss 0.2 % with RTT 50 ms: all recovered, latency 4000 ms is right',
    suggested: null,
  },
  {
    name: 'over a satellite, with loss',
    window: { latencyMs: 500, rttMs: 600, lossRatio: 0.02, dropRatio: 0.01, quietMs: 0 },
    sentence: "loss 2.0 % with RTT 600 ms: latency 500 ms can't recover it, set 2640",
    suggested: 2640,
  },
  {
    name: 'just under four round trips, without loss',
    window: { latencyMs: 1599, rttMs: 400, lossRatio: 0, dropRatio: 0, quietMs: 3_600_000 },
    sentence: 'no loss with RTT 400 ms: latency 1599 ms leaves no headroom to resend lost packets, set 1760',
    suggested: 1760,
  },
  {
    name: 'at four round trips, without loss',
    window: { latencyMs: 1600, rttMs: 400, lossRatio: 0, dropRatio: 0, quietMs: 3_600_000 },
    sentence: 'no loss with RTT 400 ms: all recovered, latency 1600 ms is right',
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

test('what is advised is never advised against: at the latency that the advice names there is nothing more to set', () => {
  for (const rttMs of [5, 29, 31, 90, 250, 600, 1100]) {
    for (const lossRatio of [0, 0.009, 0.011, 0.05, 0.09, 0.12]) {
      for (const latencyMs of [20, 120, 500, 2000, 8000, 60_000]) {
        const window = { latencyMs, rttMs, lossRatio, dropRatio: 0, quietMs: 600_000 }
        const { suggestedLatencyMs } = adviseLatency(window)
        const next = adviseLatency({ ...window, latencyMs: suggestedLatencyMs ?? latencyMs })
        assert.equal(next.suggestedLatencyMs, null, `${JSON.stringify(window)}: ${suggestedLatencyMs}, then ${next.suggestedLatencyMs}`)
        if (suggestedLatencyMs !== null) assert.ok(suggestedLatencyMs >= 4 * rttMs)
      }
    }
  }
})
