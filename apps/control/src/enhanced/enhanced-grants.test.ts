import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Output, type Page, paths } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { type ConfigurationBehaviour, type ConfigurationService, openConfigurationService } from '@sluice/testkit/enhanced-broadcasting'
import { eventually, until as untilTrue } from '@sluice/testkit/wait'
import { type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { FakeHost } from '../testing/fake-engines.ts'
import { ShiftedClock } from '../testing/shifted-clock.ts'
import { makeShow } from '../testing/show.ts'

const [first, second] = ['2026-01-01T00:00:00.000Z', '2026-01-01T02:00:00.000Z'] as const
const encoders = [
  { width: 1920, height: 1080, fps: [30, 1], kbps: 6000 },
  { width: 1280, height: 720, fps: [30, 1], kbps: 3000 },
] as const
const calibration = {
  ...{ cpu: 'test', cores: 8, version: '1', decode: 0.1 },
  k: { ultrafast: 0.001, superfast: 0.002, veryfast: 0.003, faster: 0.004 },
}
const clock = new ShiftedClock()
const dataDir = mkdtempSync(join(tmpdir(), 'sluice-grants-'))
let platform: ConfigurationService
let under: ControlUnderTest
/** `host`: engines that went on while control was away. */
const start = (host = new FakeHost()) =>
  startTestControl({ clock, dataDir, host, flags: ['--allow-private-targets'], env: { SLUICE_TWITCH_CONFIG_URL: platform.url } })
before(async () => {
  platform = await openConfigurationService({ ingest: 'rtmp://ingest.example/app', encoders, sessionKey: 'session-key' })
  under = await start()
})
after(async () => {
  await under.stop()
  await platform.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function makeOutput(enhanced: 'on' | 'only', behaviour: ConfigurationBehaviour) {
  platform.behaviour = behaviour
  // Encodes cost next to nothing: what fits must not depend on the machine that the tests run on.
  under.host.newest.send({ type: 'calibrated', calibration, code: null, problem: null })
  const { id } = await under.newWorkspace()
  const operator = () => under.operator.with({ 'sluice-workspace': id })
  const show = await makeShow(
    {
      get host() {
        return under.host
      },
    },
    operator(),
    { enhanced },
  )
  const asked = platform.requests.length
  return {
    ...show,
    operator,
    /** Times that the platform was asked for it. */
    asked: () => platform.requests.length - asked,
    /** Plays on until its platform has said so. */
    until: (state: string, startedAt: string = first) =>
      eventually(
        async () => {
          show.play({ kbps: 6000 }, startedAt, { seconds: 1 })
          return operator().ok<Output>('GET', paths.output(show.output.id))
        },
        (one) => stateOf(one) === state,
      ),
    read: () => operator().ok<Output>('GET', paths.output(show.output.id)),
    spec: () => show.spec()!.outputs[0]!,
  }
}
const stateOf = ({ enhancedStanding }: Output) => enhancedStanding?.state
const grant = { type: 'grant' } as const
const refusal = { type: 'refuse', html: 'Not for this account.' } as const

test('an output waits for a stable source, then publishes where and what the platform granted', async () => {
  const { read, spec, play, asked, operator, channel, until } = await makeOutput('on', grant)
  assert.deepEqual([stateOf(await read()), spec().isMultitrack, asked()], ['waiting', undefined, 0])
  play({ kbps: 6000 }, first, { seconds: 2 })
  assert.deepEqual([stateOf(await read()), asked()], ['waiting', 0])
  play({ kbps: 6000 }, first)
  const output = await until('granted')
  assert.deepEqual(
    output.enhancedStanding?.tracks.map(({ height, kbps }) => [height, kbps]),
    [
      [1080, 6000],
      [720, 3000],
    ],
  )
  await under.host.newest.until(() => spec().isMultitrack === true)
  assert.deepEqual([spec().url, spec().streamKey], ['rtmp://ingest.example/app', 'session-key?clientConfigId=config-1'])
  play({ kbps: 6000 }, first)
  assert.equal(asked(), 1)
  // Events are stored in batches, a moment after what they tell of.
  const { items } = await eventually(
    () => operator().ok<Page<StoredEvent>>('GET', paths.channelTimeline(channel.id)),
    (page) => page.items.some(({ name }) => name === 'output.enhanced'),
  )
  assert.match(items.find(({ name }) => name === 'output.enhanced')!.message, /asks for 2 video tracks/)
  assert.doesNotMatch(JSON.stringify([output, items]), /session-key|live_1_a/)
})

const refusals: { name: string; behaviour: ConfigurationBehaviour; code: string }[] = [
  { name: 'a refusal', behaviour: refusal, code: 'ENHANCED_REFUSED' },
  { name: 'an HTTP error', behaviour: { type: 'http', status: 503 }, code: 'ENHANCED_REFUSED' },
  { name: 'nonsense', behaviour: { type: 'malformed' }, code: 'ENHANCED_ANSWER' },
]
for (const { name, behaviour, code } of refusals) {
  test(`${name} leaves an output of \`on\` with one track, and one of \`only\` with nothing, as trouble`, async () => {
    const on = await makeOutput('on', behaviour)
    on.play({ kbps: 6000 }, first)
    const single = await on.until('single')
    await under.host.newest.until(() => on.spec().rung === 'source')
    assert.deepEqual([single.enhancedStanding?.code, single.isTroubled, on.spec().streamKey], [code, false, 'live_1_a'])
    const only = await makeOutput('only', behaviour)
    only.play({ kbps: 6000 }, first)
    const refused = await only.until('refused')
    assert.deepEqual([refused.enhancedStanding?.code, refused.isTroubled], [code, true])
    assert.notEqual(only.spec().rung, 'source')
  })
}

test('an output of `only` asks again 30 s after a refusal, not sooner, and one of `on` does not', async () => {
  const on = await makeOutput('on', refusal)
  on.play({ kbps: 6000 }, first)
  await on.until('single')
  const { read, play, asked, until } = await makeOutput('only', refusal)
  play({ kbps: 6000 }, first)
  await until('refused')
  platform.behaviour = grant
  clock.advance(25_000)
  play({ kbps: 6000 }, first)
  await read()
  assert.deepEqual([asked(), stateOf(await read())], [1, 'refused'])
  clock.advance(6000)
  play({ kbps: 6000 }, first)
  on.play({ kbps: 6000 }, first)
  await until('granted')
  assert.deepEqual([asked(), stateOf(await on.read())], [2, 'single'])
})

test('a session that is lost asks for another grant, 15 s after the last one and not sooner', async () => {
  const { read, play, asked, until } = await makeOutput('on', grant)
  play({ kbps: 6000 }, first)
  await until('granted')
  play({ kbps: 6000, outputs: 'backoff' }, first, { seconds: 3 })
  await eventually(read, ({ actual }) => actual?.state === 'backoff')
  assert.equal(asked(), 1)
  clock.advance(16_000)
  await untilTrue(() => {
    play({ kbps: 6000, outputs: 'backoff' }, first, { seconds: 1 })
    return asked() === 2
  })
  assert.equal(stateOf(await until('granted')), 'granted')
})

test('a restart of control leaves a granted stream alone; the next broadcast asks anew, and the end of the show ends the grant', async () => {
  const { read, play, asked, spec, end, until } = await makeOutput('on', grant)
  play({ kbps: 6000 }, first)
  await until('granted')
  await under.host.newest.until(() => spec().isMultitrack === true)
  const { streamKey } = spec()
  await under.control.leave()
  // The platform would say no now: whoever asks it again loses the show.
  platform.behaviour = refusal
  under = await start(under.host)
  play({ kbps: 6000 }, first)
  assert.equal(stateOf(await eventually(read, ({ actual }) => actual !== null)), 'granted')
  assert.deepEqual([asked(), spec().streamKey], [1, streamKey])
  play({ kbps: 6000 }, second)
  await until('single', second)
  assert.equal(asked(), 2)
  end()
  await eventually(read, (one) => stateOf(one) === 'waiting')
  await under.control.leave()
  under = await start(under.host)
  assert.equal(stateOf(await read()), 'waiting')
})

test('what a refusal leaves is kept over a restart too: one track goes on, and nobody is asked', async () => {
  const { read, play, asked, spec, until } = await makeOutput('on', refusal)
  play({ kbps: 6000 }, first)
  await until('single')
  await under.host.newest.until(() => spec().rung === 'source')
  await under.control.leave()
  under = await start(under.host)
  play({ kbps: 6000 }, first)
  assert.equal(stateOf(await eventually(read, ({ actual }) => actual !== null)), 'single')
  assert.deepEqual([asked(), spec().rung], [1, 'source'])
})
