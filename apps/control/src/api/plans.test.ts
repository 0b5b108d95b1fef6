import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { type ChannelPlan, type Output, type Page, type Preflight, paths, type Rollback, type Rung } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { eventually } from '@sluice/testkit/wait'
import { type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import * as show from '../testing/show.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const calibration = {
  ...{ cpu: 'test', cores: 8, version: '1', decode: 1 },
  k: { ultrafast: 0.01, superfast: 0.02, veryfast: 0.03, faster: 0.04 },
}
const engine = () => under.host.newest

let end = (): void => {}
const makeShow = async (body: object = {}) => {
  const made = await show.makeShow(under, operator, body)
  end = made.end
  return made
}
// A show that goes on takes its share of the machine from the next one: with one core there is no room for two.
afterEach(() => end())
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

test('an output leaves a rung whose encoder keeps failing for the source, and the timeline says why [TRN-08]', async () => {
  const { channel, output, play, way, spec, plan } = await makeShow({ platform: undefined, url: 'rtmp://ingest.example.org/app' })
  const video = { codec: 'h264', height: 360, bitrateKbps: 800 }
  const { id: rungId } = await operator.ok<Rung>('POST', paths.channelRungs(channel.id), { name: 'Low', video, audio: null })
  await operator.ok('PATCH', paths.output(output.id), { rung: rungId })
  await engine().until(() => way() === rungId)
  const rung = (state: 'running' | 'failed') => ({ rungId, state, since: first, reason: null })
  play({ kbps: 6000, rungs: [rung('running')] }, first)
  await eventually(plan, ({ source }) => source !== null)
  assert.equal(way(), rungId)
  play({ kbps: 6000, rungs: [rung('failed')] }, first)
  await engine().until(() => way() === 'source')
  assert.equal(spec()?.rungs?.[0]?.rungId, rungId, 'the engine goes on trying it')
  const { outputs } = await plan()
  assert.match(outputs[0]?.warning ?? '', /^The encoder of its rung keeps failing: the source passes through instead/)
  const flight = await operator.ok<Preflight>('POST', paths.channelPreflight(channel.id))
  assert.match(flight.outputs[0]!.checks.find(({ check }) => check === 'encode')?.found ?? '', /keeps failing/)
  const timeline = (): Promise<Page<StoredEvent>> => operator.ok('GET', paths.channelTimeline(channel.id))
  const isChange = ({ name }: StoredEvent): boolean => name === 'plan.changed'
  const { items } = await eventually(timeline, (page) => page.items.some(isChange))
  const changed = items.find(isChange)
  assert.match(changed?.message ?? '', /^Twitch: The encoder of its rung keeps failing/)
  assert.deepEqual(changed?.data, { rung: 'source', code: 'rung-failed' })
})

test('what an encode loses of the source stands at the output, in preflight and in the timeline [TRN-08]', async () => {
  const { channel, output, playUntil, plan, way } = await makeShow({ platform: undefined, url: 'rtmp://ingest.example.org/app' })
  const video = { codec: 'h265', height: 360, bitrateKbps: 800 }
  const { id: rung } = await operator.ok<Rung>('POST', paths.channelRungs(channel.id), { name: 'Small', video })
  await operator.ok('PATCH', paths.output(output.id), { rung })
  await engine().until(() => way() === rung)
  const has = (codes: string) => (found: ChannelPlan) => found.outputs[0]?.notices?.map(({ code }) => code).join() === codes
  await playUntil({ kbps: 6000, hdr: 'pq' }, first, has('tone-mapped'))
  // Captions and a missing sound are found later in the show: nothing moves, and it is told.
  const { revision } = engine().specs.get(channel.id)!
  await playUntil({ kbps: 6000, hdr: 'pq', hasCaptions: true, isMute: true }, first, has('captions-lost,silence-added,tone-mapped'))
  assert.equal(engine().specs.get(channel.id)!.revision, revision)
  const { warnings } = await plan()
  assert.match(
    warnings.join(' '),
    /^Twitch: The source of this broadcast has closed captions.* Twitch: The source of this broadcast came without sound/,
  )
  const flight = await operator.ok<Preflight>('POST', paths.channelPreflight(channel.id))
  const encodes = flight.outputs[0]!.checks.filter(({ check }) => check === 'encode')
  assert.deepEqual(
    encodes.map(({ verdict, fix }) => [verdict, fix]),
    [
      ['pass', null],
      ['warn', 'Set the output to an H.264 rung or to the source.'],
      ['warn', 'Turn the sound on in the encoder.'],
    ],
  )
  const timeline = async () => (await operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(channel.id))).items
  const codesOf = async () =>
    (await timeline()).filter(({ name }) => name === 'plan.changed').map(({ data }) => (data as { code: string }).code)
  await eventually(codesOf, (codes) => codes.includes('captions-lost') && codes.includes('silence-added'))
})

test('the machine is measured once something is encoded; a machine that can encode nothing passes through and says so', async () => {
  const { channel, play, way, plan } = await makeShow()
  play({ kbps: 9000 }, first)
  await engine().until(() => way() !== 'source' && engine().heard.some(({ type }) => type === 'calibrate'))
  engine().send({ type: 'calibrated', calibration, code: null, problem: null })
  await eventually(plan, ({ load }) => load.isCalibrated)
  engine().send({ type: 'calibrated', calibration: null, code: 'ENCODER_UNAVAILABLE', problem: 'node-av is not installed' })
  await engine().until(() => way() === 'source')
  const { fits, outputs, warnings } = await plan()
  assert.deepEqual([fits, outputs[0]?.rung], [false, 'source'])
  assert.match(warnings[0] ?? '', /This machine cannot encode: node-av is not installed/)
  assert.equal(outputs[0]?.warningCode, 'no-encoder')
  const flight = await operator.ok<Preflight>('POST', paths.channelPreflight(channel.id))
  const { found, fix } = flight.outputs[0]!.checks.find(({ check }) => check === 'encode') ?? {}
  assert.equal(found, 'This machine cannot encode: the source passes through instead.')
  assert.match(fix ?? '', /^Install the encoders/)
})

test('a delay that needs more memory than there is for it is refused with the figures, and what fits is taken', async () => {
  const { channel, output, playUntil } = await makeShow({ platform: undefined, url: 'rtmp://ingest.example.org/app', rung: 'source' })
  engine().send({ type: 'calibrated', calibration, code: null, problem: null })
  await playUntil({ kbps: 30_000 }, first, ({ source }) => source?.video?.kbps === 30_000)
  const refused = await operator.refused('PATCH', paths.output(output.id), { delayMs: 60_000 })
  assert.deepEqual([refused.status, refused.code, refused.fields?.[0]?.path], [409, 'DELAY_TOO_LARGE', 'delayMs'])
  assert.match(
    refused.detail ?? '',
    /^A delay of 60 s at 30000 kbps keeps 233 MB of media for Twitch, and there are 134 MB: 33 s at most\.$/,
  )
  const late = { name: 'Late', url: 'rtmp://ingest.example.org/late', streamKey: 'k', rung: 'source', delayMs: 34_000 }
  assert.equal((await operator.refused('POST', paths.channelOutputs(channel.id), late)).code, 'DELAY_TOO_LARGE')
  await operator.ok('PATCH', paths.output(output.id), { delayMs: 33_000 })
  // Stopped it keeps nothing; it is judged when it starts.
  const stopped = await operator.ok<Output>('POST', paths.channelOutputs(channel.id), { ...late, enabled: false })
  assert.equal((await operator.refused('POST', paths.outputStart(stopped.id))).code, 'DELAY_TOO_LARGE')
  // A rung of more bits under a delayed output is refused as well.
  const video = { codec: 'h264', height: 720, bitrateKbps: 3000 }
  const { id: rung } = await operator.ok<Rung>('POST', paths.channelRungs(channel.id), { name: 'Late one', video })
  await operator.ok('PATCH', paths.output(output.id), { rung, delayMs: 60_000 })
  const heavier = await operator.refused('PATCH', paths.rung(rung), { video: { ...video, bitrateKbps: 20_000 } })
  assert.deepEqual([heavier.code, heavier.fields?.[0]?.path], ['DELAY_TOO_LARGE', 'video.bitrateKbps'])
  // Nobody can refuse an encoder: the plan says what becomes of it.
  await operator.ok('PATCH', paths.output(output.id), { rung: 'source', delayMs: 33_000 })
  const heavy = { width: 1280, height: 720, kbps: 45_000 }
  const { outputs } = await playUntil(heavy, second, ({ source }) => source?.video?.kbps === 45_000)
  assert.match(outputs[0]?.notices?.[0]?.message ?? '', /^The delay of 33 s does not fit into memory at this bitrate: it becomes 21 s\./)
})

test('an encoder in hardware that fails in mid-show is left alone for a while, its siblings stay, and it is tried again later [TRN-08]', async () => {
  const { channel, output, play, playUntil, plan, spec } = await makeShow({ platform: undefined, url: 'rtmp://ingest.example.org/app' })
  engine().send({ type: 'calibrated', calibration, code: null, problem: null })
  const encoder = { kind: 'nvenc', codec: 'h264', maxWidth: 1920, maxHeight: 1080, maxSessions: 8, cpuPercent: 2 } as const
  engine().send({ type: 'hardware', encoders: [encoder], refused: [] })
  const rungOf = (name: string, height: number) =>
    operator.ok<Rung>('POST', paths.channelRungs(channel.id), { name, video: { codec: 'h264', height, bitrateKbps: 800 } })
  const [large, small] = [await rungOf('Large', 480), await rungOf('Small', 240)]
  await operator.ok('PATCH', paths.output(output.id), { rung: large.id })
  await operator.ok('POST', paths.channelOutputs(channel.id), {
    name: 'Two',
    url: 'rtmp://ingest.example.org/b',
    streamKey: 'k',
    rung: small.id,
  })
  const encoders = () =>
    spec()
      ?.rungs?.map(({ video }) => video?.encoder ?? 'software')
      .join()
  await engine().until(() => encoders() === 'nvenc,nvenc')
  const state = (rungId: string, code?: string) => ({
    ...{ rungId, state: 'running' as const, since: first },
    reason: code === undefined ? null : { code, message: 'the processor encodes it: no session' },
  })
  await playUntil({ kbps: 6000, rungs: [state(large.id), state(small.id)] }, first, ({ source }) => source !== null)
  assert.equal(encoders(), 'nvenc,nvenc')
  play({ kbps: 6000, rungs: [state(large.id, 'ENCODER_CHANGED'), state(small.id)] }, first)
  await engine().until(() => encoders() === 'software,nvenc')
  const { warnings } = await plan()
  assert.match(warnings[0] ?? '', /^NVENC failed in mid-show: new encodes use the processor until it is tried again/)
  const timeline = async () => (await operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(channel.id))).items
  const isHeld = ({ data }: StoredEvent): boolean => (data as { code?: string }).code === 'hardware-held'
  const items = await eventually(timeline, (found) => found.some(isHeld))
  assert.deepEqual([items.filter(isHeld).length, items.find(isHeld)?.subjectId], [1, large.id])
  assert.match(items.find(isHeld)!.message, /Next try in 5 min\.$/)
  const { parts } = (await under.anyone.get('/readyz')).body as { parts: { name: string; detail: string }[] }
  assert.match(
    parts.find(({ name }) => name === 'hardware encoders')?.detail ?? '',
    /nvenc failed in mid-show: no new encodes on it for \d min/,
  )
  // A show that begins meanwhile gets no session, and one of the sibling's stays.
  play({ kbps: 6000, rungs: [state(large.id), state(small.id)] }, first)
  await plan()
  assert.equal(encoders(), 'software,nvenc')
})
