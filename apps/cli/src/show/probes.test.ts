import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelProbes } from '@sluice/contract/api'
import { formatProbes } from './probes.ts'
import { chooseStyle } from './style.ts'

const at = '2026-01-01T20:00:00.000Z'
const format: ChannelProbes['formats'][number] = {
  ...{ format: 'll-hls', state: 'ok', since: at, lookedAt: at, latencyMs: 2300, glassMs: null, fault: null, lastFault: null },
  success: { wantedMs: 1000, liveMs: 999, share: 0.999 },
}
const report: ChannelProbes = {
  ...{ channelId: 'c', at, prober: { state: 'running', since: at, problem: null, cpuShare: 0.01 } },
  formats: [format, { ...format, format: 'hls', state: 'unknown', latencyMs: null }],
  outputs: [
    { outputId: 'a', name: 'Tube', seen: true, since: at, lookedAt: at, behindMs: 9000, fault: null },
    {
      ...{ outputId: 'b', name: 'Vee', seen: false, since: at, lookedAt: at, behindMs: null },
      fault: { code: 'error-answer', sentence: 'The destination does not show the stream.', tryFirst: null },
    },
  ],
}

test('a report from outside has a line for each format and destination, and what nobody looks at is unknown', () => {
  const text = formatProbes(report, chooseStyle(false, {}))
  assert.match(text, /ll-hls +plays +2\.3 s +99\.90 %/)
  assert.match(text, /hls +unknown +- .*not probed since 20:00:00 UTC/)
  assert.match(text, /Tube +seen +9\.0 s/)
  assert.match(text, /Vee +not seen since 20:00:00 UTC: error-answer .*does not show the stream/)
})

test('a prober that is not there says so below', () => {
  const problem = 'Probes are off: start Sluice with --probes on.'
  assert.match(formatProbes({ ...report, prober: { ...report.prober, state: 'off', problem } }, chooseStyle(false, {})), /Probes are off/)
})
