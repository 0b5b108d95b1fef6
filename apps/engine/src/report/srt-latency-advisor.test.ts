import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SrtStats } from '@sluice/protocols/srt'
import { SrtLatencyAdvisor } from './srt-latency-advisor.ts'

/** A receiver at `seconds` of its life that gets 100 packets a second over a line with 140 ms RTT. */
const after = (seconds: number, latencyMs: number, lossRatio: number): SrtStats =>
  ({
    msTimeStamp: seconds * 1000,
    msRTTP95: 140,
    msRcvTsbPdDelay: latencyMs,
    pktRecvUniqueTotal: seconds * 100,
    pktRcvLossTotal: Math.round(seconds * 100 * lossRatio),
    pktRcvDropTotal: 0,
  }) as SrtStats

test('advice comes once a connection is 10 s old, and names the latency that would do', () => {
  const watch = new SrtLatencyAdvisor('receive')
  for (let second = 0; second < 10; second++) assert.equal(watch.advise(after(second, 120, 0.031)), null)
  const advice = watch.advise(after(10, 120, 0.031))
  assert.equal(advice?.suggestedLatencyMs, 620)
  assert.match(advice?.sentence ?? '', /loss 3\.1 % with RTT 140 ms: latency 120 ms can't recover it, set 620/)
})

test('advice stands still for 10 s and then follows the last 20 s alone', () => {
  const watch = new SrtLatencyAdvisor('receive')
  for (let second = 0; second <= 10; second++) watch.advise(after(second, 560, 0))
  const first = watch.advise(after(11, 560, 0))
  assert.equal(watch.advise(after(19, 560, 0)), first)
  assert.notEqual(watch.advise(after(20, 560, 0)), first)
})

test('a connection that follows another starts without advice', () => {
  const watch = new SrtLatencyAdvisor('receive')
  for (let second = 0; second <= 12; second++) watch.advise(after(second, 120, 0.05))
  assert.equal(watch.advise(after(1, 120, 0.05)), null)
})

test('a lower latency is named only after ten quiet minutes, and a burst of loss begins them anew', () => {
  const watch = new SrtLatencyAdvisor('receive')
  const said = (from: number, to: number, lossRatio: number): number | null | undefined => {
    let suggested: number | null | undefined
    for (let second = from; second <= to; second++) suggested = watch.advise(after(second, 4000, lossRatio))?.suggestedLatencyMs
    return suggested
  }
  assert.equal(said(0, 590, 0), null)
  assert.equal(said(591, 620, 0), 620)
  // Totals that jump: what was lost on the way since the connection began is more than a hundredth now.
  said(621, 630, 0.03)
  assert.equal(said(631, 700, 0.03), null)
})
