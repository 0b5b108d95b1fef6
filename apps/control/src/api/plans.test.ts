import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Channel, type ChannelPlan, type Output, type Preflight, paths, type Rollback } from '@sluice/contract/api'
import type { ChannelSpec, InputActual } from '@sluice/contract/link'
import { makeInputActual, makeInputStats } from '@sluice/testkit/rows'
import { eventually } from '@sluice/testkit/wait'
import { type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

type Shape = { width?: number; height?: number; fps?: number; kbps: number; codec?: string }
const codecString = 'avc1.640028'
const calibration = {
  ...{ cpu: 'test', cores: 8, version: '1', decode: 1 },
  k: { ultrafast: 0.01, superfast: 0.02, veryfast: 0.03, faster: 0.04 },
}
const engine = () => under.host.newest

/** A channel with an output on Twitch, and whoever makes its figures. */
async function makeShow(body: object = {}) {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  const target = { url: 'rtmp://live.twitch.tv/app', streamKey: 'live_1_a', platform: 'twitch' }
  const output = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), { name: 'Twitch', ...target, ...body })
  const spec = (): ChannelSpec | undefined => engine().specs.get(channel.id)
  const way = (): string | undefined => spec()?.outputs.find(({ outputId }) => outputId === output.id)?.rung
  await engine().until(() => way() !== undefined)
  const [primary] = channel.inputs
  /** Fifteen seconds of such a source in a broadcast. */
  const play = ({ width = 1920, height = 1080, fps = 30, kbps, codec = 'h264' }: Shape, startedAt: string, inputId = primary!.id): void => {
    const video = { codec, codecString, profile: 'High 4.0', width, height, declaredFps: fps }
    const audio = { codec: 'aac', codecString: 'mp4a.40.2', sampleRate: 48_000, channels: 2 }
    const input: InputActual = makeInputActual({ inputId, state: 'receiving', onAir: true, video, audio })
    engine().live.add(channel.id)
    engine().report(channel.id, { inputs: [input] }, 'live')
    const stats = makeInputStats({ inputId, videoBps: kbps * 1000, fps, gopMs: 2000, keyframes: { count: 3, minMs: 2000, maxMs: 2000 } })
    const broadcast = { wantedMs: 0, liveMs: 0, share: null, startedAt, endedAt: null }
    for (let second = 0; second < 15; second++) {
      engine().send({
        ...{ type: 'stats', at: new Date().toISOString(), process: { cpuSeconds: 1, rssBytes: 1, loopLagMs: 0 } },
        channels: [{ channelId: channel.id, inputs: [stats], outputs: [], playback: null, broadcast }],
      })
    }
  }
  const plan = (): Promise<ChannelPlan> => operator.ok('GET', paths.channelPlan(channel.id))
  return { channel, output, spec, way, play, plan }
}
const [first, second] = ['2026-01-01T00:00:00.000Z', '2026-01-01T02:00:00.000Z'] as const

test('the first stable source of a broadcast decides; a failover moves nothing, unless an output would break its limit [POL-11]', async () => {
  const { spec, way, play, plan } = await makeShow()
  play({ kbps: 6000 }, first)
  await eventually(plan, ({ source }) => source?.video?.kbps === 6000)
  assert.equal(way(), 'source')
  const revision = spec()!.revision
  // The backup of a smaller size and rate fits as well.
  play({ width: 1280, height: 720, kbps: 3000 }, first)
  play({ kbps: 6000 }, first)
  assert.equal((await plan()).source?.video?.kbps, 6000)
  assert.equal(spec()!.revision, revision)
  // One that is over the limit moves the output to an encode, and the good one after it does not move it back.
  play({ kbps: 9000 }, first)
  await engine().until(() => way() !== 'source')
  const planned = await plan()
  assert.deepEqual([planned.rungs[0]?.rungId, planned.rungs[0]?.spec.video?.height, planned.source?.video?.kbps], [null, 720, 6000])
  assert.match(planned.outputs[0]!.reason, /Twitch takes at most 8000 kbps, the source has \d+ kbps: encoded at 3000 kbps/)
  assert.deepEqual(spec()?.rungs, [planned.rungs[0]!.spec])
  play({ kbps: 6000 }, first)
  assert.equal((await plan()).outputs[0]?.rung, planned.rungs[0]!.id)
  // The next broadcast begins anew.
  play({ kbps: 6000 }, second)
  await engine().until(() => way() === 'source')
})

test('preflight shows the plan, and judges what is encoded by its encode [OPS-02]', async () => {
  const { channel, play, way } = await makeShow()
  play({ kbps: 9000 }, first)
  await engine().until(() => way() !== 'source')
  const flight = await operator.ok<Preflight>('POST', paths.channelPreflight(channel.id))
  assert.equal(flight.plan.rungs.length, 1)
  assert.equal(flight.checks.find(({ check }) => check === 'encode')?.verdict, 'pass')
  const own = flight.outputs[0]!.checks.map(({ check }) => check)
  assert.ok(own.includes('encode') && !own.includes('bitrate'))
})

test('a rollback sends every kept output the conservative rung within 10 s, and its end puts them back [OPS-02] [OPS-06]', async () => {
  const { channel, play, way, spec, plan } = await makeShow({ rung: 'source' })
  play({ kbps: 6000 }, first)
  await eventually(plan, ({ source }) => source !== null)
  const startMs = performance.now()
  const rolled = await operator.ok<Rollback>('POST', paths.channelRollback(channel.id), { keep: 1 })
  await engine().until(() => way() !== 'source')
  assert.ok(performance.now() - startMs < 10_000)
  const { width, height, bitrateKbps } = spec()!.rungs![0]!.video!
  assert.deepEqual([width, height, bitrateKbps], [1280, 720, 3000])
  assert.equal(rolled.profile, 'Every output gets 3000 kbps, 1280x720 at 30 frames/s.')
  await operator.ok('DELETE', paths.channelRollback(channel.id))
  await engine().until(() => way() === 'source' && spec()?.rungs === undefined)
})

test('the machine is measured once something is encoded; a machine that can encode nothing passes through and says so', async () => {
  const { play, way, plan } = await makeShow()
  play({ kbps: 9000 }, first)
  await engine().until(() => way() !== 'source' && engine().heard.some(({ type }) => type === 'calibrate'))
  engine().send({ type: 'calibrated', calibration, problem: null })
  await eventually(plan, ({ load }) => load.isCalibrated)
  engine().send({ type: 'calibrated', calibration: null, problem: 'node-av is not installed' })
  await engine().until(() => way() === 'source')
  const { fits, outputs, warnings } = await plan()
  assert.deepEqual([fits, outputs[0]?.rung], [false, 'source'])
  assert.match(warnings[0] ?? '', /This machine cannot encode: node-av is not installed/)
})
