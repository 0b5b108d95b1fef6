import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, type Input, paths } from '@sluice/contract/api'
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

const nothingHidden = { hasStreamId: false, hasPassphrase: false, hasStreamName: false, hasLogin: false, hasQuery: false }
const good: { given: string; shown: Partial<Input['pull']> & object; told?: string }[] = [
  { given: 'rtmp://live.example/app/inst/cam-hunter7?token=hunter8', shown: { url: 'rtmp://live.example/app/inst', hasStreamName: true } },
  {
    given: 'RTMPS://me:hunter7@Live.example:444/app/hunter8/',
    shown: { url: 'rtmps://live.example:444/app', hasStreamName: true, hasLogin: true },
    told: 'rtmps://me:hunter7@live.example:444/app/hunter8',
  },
  { given: 'https://cdn.example/live/index.m3u8', shown: { url: 'https://cdn.example/live/index.m3u8' } },
  {
    given: 'http://me:hunter7@cdn.example:8080/a/b?sig=hunter8&x=%2F',
    shown: { url: 'http://cdn.example:8080/a/b', hasLogin: true, hasQuery: true },
  },
]
for (const { given, shown, told = given } of good) {
  test(`an input calls ${given.replaceAll(/hunter./g, '***')}, shows it without secrets, and the engine gets all of it`, async () => {
    const [{ id }] = channel.inputs as [Input]
    const input = await operator.ok<Input>('PATCH', paths.input(id), { pull: { url: given } })
    assert.deepEqual(input.pull, { ...nothingHidden, ...shown })
    const engine = under.host.newest
    await engine.until(() => engine.specs.get(channel.id)?.inputs.find((one) => one.inputId === id)?.pull?.url === told)
    const seen = await Promise.all([
      operator.get(paths.channelTimeline(channel.id)),
      operator.get(paths.audit),
      operator.get(paths.channel(channel.id)),
    ])
    for (const { body } of seen) assert.doesNotMatch(JSON.stringify(body), /hunter/)
  })
}

const wrong: [url: string, code: string, says: RegExp][] = [
  ['rtmp://host.example/live', 'DESTINATION_URL', /no stream behind the application, as in rtmp:\/\/host\/live\/stream/],
  ['rtmp://10.0.0.7/live/hunter7', 'DESTINATION_PRIVATE', /10\.0\.0\.7 is an address on this machine/],
  ['rtmp://me:hunter7@127.0.0.1/live/key', 'DESTINATION_PRIVATE', /127\.0\.0\.1/],
  ['http://0x7f.1/a.m3u8', 'DESTINATION_URL', /four decimal numbers/],
  ['http://me:hunter7@[::1]/a.m3u8', 'DESTINATION_PRIVATE', /::1/],
  ['https://localhost/a.m3u8', 'DESTINATION_PRIVATE', /localhost/],
  ['https://cdn.example/{name}.m3u8', 'DESTINATION_URL', /\{name\} is a placeholder/],
  ['https://:80/hunter7', 'DESTINATION_URL', /there is no host/],
  ['rtsp://host.example/hunter7', 'DESTINATION_URL', /this one begins with rtsp:\/\/\./],
  ['cdn.example/hunter7.m3u8', 'DESTINATION_URL', /this one has none of these/],
  ['https://cdn.example/a b', 'DESTINATION_URL', /a space at position 22/],
]
for (const [url, code, says] of wrong) {
  test(`an input refuses to call ${url.replaceAll('hunter7', '***')}`, async () => {
    const problem = await operator.refused('PATCH', paths.input(channel.inputs[0]!.id), { pull: { url } })
    assert.equal(problem.code, code)
    assert.match(problem.detail, says)
    assert.doesNotMatch(JSON.stringify(problem), /hunter/)
  })
}
