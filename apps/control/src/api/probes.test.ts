import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, ChannelProbes, type Output, paths } from '@sluice/contract/api'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let channel: Channel
before(async () => {
  under = await startTestControl({ flags: ['--allow-private-targets'] })
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
})
after(() => under.stop())

const add = (probeUrl: string): Promise<Output> =>
  operator.ok('POST', paths.channelOutputs(channel.id), { name: 'Out', url: 'rtmp://live.example/app', streamKey: 'k', probeUrl })

test('a playback address keeps its secrets to itself, can be changed and taken away [PRB-01]', async () => {
  const output = await add('https://tube.example/live/index.m3u8?token=canary-in-query')
  assert.equal(output.probeUrl, 'https://tube.example/live/index.m3u8')
  const [shown] = (await operator.ok<ChannelProbes>('GET', paths.channelProbes(channel.id))).outputs
  assert.deepEqual([shown?.outputId, shown?.seen], [output.id, null], 'nothing is known of an output that is not live')
  const rtmp = await operator.ok<Output>('PATCH', paths.output(output.id), { probeUrl: 'rtmp://tube.example/live/canary-stream' })
  assert.equal(rtmp.probeUrl, 'rtmp://tube.example/live')
  const events = JSON.stringify(await operator.ok('GET', `${paths.eventLog}?channel=${channel.id}`))
  const audit = JSON.stringify(await operator.ok('GET', paths.audit))
  assert.doesNotMatch(events + audit, /canary/)
  const none = await operator.ok<Output>('PATCH', paths.output(output.id), { probeUrl: null })
  assert.equal(none.probeUrl, null)
  const after = await operator.ok<ChannelProbes>('GET', paths.channelProbes(channel.id))
  assert.deepEqual(after.outputs, [])
})

test('an address that no probe plays is refused with its field', async () => {
  for (const probeUrl of ['srt://tube.example:9000', 'tube.example/live', 'https://']) {
    const body = { name: 'Out', url: 'rtmp://live.example/app', streamKey: 'k', probeUrl }
    const problem = await operator.refused('POST', paths.channelOutputs(channel.id), body)
    assert.deepEqual([problem.code, problem.fields?.[0]?.path], ['DESTINATION_URL', 'probeUrl'], probeUrl)
  }
})

test('whoever may see a channel sees what probes say of it, and a channel that is not on the air waits', async () => {
  const reader = await readOnly(operator)
  const report = ChannelProbes.parse(await reader.ok('GET', paths.channelProbes(channel.id)))
  assert.equal(report.prober.state, 'off')
  assert.match(report.prober.problem ?? '', /--probes on/)
  assert.deepEqual(
    report.formats.map(({ format, state, success }) => [format, state, success.share]),
    [
      ['ll-hls', 'waiting', null],
      ['hls', 'waiting', null],
      ['dash', 'waiting', null],
    ],
  )
  const problem = await operator.refused('GET', paths.channelProbes('nope'))
  assert.equal(problem.code, 'NOT_FOUND')
})

test('a private playback address needs the setting that allows private targets', async () => {
  const strict = await startTestControl()
  try {
    const { operator: other } = await strict.newWorkspace()
    const { id } = await other.ok<Channel>('POST', paths.channels, { name: 'Show' })
    const body = { name: 'Out', url: 'rtmp://live.example/app', streamKey: 'k', probeUrl: 'http://127.0.0.1/live.m3u8' }
    assert.equal((await other.refused('POST', paths.channelOutputs(id), body)).code, 'DESTINATION_PRIVATE')
  } finally {
    await strict.stop()
  }
})
