import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, type FigureHistory, paths, type Triage } from '@sluice/contract/api'
import { type Caller, type ControlUnderTest, keyWith, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

test('triage tells all four stages of a channel, and a reader may ask for it [OPS-08]', async () => {
  const { id } = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const viewer = await keyWith(operator, ['channel:read'])
  const found = await viewer.ok<Triage>('GET', paths.channelTriage(id))
  assert.deepEqual(
    found.steps.map((step) => step.stage),
    ['input', 'transport', 'output', 'playback'],
  )
  const stranger = (await under.newWorkspace()).operator
  assert.equal((await stranger.refused('GET', paths.channelTriage(id))).code, 'NOT_FOUND')
  const writer = await keyWith(operator, ['output:write'])
  assert.equal((await writer.refused('GET', paths.channelTriage(id))).code, 'SCOPE_MISSING')
})

test('the triage of all channels is one answer, of the own workspace alone', async () => {
  const { id } = await operator.ok<Channel>('POST', paths.channels, { name: 'On the wall' })
  const { items } = await operator.ok<{ items: Triage[] }>('GET', paths.triage)
  const found = items.find((item) => item.channelId === id)
  assert.deepEqual([found?.problems, found?.gates, found?.calm.title], [[], [], 'No encoder is connected'])
  const stranger = (await under.newWorkspace()).operator
  assert.deepEqual((await stranger.ok<{ items: Triage[] }>('GET', paths.triage)).items, [])
  const writer = await keyWith(operator, ['output:write'])
  assert.equal((await writer.refused('GET', paths.triage)).code, 'SCOPE_MISSING')
})

test('the bitrates of the last minutes are empty for a new channel, and another workspace has no way to them', async () => {
  const { id } = await operator.ok<Channel>('POST', paths.channels, { name: 'New' })
  const { at, inputs } = await operator.ok<FigureHistory>('GET', paths.channelHistory(id))
  assert.deepEqual([at, inputs], [[], []])
  const stranger = (await under.newWorkspace()).operator
  assert.equal((await stranger.refused('GET', paths.channelHistory(id))).code, 'NOT_FOUND')
})
