import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type AuditEntry, type Channel, type Page, paths, type StartedRehearsal, type Switches } from '@sluice/contract/api'
import type { ChannelSpec, SwitchFigures } from '@sluice/contract/link'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const make = (): Promise<Channel> => operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
const patch = (id: string, failover: unknown): Promise<Channel> => operator.ok<Channel>('PATCH', paths.channel(id), { failover })
const lastAudit = async (): Promise<AuditEntry> => (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)).items[0]!
const specOf = (id: string): ChannelSpec | undefined => under.host.newest.specs.get(id)

/** Tells control that the channel has these inputs. */
async function report(channel: Channel, source: 'primary' | 'backup' | 'none', receiving: readonly string[]): Promise<void> {
  const engine = under.host.newest
  const inputs = channel.inputs.map(({ id, role }) => ({
    inputId: id,
    role,
    state: receiving.includes(role) ? ('receiving' as const) : ('waiting' as const),
    onAir: role === source,
    since: new Date().toISOString(),
    protocol: null,
    remoteAddress: null,
    encoder: null,
    video: null,
    audio: null,
    otherTracks: [],
    lastProblem: null,
  }))
  engine.report(channel.id, { state: source === 'none' ? 'idle' : 'live', source, inputs })
  const seen = async (): Promise<string> => {
    const { source: now, inputs: shown } = await operator.ok<Channel>('GET', paths.channel(channel.id))
    return JSON.stringify([now, shown.map(({ actual }) => actual?.state ?? null)])
  }
  const wanted = JSON.stringify([source, inputs.map(({ state }) => state)])
  while ((await seen()) !== wanted);
}

test('a channel follows its classes until it has settings of its own, which the engine is told at once [FAI-09] [FAI-12]', async () => {
  const channel = await make()
  assert.deepEqual(channel.failover, {
    triggerMs: 2500,
    holdMs: 30_000,
    slateMs: 60_000,
    triggers: { noKeyFrame: false, bitrateShare: 0, timeStall: false, audioLoss: false, blackMs: 0, freezeMs: 0, silenceMs: 0 },
    own: [],
    fromClasses: {
      triggerMs: { class: 'B', default: 2500, min: 2000, max: 4000 },
      holdMs: { class: 'B', default: 30_000, min: 20_000, max: 60_000 },
    },
  })
  const set = await patch(channel.id, { triggerMs: 2000, slate: false, triggers: { audioLoss: true } })
  assert.deepEqual([set.failover.triggerMs, set.failover.slateMs, set.failover.triggers.audioLoss], [2000, 0, true])
  assert.deepEqual(set.failover.own, ['triggerMs', 'slate', 'triggers'])
  await under.host.newest.until(() => specOf(channel.id)?.source.triggerMs === 2000)
  assert.deepEqual(specOf(channel.id)?.source, {
    lock: 'auto',
    triggerMs: 2000,
    holdMs: 30_000,
    slateMs: 0,
    triggers: set.failover.triggers,
  })
  assert.equal((await lastAudit()).action, 'channel.failover')
  const back = await patch(channel.id, { triggerMs: null, slate: true, triggers: { audioLoss: false, timeStall: true } })
  assert.deepEqual([back.failover.triggerMs, back.failover.slateMs, back.failover.triggers.timeStall], [2500, 60_000, true])
})

test('triggers on picture and sound are times within their ranges or off, and the engine is told of them [FAI-02]', async () => {
  const channel = await make()
  const set = await patch(channel.id, { triggers: { blackMs: 4000, silenceMs: 10_000 } })
  assert.deepEqual([set.failover.triggers.blackMs, set.failover.triggers.freezeMs, set.failover.triggers.silenceMs], [4000, 0, 10_000])
  await under.host.newest.until(() => specOf(channel.id)?.source.triggers?.blackMs === 4000)
  for (const triggers of [{ blackMs: 999 }, { freezeMs: 3999 }, { silenceMs: 300_001 }, { blackMs: 1500.5 }]) {
    const refused = await operator.refused('PATCH', paths.channel(channel.id), { failover: { triggers } })
    assert.equal(refused.status, 400, JSON.stringify(triggers))
  }
  const off = await patch(channel.id, { triggers: { blackMs: 0 } })
  assert.deepEqual([off.failover.triggers.blackMs, off.failover.triggers.silenceMs], [0, 10_000])
})

test('what is measured of picture and sound is in the stats and has gauges; what is not has none', async () => {
  const channel = await make()
  const inputId = channel.inputs[0]!.id
  const figures = { bitrateBps: 0, videoBps: 0, audioBps: 0, fps: 0, gopMs: null, framesTotal: 0, bytesTotal: 0, timestampJumpsTotal: 0 }
  const sound = { rmsDb: -23.5, peakDb: -6, silentForMs: 0 }
  const content = { state: 'measuring', reason: null, picture: null, sound, fault: null } as const
  const input = { inputId, ...figures, maxGapMs: 0, sessionMs: 0, line: null, content }
  under.host.newest.send({
    type: 'stats',
    at: new Date().toISOString(),
    process: { cpuSeconds: 0, rssBytes: 0, loopLagMs: 0 },
    channels: [{ channelId: channel.id, inputs: [input], outputs: [], playback: null }],
  })
  const series = async (): Promise<string[]> =>
    String((await operator.get('/metrics')).body)
      .split('\n')
      .filter((line) => line.includes(`input="${inputId}"`))
  const labels = `{channel="${channel.id}",input="${inputId}"}`
  let lines = await series()
  while (!lines.includes(`sluice_input_content_measured${labels} 1`)) lines = await series()
  assert.ok(lines.includes(`sluice_input_sound_rms_dbfs${labels} -23.5`), lines.join('\n'))
  assert.ok(!lines.some((line) => line.includes('picture')), lines.join('\n'))
})

test('a take goes to the engine when the input receives, and says why when it does not', async () => {
  const channel = await make()
  const path = paths.channelSource(channel.id)
  await under.host.newest.until(() => specOf(channel.id) !== undefined)
  await report(channel, 'primary', ['primary'])
  const early = await operator.refused('POST', path, { take: 'backup' })
  assert.deepEqual([early.status, early.code], [409, 'SOURCE_NOT_READY'])
  await report(channel, 'primary', ['primary', 'backup'])
  await operator.ok('POST', path, { take: 'backup' })
  await under.host.newest.until(() => under.host.newest.heard.some((message) => message.type === 'source'))
  const command = under.host.newest.heard.findLast((message) => message.type === 'source')
  assert.deepEqual(command, { type: 'source', channelId: channel.id, command: { do: 'take', role: 'backup' } })
  assert.equal((await lastAudit()).action, 'channel.take')
  await operator.ok('POST', path, { lock: 'primary' })
  assert.match((await operator.refused('POST', path, { take: 'backup' })).detail ?? '', /locked to the primary/)
})

test('a rehearsal needs the primary on the air, and is told to the engine with its limits [OPS-11]', async () => {
  const channel = await make()
  const path = paths.failoverRehearsals(channel.id)
  await under.host.newest.until(() => specOf(channel.id) !== undefined)
  await report(channel, 'backup', ['backup'])
  assert.equal((await operator.refused('POST', path)).status, 409)
  await report(channel, 'primary', ['primary', 'backup'])
  const started = await operator.ok<StartedRehearsal>('POST', path)
  assert.deepEqual([started.cutMs, started.limitMs], [15_000, 4000])
  const command = (): unknown => under.host.newest.heard.findLast((message) => message.type === 'source')
  await under.host.newest.until(() => JSON.stringify(command()).includes(started.rehearsalId))
  const { rehearsalId, cutMs, limitMs } = started
  assert.deepEqual(command(), { type: 'source', channelId: channel.id, command: { do: 'rehearse', rehearsalId, cutMs, limitMs } })
})

test('a rehearsal on a shadow needs no encoder, and tells the engine which clip to play [OPS-12]', async () => {
  const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
  await under.host.newest.until(() => under.host.newest.specs.has(channel.id))
  const started = await operator.ok<StartedRehearsal>('POST', paths.failoverRehearsals(channel.id), { on: 'shadow' })
  const command = () => under.host.newest.heard.findLast(({ type }) => type === 'source')
  await under.host.newest.until(() => JSON.stringify(command()).includes(started.rehearsalId))
  assert.match(JSON.stringify(command()), /"do":"rehearse-shadow".*"clipFile":"[^"]*test-card[^"]*"/)
})

test('a read-only key neither takes, nor rehearses, nor sets', async () => {
  const { id } = await make()
  const viewer = await readOnly(operator)
  for (const [method, path, body] of [
    ['POST', paths.channelSource(id), { take: 'backup' }],
    ['POST', paths.failoverRehearsals(id), {}],
    ['PATCH', paths.channel(id), { failover: { slate: false } }],
  ] as const) {
    assert.equal((await viewer.refused(method, path, body)).status, 403, path)
  }
})

test('switches come back with their figures, their effect, and the times of those between inputs; metrics count them', async () => {
  const channel = await make()
  const engine = under.host.newest
  await engine.until(() => specOf(channel.id) !== undefined)
  const at = new Date().toISOString()
  const tell = (name: 'source.switched' | 'source.settled', data: Record<string, unknown>): void =>
    engine.event(name, channel.id, name, data)
  const figures = (switchId: string, activationMs: number): SwitchFigures => ({
    switchId,
    from: 'primary',
    to: 'backup',
    cause: 'silent',
    lastPacketAt: at,
    detectedAt: at,
    activatedAt: at,
    firstFrameAt: at,
    silenceMs: activationMs,
    activationMs,
    reactionMs: 1,
    framesLost: 75,
    triggerMs: 2500,
  })
  for (const [i, ms] of [2510, 2530, 2520].entries()) tell('source.switched', figures(`s${i}`, ms))
  tell('source.settled', { switchId: 's2', outputs: [{ outputId: 'o', state: 'live', reconnects: 0, framesDropped: 0 }] })
  let seen: Switches
  do seen = await operator.ok<Switches>('GET', paths.channelSwitches(channel.id))
  while (seen.items[0]?.outputs == null)
  assert.deepEqual(seen.activation, { count: 3, p50Ms: 2520, p99Ms: 2530, maxMs: 2530 })
  assert.deepEqual(
    seen.items.map(({ figures: { switchId }, outputs }) => [switchId, outputs?.length ?? null]),
    [
      ['s2', 1],
      ['s1', null],
      ['s0', null],
    ],
  )
})
