import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, paths, type Triage } from '@sluice/contract/api'
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
