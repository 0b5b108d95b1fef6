import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom } from '@sluice/testkit/random'
import { planPlacement } from './placement.ts'
import { type Action, type DesiredChannel, planChannels } from './plan.ts'

const want = (channelId: string, engineId: string, revision = 1): DesiredChannel => ({ channelId, engineId, revision })
const told = (engineId: string, entries: Record<string, number> = {}) => ({ engineId, told: new Map(Object.entries(entries)) })

test('a new channel is given to its engine alone', () => {
  const actions = planChannels([want('c', 'e1')], [told('e1'), told('e2')])
  assert.deepEqual(actions, [{ type: 'channel', engineId: 'e1', channelId: 'c', revision: 1 }])
})

test('what was told needs no action; another revision does', () => {
  assert.deepEqual(planChannels([want('c', 'e1', 3)], [told('e1', { c: 3 })]), [])
  assert.deepEqual(planChannels([want('c', 'e1', 4)], [told('e1', { c: 3 })]), [
    { type: 'channel', engineId: 'e1', channelId: 'c', revision: 4 },
  ])
})

test('a channel that moves is let go by one engine before the other takes it', () => {
  assert.deepEqual(planChannels([want('c', 'e2'), want('d', 'e1')], [told('e2'), told('e1', { c: 1, d: 1 })]), [
    { type: 'sync', engineId: 'e1', channelIds: ['d'] },
    { type: 'channel', engineId: 'e2', channelId: 'c', revision: 1 },
  ])
})

test('an engine that does not listen is told nothing', () => {
  assert.deepEqual(planChannels([want('c', 'e9')], [told('e1')]), [])
})

test('after its actions a plan has none left, whatever was told before (seed 3)', () => {
  const random = randomFrom(3)
  for (let round = 0; round < 500; round++) {
    const engines = ['e1', 'e2', 'e3']
    const desired = Array.from({ length: random.int(0, 8) }, (_, i) => want(`c${i}`, engines[random.int(0, 2)]!, random.int(1, 3)))
    const known = engines.map((engineId) => ({ engineId, told: new Map<string, number>() }))
    for (const engine of known) for (let i = 0; i < random.int(0, 5); i++) engine.told.set(`c${random.int(0, 9)}`, random.int(1, 3))
    for (const action of planChannels(desired, known)) apply(action, known)
    assert.deepEqual(planChannels(desired, known), [])
  }
})

function apply(action: Action, engines: { engineId: string; told: Map<string, number> }[]): void {
  const engine = engines.find((candidate) => candidate.engineId === action.engineId)!
  if (action.type === 'channel') engine.told.set(action.channelId, action.revision)
  else for (const id of [...engine.told.keys()]) if (!action.channelIds.includes(id)) engine.told.delete(id)
}

test('channels without an engine go to the least loaded; those with one stay, however uneven', () => {
  const placed = (channelId: string, engineId: string | null) => ({ channelId, engineId })
  assert.deepEqual(
    planPlacement([placed('a', 'e1'), placed('b', 'e1'), placed('c', null), placed('d', null), placed('e', null)], ['e1', 'e2']),
    [
      { channelId: 'c', engineId: 'e2' },
      { channelId: 'd', engineId: 'e2' },
      { channelId: 'e', engineId: 'e1' },
    ],
  )
})

test('channels of an engine that is no longer there find another', () => {
  assert.deepEqual(planPlacement([{ channelId: 'a', engineId: 'e5' }], ['e1']), [{ channelId: 'a', engineId: 'e1' }])
})
