import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type AuditEntry,
  type Channel,
  type ChannelPlan,
  type Output,
  type Page,
  paths,
  type Rung,
  type RungTemplate,
} from '@sluice/contract/api'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'

let under: ControlUnderTest
let operator: Caller
let channel: Channel
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
  channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Show' })
})
after(() => under.stop())

const video = { codec: 'h264', height: 360, fps: 30, bitrateKbps: 800, gopMs: 2000 }
const audio = { codec: 'aac', bitrateKbps: 96 }
const target = { url: 'rtmp://live.example/app', streamKey: 'key' }
const makeRung = (body: object = {}): Promise<Rung> =>
  operator.ok('POST', paths.channelRungs(channel.id), { name: 'Low', video, audio, ...body })
const add = (body: object = {}): Promise<Output> =>
  operator.ok('POST', paths.channelOutputs(channel.id), { name: 'Out', ...target, ...body })
const plan = (): Promise<ChannelPlan> => operator.ok('GET', paths.channelPlan(channel.id))
const lastAudit = async (): Promise<AuditEntry> => (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)).items[0]!
const spec = () => under.host.newest.specs.get(channel.id)
const outputSpec = (id: string) => spec()?.outputs.find((output) => output.outputId === id)
const told = (holds: () => boolean): Promise<void> => under.host.newest.until(holds)

test('an output on a rung is sent with the rung, its size and rate settled; back on the source the rung goes [TRN-01]', async () => {
  const rung = await makeRung()
  assert.deepEqual([rung.video, rung.audio, rung.outputs], [video, audio, []])
  assert.equal((await lastAudit()).action, 'rung.create')
  const output = await add({ rung: rung.id })
  assert.equal(output.rung, rung.id)
  await told(() => outputSpec(output.id)?.rung === rung.id)
  assert.deepEqual(spec()?.rungs, [
    {
      rungId: rung.id,
      name: 'Low',
      video: { ...video, width: 640, fps: { num: 30, den: 1 }, preset: 'veryfast', fit: 'fit', cropAt: 0.5 },
      audio: { ...audio, channels: 2, track: 0, gainDb: 0 },
    },
  ])
  const planned = await plan()
  assert.deepEqual(
    [planned.fits, planned.rungs.map(({ rungId, outputs }) => ({ rungId, outputs }))],
    [true, [{ rungId: rung.id, outputs: [output.id] }]],
  )
  assert.ok(planned.rungs[0]!.cost.cpuPercent > 1)
  await operator.ok('PATCH', paths.output(output.id), { rung: 'source' })
  await told(() => outputSpec(output.id)?.rung === 'source')
  assert.equal(spec()?.rungs, undefined)
})

test('a rung in HDR reaches the engine with its transfer, costs more, and is refused with a reason in H.264 and with overlays [TRN-04]', async () => {
  const hdr = { ...video, codec: 'h265', hdr: 'pq' }
  const [kept, plain] = [await makeRung({ name: 'HDR', video: hdr }), await makeRung({ name: 'SDR', video: { ...hdr, hdr: undefined } })]
  assert.equal(kept.video?.hdr, 'pq')
  const outputs = [await add({ name: 'Wide', rung: kept.id }), await add({ name: 'Narrow', rung: plain.id })]
  await told(() => outputs.every(({ id, rung }) => outputSpec(id)?.rung === rung))
  const sent = new Map(spec()?.rungs?.map(({ rungId, video: picture }) => [rungId, picture?.hdr]))
  assert.deepEqual([sent.get(kept.id), sent.get(plain.id)], ['pq', undefined])
  const costs = new Map((await plan()).rungs.map(({ rungId, cost }) => [rungId, cost.cpuPercent]))
  assert.ok(costs.get(kept.id)! > costs.get(plain.id)! * 1.3, `${[...costs.values()]}`)
  for (const [change, reason] of [
    [{ codec: 'h264' }, /HDR needs H\.265 or AV1/],
    [{ overlays: [{ pictureId: '6f1f0d1e-5a3b-4c7e-9f40-3c1d2e4f5a6b', x: 0, y: 0, width: 0.2 }] }, /no overlays/],
  ] as const) {
    const body = { name: 'No', video: { ...hdr, ...change }, audio }
    const refused = await operator.refused('POST', paths.channelRungs(channel.id), body)
    assert.equal(refused.status, 400)
    assert.match(JSON.stringify(refused), reason)
  }
  for (const { id } of outputs) await operator.ok('DELETE', paths.output(id))
})

test('a rung that an output names is not deleted, and the refusal names the output', async () => {
  const rung = await makeRung({ name: 'Used' })
  const output = await add({ name: 'Holder', rung: rung.id, enabled: false })
  const refused = await operator.refused('DELETE', paths.rung(rung.id))
  assert.deepEqual([refused.status, refused.code], [409, 'RUNG_IN_USE'])
  assert.match(refused.detail ?? '', /Holder/)
  await operator.ok('PATCH', paths.output(output.id), { rung: 'auto' })
  await operator.ok('DELETE', paths.rung(rung.id))
  assert.equal((await lastAudit()).action, 'rung.delete')
  assert.equal((await operator.refused('GET', paths.rung(rung.id))).status, 404)
})

test('an output takes no rung of another channel, nor one that does not exist', async () => {
  const other = await operator.ok<Channel>('POST', paths.channels, { name: 'Other' })
  const foreign = await operator.ok<Rung>('POST', paths.channelRungs(other.id), { name: 'Foreign', video })
  for (const rung of [foreign.id, 'nothing']) {
    const refused = await operator.refused('POST', paths.channelOutputs(channel.id), { name: 'X', ...target, rung })
    assert.deepEqual([refused.status, refused.code], [422, 'RUNG_UNKNOWN'])
  }
})

test('a second rung of a name is refused, and so is one that encodes nothing', async () => {
  await makeRung({ name: 'Once' })
  assert.equal((await operator.refused('POST', paths.channelRungs(channel.id), { name: 'Once', video })).code, 'RUNG_NAME_TAKEN')
  const nothing = await operator.refused('POST', paths.channelRungs(channel.id), { name: 'Nothing', video: null, audio: null })
  assert.equal(nothing.code, 'REQUEST_INVALID')
})

test('a changed rung reaches the engine under the same id', async () => {
  const rung = await makeRung({ name: 'Changing' })
  await add({ rung: rung.id })
  const changed = await operator.ok<Rung>('PATCH', paths.rung(rung.id), { video: { ...video, bitrateKbps: 600, fps: 29.97 } })
  assert.equal(changed.video?.bitrateKbps, 600)
  const own = () => spec()?.rungs?.find(({ rungId }) => rungId === rung.id)?.video
  await told(() => own()?.bitrateKbps === 600)
  assert.deepEqual(own()?.fps, { num: 30_000, den: 1001 })
})

test('new outputs are `auto`, which is the source while nothing is known of it', async () => {
  const output = await add({ name: 'Automatic', platform: 'twitch' })
  assert.deepEqual([output.rung, output.latency], ['auto', 'standard'])
  await told(() => outputSpec(output.id) !== undefined)
  assert.equal(outputSpec(output.id)?.rung, 'source')
  const way = (await plan()).outputs.find(({ outputId }) => outputId === output.id)
  assert.deepEqual([way?.rung, way?.code, way?.warning], ['source', 'source-unknown', null])
})

test('what this machine can not encode is refused with the figures, and nothing is written', async () => {
  const huge = { codec: 'h265', height: 2160, width: 3840, fps: 60, bitrateKbps: 40_000, gopMs: 2000 }
  const rung = await makeRung({ name: 'Huge', video: huge })
  const before = await operator.ok<Page<Output>>('GET', paths.channelOutputs(channel.id))
  const refused = await operator.refused('POST', paths.channelOutputs(channel.id), { name: 'Huge', ...target, rung: rung.id })
  assert.deepEqual([refused.status, refused.code], [409, 'PLAN_TOO_HEAVY'])
  assert.match(refused.detail ?? '', /needs \d+ % of a core.* gives \d+ % to encoding/)
  const after = await operator.ok<Page<Output>>('GET', paths.channelOutputs(channel.id))
  assert.equal(after.items.length, before.items.length)
})

test('templates: those of Sluice, and own ones of the workspace [TRN-06] [OPS-02]', async () => {
  const own = await operator.ok<RungTemplate>('POST', paths.rungTemplates, { name: 'Ours', video, audio })
  const list = async () => (await operator.ok<Page<RungTemplate>>('GET', paths.rungTemplates)).items
  assert.ok((await list()).some(({ id, isShipped }) => id === 'conservative' && isShipped))
  assert.deepEqual((await list()).at(-1), own)
  for (const { name, video: picture, audio: sound } of await list()) {
    await operator.ok('POST', paths.channelRungs(channel.id), { name: `From ${name}`, video: picture, audio: sound })
  }
  await operator.ok('DELETE', paths.rungTemplate(own.id))
  assert.ok((await list()).every(({ isShipped }) => isShipped))
})

test('a read-only key sees rungs and plan, and changes nothing', async () => {
  const reader = await readOnly(operator)
  const rung = await makeRung({ name: 'Seen' })
  assert.equal((await reader.get(paths.rung(rung.id))).status, 200)
  assert.equal((await reader.get(paths.channelPlan(channel.id))).status, 200)
  for (const [method, path, body] of [
    ['POST', paths.channelRungs(channel.id), { name: 'No', video }],
    ['PATCH', paths.rung(rung.id), { name: 'No' }],
    ['DELETE', paths.rung(rung.id), undefined],
    ['POST', paths.rungTemplates, { name: 'No', video }],
  ] as const)
    assert.equal((await reader.refused(method, path, body)).code, 'SCOPE_MISSING')
})
