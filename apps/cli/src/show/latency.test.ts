import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LatencyLedger } from '@sluice/contract/api'
import { formatLatency } from './latency.ts'
import { chooseStyle } from './style.ts'

const entry = { expected: null, figures: [], breachedSince: null, budget: { fromMs: 100, toMs: 350, isOwn: false } }
const usual = { fromMs: 2000, toMs: 5000 }
const ledger: LatencyLedger = {
  channelId: 'c',
  at: null,
  stages: [
    { ...entry, stage: 'contribution', ms: null, basis: 'expected', verdict: 'unknown', expected: usual, how: 'TCP tells nothing.' },
    {
      ...entry,
      stage: 'processing',
      ms: 412.34,
      basis: 'measured',
      verdict: 'over',
      how: '',
      figures: [{ label: 'Median', value: '3 ms', isTroubled: false }],
    },
    { ...entry, stage: 'player', ms: null, basis: 'computed', verdict: 'unknown', how: 'No segments yet.' },
  ],
  outputs: [
    {
      outputId: 'o',
      name: 'Stage\u001b[31m',
      state: 'live',
      queueBytes: 0,
      queueMs: 0,
      queueVerdict: 'within',
      acceptanceMs: 1700,
      acceptanceBasis: 'measured',
      acceptanceVerdict: 'over',
      how: 'From write to acknowledgement.',
    },
  ],
  ownMs: 412,
  drift: { msPerMinute: 31.3, limitMsPerMinute: 20, isDrifting: true },
}

test('what is expected is marked, what is unknown is a dash, and names say nothing to the terminal [ING-13]', () => {
  const text = formatLatency(ledger, chooseStyle(false, {}))
  assert.match(text, /contribution +~2\.0 s-5\.0 s +350 ms +unknown +expected +TCP tells nothing\./)
  assert.match(text, /processing +412\.3 ms +350 ms +over +measured +Median 3 ms/)
  assert.match(text, /player +- /)
  assert.match(text, /live +0 ms +1\.7 s/)
  assert.match(text, /Sluice itself adds 412 ms; drifting: \+31\.3 ms a minute\./)
  assert.equal(text.includes('\u001b'), false)
})
