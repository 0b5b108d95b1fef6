import type { Channel } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { driftedIn, failoverFormOf, failoverPatch, outsideOf, triggerWords } from './failover-form.ts'

const failover = {
  triggerMs: 900,
  holdMs: 30_000,
  slateMs: 60_000,
  triggers: { noKeyFrame: true, bitrateShare: 0.1, timeStall: false, audioLoss: false },
  own: ['triggerMs' as const, 'triggers' as const],
  fromClasses: {
    triggerMs: { class: 'B' as const, default: 2500, min: 2000, max: 4000 },
    holdMs: { class: 'B' as const, default: 30_000, min: 20_000, max: 60_000 },
  },
}
const slate: Channel['slate'] = { shows: 'name', clipId: null, state: 'waiting', now: 'last-picture', reason: null }
const channel = { failover, slate, violations: [] }
const form = failoverFormOf(channel)

test('a time that the class sets is empty, and what is unchanged is not sent', () => {
  expect([form.triggerMs, form.holdMs, form.bitratePercent]).toEqual([900, '', 10])
  expect(failoverPatch(form, channel)).toEqual({ failover: {} })
})

test('a time outside asks for a reason and sends it; one that was outside before and stays as it is does not', () => {
  expect(outsideOf(form, channel)).toEqual([])
  const outside = { ...form, holdMs: 5000, reason: 'a short show' }
  expect(outsideOf(outside, channel)).toEqual(['Return after 5 s; class B allows 20 to 60 s.'])
  expect(failoverPatch(outside, channel)).toEqual({ failover: { holdMs: 5000 }, override: { reason: 'a short show' } })
})

test('an emptied time goes back to the class, and triggers are sent one by one', () => {
  expect(failoverPatch({ ...form, triggerMs: '', audioLoss: true, bitratePercent: 25 }, channel)).toEqual({
    failover: { triggerMs: null, triggers: { audioLoss: true, bitrateShare: 0.25 } },
  })
  expect(triggerWords(failover.triggers)).toBe('no keyframes, bitrate below 10%')
})

test('a trigger on picture or sound is sent as its time, 0 when it goes off, and as the usual time when none was typed', () => {
  const on = failoverFormOf({ failover: { ...failover, triggers: { ...failover.triggers, blackMs: 4000, silenceMs: 2000 } }, slate })
  expect([on.blackMs, on.freezeMs, on.silenceMs, form.blackMs]).toEqual([4000, 0, 2000, 0])
  expect(failoverPatch({ ...form, blackMs: 6000, freezeMs: '' }, channel)).toEqual({
    failover: { triggers: { blackMs: 6000, freezeMs: 10_000 } },
  })
  const was = { failover: { ...failover, triggers: { ...failover.triggers, blackMs: 4000 } }, slate, violations: [] }
  expect(failoverPatch({ ...form, blackMs: 0 }, was)).toEqual({ failover: { triggers: { blackMs: 0 } } })
  expect(triggerWords({ ...failover.triggers, bitrateShare: 0, blackMs: 4000, freezeMs: 10_000, silenceMs: 2500 })).toBe(
    'no keyframes, 4 s of black, 10 s of frozen picture, 2.5 s of silence',
  )
})

test('what drifted outside may have its reason, and is then sent again as it is', () => {
  const violations = [{ field: 'failover.triggerMs' as const, found: 900, limit: { class: 'B' as const, min: 2000, max: 4000 } }]
  expect(driftedIn(form, violations)).toHaveLength(1)
  expect(failoverPatch(form, { failover, slate, violations })).toEqual({ failover: {} })
  expect(failoverPatch({ ...form, reason: 'it was so before' }, { failover, slate, violations })).toEqual({
    failover: { triggerMs: 900 },
    override: { reason: 'it was so before' },
  })
  expect(driftedIn({ ...form, triggerMs: 3000 }, violations)).toEqual([])
})

test('a slate is switched off and on, and a choice of what it shows is sent in place of that', () => {
  expect(failoverPatch({ ...form, slate: false, shows: 'last-picture' }, channel).failover).toEqual({ slate: false })
  expect(failoverPatch({ ...form, shows: 'last-picture' }, channel).failover).toEqual({ slate: 'last-picture' })
  const shown = { failover, slate: { ...slate, shows: 'clip' as const, clipId: 'c' }, violations: [] }
  expect(failoverPatch(failoverFormOf(shown), shown).failover).toEqual({})
})
