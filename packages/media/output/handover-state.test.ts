import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HandoverEvent, type HandoverState, nextHandoverState } from './handover-state.ts'

const events: readonly HandoverEvent[] = ['ready', 'cut', 'lost', 'refusedForGood', 'gaveUp', 'retryDue']

/** One row a state, one cell an event in the order above; `-` changes nothing. */
const table: Readonly<Record<HandoverState, string>> = {
  opening: 'cutting - backoff failed - -',
  cutting: '- done backoff failed - -',
  backoff: '- - - - failed opening',
  failed: '- - - - - -',
  done: '- - - - - -',
}
for (const [state, row] of Object.entries(table) as [HandoverState, string][]) {
  test(`a handover that is ${state} moves as the table says [OUT-12]`, () => {
    assert.equal(events.map((event) => nextHandoverState(state, event) ?? '-').join(' '), row)
  })
}
