import assert from 'node:assert/strict'
import { test } from 'node:test'
import { slateView } from './slate-view.ts'

const sight = { shows: null, clipId: null, slateMs: 60_000, work: null, actual: null, unavailable: null }
const engine = (state: 'loading' | 'ready' | 'misfit' | 'failed', problem: string | null = null) => ({ key: 'k', state, problem })

const cases = [
  { name: 'nothing when it is switched off', given: { slateMs: 0 }, says: 'name off nothing null' },
  { name: 'the last picture when that was chosen', given: { shows: 'last-picture' }, says: 'last-picture ready last-picture null' },
  {
    name: 'the last picture until the channel was on the air',
    given: {},
    says: 'name waiting last-picture it is created once the channel is live',
  },
  {
    name: 'the last picture while it is made',
    given: { work: { state: 'preparing' as const, reason: null } },
    says: 'name preparing last-picture it is being created for the current programme',
  },
  {
    name: 'the chosen one while the next is made and the one before still fits',
    given: { shows: 'clip', work: { state: 'preparing' as const, reason: null }, actual: engine('ready') },
    says: 'clip preparing chosen null',
  },
  { name: 'the chosen one once the engine has it', given: { actual: engine('ready') }, says: 'name ready chosen null' },
  {
    name: 'the last picture where it does not fit',
    given: { actual: engine('misfit', 'another size') },
    says: 'name failed last-picture another size',
  },
  {
    name: 'the last picture where nothing is converted',
    given: { unavailable: 'no codecs' },
    says: 'name unavailable last-picture no codecs',
  },
  {
    name: 'the last picture where it could not be made',
    given: { work: { state: 'failed' as const, reason: 'slates cannot be encoded as av1' } },
    says: 'name failed last-picture slates cannot be encoded as av1',
  },
]
for (const { name, given, says } of cases) {
  test(`a channel would show ${name}`, () => {
    const { shows, state, now, reason } = slateView({ ...sight, ...given })
    assert.equal(`${shows} ${state} ${now} ${reason}`, says)
  })
}
