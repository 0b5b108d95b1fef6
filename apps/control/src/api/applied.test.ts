import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, type CreatedGuestLink, type GuestOutput, type Input, paths } from '@sluice/contract/api'
import { until } from '@sluice/testkit/wait'
import { hashKey } from '../services/channel/index.ts'
import { type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl({ flags: ['--engines', '2', '--allow-private-targets'] })
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

/** What every engine was last told of a channel's keys. */
const keysOf = (channelId: string): string[][] =>
  under.host.engines.map((engine) => {
    const message = engine.heard.findLast(({ type }) => type === 'directory')
    assert.ok(message?.type === 'directory')
    return message.directory.channels.find((entry) => entry.channelId === channelId)?.keyHashes ?? []
  })
const ownerOf = (channelId: string) => under.host.engines.find((engine) => engine.specs.has(channelId))
const make = (): Promise<Channel> => operator.ok('POST', paths.channels, { name: 'Show' })

test('when an answer hands out something, every engine knows it: channels, inputs, new keys, enabled inputs, a guest’s output', async () => {
  for (let i = 0; i < 10; i++) {
    const channel = await make()
    assert.equal(channel.applied, true)
    for (const { streamKey, applied } of channel.inputs) {
      assert.equal(applied, true)
      for (const keys of keysOf(channel.id)) assert.ok(keys.includes(hashKey(streamKey!)))
    }
    const added = await operator.ok<Input>('POST', paths.channelInputs(channel.id))
    assert.ok(added.applied && keysOf(channel.id).every((keys) => keys.includes(hashKey(added.streamKey!))))
    const rotated = await operator.ok<Input>('PATCH', paths.input(added.id), { rotateKey: true })
    assert.ok(rotated.applied && keysOf(channel.id).every((keys) => keys.includes(hashKey(rotated.streamKey!))))
    assert.ok(
      keysOf(channel.id).every((keys) => !keys.includes(hashKey(added.streamKey!))),
      'the old key opens nothing any more',
    )
    for (const enabled of [false, true]) {
      await operator.ok('PATCH', paths.input(added.id), { enabled })
      const spec = ownerOf(channel.id)!.specs.get(channel.id)!
      assert.equal(spec.inputs.find(({ inputId }) => inputId === added.id)?.enabled, enabled)
    }
    const body = { name: 'Guest', expiresAt: new Date(Date.now() + 3_600_000).toISOString() }
    const link = await operator.ok<CreatedGuestLink>('POST', paths.channelGuestLinks(channel.id), body)
    const guest = { name: 'Mine', url: 'rtmp://live.example/app', streamKey: 'key-1234567890' }
    const { id } = await under.anyone.ok<GuestOutput>('POST', paths.guestOutputs(link.url.split('/').at(-1)!), guest)
    assert.ok(
      ownerOf(channel.id)!
        .specs.get(channel.id)!
        .outputs.some(({ outputId }) => outputId === id),
    )
    await operator.ask('DELETE', paths.channel(channel.id))
    assert.deepEqual(keysOf(channel.id), [[], []])
  }
})

test('an engine that does not read is waited for a moment, and the answer says that it does not know yet; it is told when it does', async () => {
  // Figures of this moment, which control has read when it answers: an engine whose last ones are old is soon silent, and not waited for.
  for (const engine of under.host.engines) engine.goOn()
  assert.equal((await make()).applied, true)
  for (const engine of under.host.engines) engine.isHung = true
  const startMs = performance.now()
  const channel = await make()
  const tookMs = performance.now() - startMs
  assert.ok(tookMs > 1500 && tookMs < 15_000, `${Math.round(tookMs)} ms`)
  assert.deepEqual([channel.applied, channel.inputs[0]?.applied], [false, false])
  // Two seconds without figures may have been enough to call it silent, and an answer does not wait for a silent engine.
  for (const engine of under.host.engines) engine.goOn()
  await until(async () => (await under.anyone.get('/readyz')).status === 200)
  const again = await make()
  assert.equal(again.applied, true)
  assert.equal((await operator.ok<Channel>('GET', paths.channel(channel.id))).applied, true)
})
