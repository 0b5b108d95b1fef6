import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, paths } from '@sluice/contract/api'
import { readConfigurationAnswer } from '@sluice/contract/enhanced-broadcasting'
import { obsRequest } from '@sluice/testkit/enhanced-broadcasting'
import { type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let channel: Channel
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
})
after(() => under.stop())

const key = (): string => channel.inputs[0]!.streamKey!
const ask = (body: unknown): Promise<{ status: { result: string; html_en_us?: string } }> =>
  under.anyone.ok('POST', paths.clientConfiguration, body)
const fps = { num: 60, den: 1 }

test('OBS with a stream key gets the encoders of the channel and where to publish', async () => {
  const { answer } = readConfigurationAnswer(await ask(obsRequest(key(), { vod_track_audio: true })), fps)
  assert.ok(answer !== null)
  assert.deepEqual([answer.service, answer.version, answer.result], ['IVS', '2025-01-25', 'success'])
  assert.deepEqual(
    answer.encoders.map(({ height }) => height),
    [1080, 720, 480, 360],
  )
  assert.match(answer.ingests[0]!.url, /^rtmp:\/\/.+\/live\/\{stream_key\}$/)
  assert.equal(answer.ingests[0]!.streamKey, key())
  assert.deepEqual([answer.liveAudio[0]?.trackId, answer.vodAudio[0]?.trackId], [0, 1])
})

test('a rung of the plan is what OBS is asked for at its size', async () => {
  const video = { codec: 'h264', height: 720, fps: 30, bitrateKbps: 2222, gopMs: 2000 }
  const rung = await operator.ok<{ id: string }>('POST', paths.channelRungs(channel.id), { name: 'Mine', video })
  await operator.ok('POST', paths.channelOutputs(channel.id), {
    name: 'Out',
    url: 'rtmp://live.example/app',
    streamKey: 'k',
    rung: rung.id,
  })
  const { answer } = readConfigurationAnswer(await ask(obsRequest(key())), fps)
  assert.equal(answer?.encoders.find(({ height }) => height === 720)?.kbps, 2222)
})

test('what OBS can’t start with is answered in words that its dialog shows', async () => {
  const refused = async (body: unknown): Promise<string> => {
    const { status } = await ask(body)
    assert.equal(status.result, 'error')
    return status.html_en_us ?? ''
  }
  assert.match(await refused(obsRequest('wrong-key')), /does not know this stream key/)
  assert.match(await refused({ ...obsRequest(key()), schema_version: 'next' }), /version of the configuration request/)
  assert.match(await refused({ schema_version: '2025-01-25' }), /lacks a usable/)
  assert.match(await refused(obsRequest(key(), {}, { supported_encoders: ['x'] })), /None of this computer/)
  await operator.ok('PATCH', paths.input(channel.inputs[0]!.id), { enabled: false })
  assert.match(await refused(obsRequest(key())), /input is disabled/)
  await operator.ok('PATCH', paths.input(channel.inputs[0]!.id), { enabled: true })
})

test('a request of more than 64 kB is not read', async () => {
  const answer = await under.anyone.ask('POST', paths.clientConfiguration, {
    body: { ...obsRequest(key()), filler: 'x'.repeat(70_000) },
  })
  assert.equal(answer.status, 413)
})

test('wrong keys from one network are slowed down, and no key stands in the log', async () => {
  let last = ''
  for (let i = 0; i < 25; i++) last = (await ask(obsRequest(`guess-${i}-key`))).status.html_en_us ?? ''
  assert.match(last, /Too many requests from this address. Try again in \d+ s/)
  assert.match((await ask(obsRequest(key()))).status.html_en_us ?? '', /Too many requests/)
})
