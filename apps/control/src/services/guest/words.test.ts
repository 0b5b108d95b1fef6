import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutputActual } from '@sluice/contract/link'
import { guestWords } from './words.ts'

const at = new Date(0).toISOString()
/** As an engine says it, with words of the channel that a guest must not read. */
const reason = { kind: 'auth', code: 'X', message: 'primary of Gala: refused', hint: 'ask the operator of Gala' } as const
const actual = (patch: Partial<OutputActual>): OutputActual => ({
  outputId: 'o',
  state: 'live',
  since: at,
  generation: 1,
  reason: null,
  attempts: 1,
  nextRetryAt: null,
  liveSince: null,
  ...patch,
})
const moving = (state: 'opening' | 'failed'): OutputActual =>
  actual({ handover: { state, since: at, attempts: 1, nextRetryAt: null, reason: state === 'failed' ? reason : null } })

const cases: [title: string, desired: string, actual: OutputActual | null, state: string, says: RegExp][] = [
  ['stopped by the operator', 'stopped', actual({}), 'stopped', /by the operator/],
  ['not carried yet', 'running', null, 'waiting', /starts automatically/],
  ['without a source', 'running', actual({ state: 'idle' }), 'waiting', /starts automatically/],
  ['connecting', 'running', actual({ state: 'connecting' }), 'connecting', /^Connecting/],
  ['live', 'running', actual({}), 'live', /receives the programme/],
  ['moving to a new key', 'running', moving('opening'), 'live', /switching to the new/],
  ['kept from its new key', 'running', moving('failed'), 'trouble', /^Live with the old key: .* Replace the key\.$/],
  ['refused', 'running', actual({ state: 'failed', reason }), 'trouble', /refuses the key\. Replace the key\.$/],
  ['to be tried again', 'running', actual({ state: 'backoff', reason, nextRetryAt: at }), 'trouble', /tries again automatically\.$/],
  ['stalled', 'running', actual({ state: 'stalled', reason: { ...reason, kind: 'stall' } }), 'trouble', /too slow to keep up/],
]
for (const [title, desired, word, state, says] of cases) {
  test(`a guest reads of an output that is ${title} what it is, and nothing of the channel`, () => {
    const words = guestWords(desired, word)
    assert.equal(words.state, state)
    assert.match(words.says, says)
    assert.doesNotMatch(words.says, /Gala|primary/)
  })
}
