import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutputState } from '@sluice/base/words'
import { nextOutputState, type OutputEvent } from './state.ts'

const events: readonly OutputEvent[] = [
  'sourceReady',
  'sourceGone',
  'accepted',
  'stalled',
  'recovered',
  'lost',
  'refusedForGood',
  'retryDue',
  'gaveUp',
  'stop',
  'rearm',
  'restart',
]

/** One row a state, one cell an event in the order above; `-` changes nothing. */
const table: Readonly<Record<OutputState, string>> = {
  idle: 'connecting - - - - - - - - stopped - -',
  connecting: '- idle live stalled - backoff failed - - stopped - idle',
  live: '- idle - stalled - backoff failed - - stopped - idle',
  stalled: '- idle - - live backoff failed - - stopped - idle',
  backoff: '- idle - - - - - connecting disabled stopped - idle',
  stopped: '- - - - - - - - - - idle -',
  disabled: '- - - - - - - - - stopped idle idle',
  failed: '- - - - - - - - - stopped idle idle',
}
for (const [state, row] of Object.entries(table) as [OutputState, string][]) {
  test(`an output that is ${state} moves as the table says [OUT-01]`, () => {
    assert.equal(events.map((event) => nextOutputState(state, event) ?? '-').join(' '), row)
  })
}
