import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import type { ChannelSpec } from '@sluice/contract/link'
import { Programme } from '@sluice/media/programme'
import { hashKey, makeChannelSpec } from '@sluice/testkit/engine-link'
import { controlOf, startTestEngine, until } from '../../testing/engine-under-test.ts'
import { publishTo } from '../../testing/publish.ts'
import { serveHls } from '../../testing/serve-hls.ts'
import { ChannelInput } from '../channel-input.ts'
import { openPulls } from './open-pulls.ts'

const withPull = (spec: ChannelSpec, url: string): ChannelSpec => ({
  ...spec,
  inputs: spec.inputs.map((input) => ({ ...input, pull: { url } })),
})

test('channels pull another one over RTMP and HLS, are told of as such, and fall back to calling when it ends', async (t) => {
  const engine = await startTestEngine(t)
  const control = await controlOf(t, engine)
  const { rtmp } = engine.ports
  control.carry(
    makeChannelSpec({ channelId: 'show', key: 'k1', playTokenHashes: [hashKey('token')], hls: { segmentMs: 1000, windowSegments: 6 } }),
  )
  control.carry(withPull(makeChannelSpec({ channelId: 'by-rtmp', key: 'k2' }), `rtmp://127.0.0.1:${rtmp}/live/token`))
  await until(() => engine.engine.playback('show') !== undefined)
  const hls = await serveHls(t, engine.engine.playback('show')!)
  control.carry(withPull(makeChannelSpec({ channelId: 'by-hls', key: 'k3' }), hls.url))
  const inputOf = (channelId: string) => control.actual(channelId)?.inputs[0]
  await until(() => inputOf('by-hls')?.pull?.state === 'backoff')
  assert.match(inputOf('by-hls')?.lastProblem ?? '', /playlist: the server answered 404/)

  const { send, publisher } = await publishTo(t, rtmp, 'k1')
  send(3000)
  const timer = setInterval(() => send(100), 100)
  t.after(() => clearInterval(timer))
  for (const [channelId, protocol] of [
    ['by-rtmp', 'rtmp'],
    ['by-hls', 'hls'],
  ] as const) {
    await until(() => inputOf(channelId)?.state === 'receiving')
    const { pull, protocol: told, remoteAddress, video, audio } = inputOf(channelId)!
    assert.deepEqual([pull?.state, told, remoteAddress, video?.codec, audio?.codec], ['connected', protocol, '127.0.0.1', 'h264', 'aac'])
    await until(() => control.actual(channelId)?.source === 'primary')
    const connected = control.events.find((event) => event.channelId === channelId && event.name === 'input.connected')
    assert.match(connected?.message ?? '', /^Input primary: (RTMP|HLS) source at 127\.0\.0\.1/)
  }

  clearInterval(timer)
  publisher.close()
  control.send({ type: 'sync', channelIds: ['by-rtmp', 'by-hls'] })
  await until(() => inputOf('by-rtmp')?.state === 'waiting')
  assert.match(inputOf('by-rtmp')?.lastProblem ?? '', /the stream has ended|no such stream/)
  assert.doesNotMatch(JSON.stringify([control.events, inputOf('by-rtmp')]), /token/)
})

/** What becomes of a call where private addresses are forbidden. */
function callGuarded(url: string): Promise<Failure | null> {
  const programme = new Programme({ clock: systemClock, policy: { lock: 'auto', triggerMs: 2500, holdMs: 30_000 }, onSwitch() {} })
  const spec = makeChannelSpec({ channelId: 'c', key: 'k' }).inputs[0]!
  const input = new ChannelInput(spec, { programme, clock: systemClock, onNews() {} })
  const open = openPulls({ clock: systemClock, log: silentLogger, allowPrivateTargets: () => false })
  return new Promise((resolve) => open(input, url, { onReady: () => resolve(null), onClose: resolve }))
}

const refusals: [url: string, code: string][] = [
  ['rtmp://127.0.0.1:1/live/key', 'OUTPUT_PRIVATE_TARGET'],
  ['rtmp://user:pass@127.0.0.1:1/live/key', 'OUTPUT_PRIVATE_TARGET'],
  ['rtmps://localhost:1/live/key', 'OUTPUT_PRIVATE_TARGET'],
  ['http://127.0.0.1:1/a.m3u8', 'OUTPUT_PRIVATE_TARGET'],
  ['http://user:pass@[64:ff9b::7f00:1]:1/a.m3u8', 'OUTPUT_PRIVATE_TARGET'],
  ['http://user:pass@[::ffff:7f00:1]:1/a.m3u8', 'ADDRESS_INVALID'],
  ['http://user:pass@2130706433:1/a.m3u8', 'ADDRESS_INVALID'],
  ['srt://h.example:1?passphrase=pass-pass-pass&Passphrase=pass-pass-pass', 'ADDRESS_INVALID'],
  ['srt://8.8.8.8:9000?MODE=listener', 'PULL_MODE'],
  ['https://localhost:1/a.m3u8', 'OUTPUT_PRIVATE_TARGET'],
  ['srt://127.0.0.1:1', 'OUTPUT_PRIVATE_TARGET'],
  ['rtmp://host.example/live', 'RTMP_PLAY_URL'],
  ['ftp://host.example/a.m3u8', 'ADDRESS_INVALID'],
]
for (const [url, code] of refusals) {
  test(`a pull of ${url} is refused as ${code}`, async () => {
    const failure = await callGuarded(url)
    assert.equal(failure?.code, code)
    assert.doesNotMatch(failure?.message ?? '', /pass\b|pass-pass/)
  })
}
