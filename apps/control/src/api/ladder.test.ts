import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type AuditEntry,
  type Channel,
  type ChannelPlan,
  type Page,
  type PlaybackLadder,
  paths,
  type Rung,
  type RungTemplate,
} from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import { eventually } from '@sluice/testkit/wait'
import { thisMachine } from '../plans/index.ts'
import { type Caller, type ControlUnderTest, readOnly, startTestControl } from '../testing/control-under-test.ts'
import { makeShow } from '../testing/show.ts'

let under: ControlUnderTest
let operator: Caller
before(async () => {
  under = await startTestControl()
  operator = (await under.newWorkspace()).operator
})
after(() => under.stop())

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
const steps = ['ladder-720', 'ladder-480', 'ladder-360']
const set = (channelId: string, ladder: PlaybackLadder): Promise<ChannelPlan> =>
  operator.ok('PUT', paths.channelLadder(channelId), { ladder })
const heights = ({ player, rungs }: ChannelPlan) => player.rungs.map((id) => rungs.find((rung) => rung.id === id)?.spec.video?.height ?? id)
/** Percent of a core: what an encode takes is `k` times a little less than its millions of pixels a second. */
function calibration(k: number) {
  return { ...{ cpu: 'test', cores: 2, version: '1', decode: 5 * k }, k: { ultrafast: k, superfast: k, veryfast: k, faster: k } }
}
/** The price at which a ladder of 720, 480 and 360 lines takes that share of this machine. */
const perLadder = (share: number): number => (share * 70 * thisMachine().cores - 11.5) / 41.1

test('the player has the source alone until a ladder is set; then the engine is told, best first [TRN-06]', async () => {
  const { channel, spec, play, plan } = await makeShow(under, operator)
  assert.equal(channel.playback.ladder, 'off')
  assert.equal(spec()?.playbackRungs, undefined)
  play({ kbps: 6000 }, at(0))
  await eventually(plan, ({ source }) => source !== null)
  under.host.newest.send({ type: 'calibrated', code: null, problem: null, calibration: calibration(0.01) })
  const planned = await set(channel.id, 'auto')
  assert.deepEqual([heights(planned), planned.fits, planned.player.warning], [['source', 720, 480, 360], true, null])
  await under.host.newest.until(() => spec()?.playbackRungs !== undefined)
  assert.deepEqual(spec()?.playbackRungs, planned.player.rungs)
  assert.deepEqual(
    spec()?.rungs?.map(({ rungId }) => rungId),
    planned.player.rungs.slice(1),
  )
  assert.equal((await operator.ok<Channel>('GET', paths.channel(channel.id))).playback.ladder, 'auto')
  const [entry] = (await operator.ok<Page<AuditEntry>>('GET', `${paths.audit}?limit=1`)).items
  assert.equal(entry?.action, 'channel.ladder')
  await set(channel.id, 'off')
  await under.host.newest.until(() => spec()?.playbackRungs === undefined)
  assert.equal(spec()?.rungs, undefined)
})

test('a ladder of own rungs and templates: what it names is not deleted, and what there is not is refused', async () => {
  const { channel, plan } = await makeShow(under, operator)
  const video = { codec: 'h264', height: 540, bitrateKbps: 2000, gopMs: 2000 }
  const rung = await operator.ok<Rung>('POST', paths.channelRungs(channel.id), { name: 'Middle', video })
  const sound = await operator.ok<Rung>('POST', paths.channelRungs(channel.id), { name: 'Sound', video: null })
  const template = await operator.ok<RungTemplate>('POST', paths.rungTemplates, {
    name: 'Tiny',
    video: { ...video, height: 240, bitrateKbps: 400 },
  })
  await set(channel.id, [template.id, rung.id, 'ladder-360'])
  assert.deepEqual(heights(await plan()), ['source', 540, 360, 240])
  for (const path of [paths.rung(rung.id), paths.rungTemplate(template.id)]) {
    const refused = await operator.refused('DELETE', path)
    assert.deepEqual([refused.status, refused.code], [409, 'RUNG_IN_USE'])
  }
  const soundOnly = await operator.refused('PATCH', paths.rung(rung.id), { video: null })
  assert.deepEqual([soundOnly.status, soundOnly.code], [409, 'RUNG_IN_USE'])
  for (const ladder of [['nothing'], [sound.id]]) {
    const refused = await operator.refused('PUT', paths.channelLadder(channel.id), { ladder })
    assert.deepEqual([refused.status, refused.code], [422, 'RUNG_UNKNOWN'])
  }
  for (const ladder of [[], [rung.id, rung.id], 'all'])
    assert.equal((await operator.refused('PUT', paths.channelLadder(channel.id), { ladder })).status, 400)
  await set(channel.id, 'off')
  await operator.ok('DELETE', paths.rung(rung.id))
  await operator.ok('DELETE', paths.rungTemplate(template.id))
})

test('one channel more than the machine holds is refused with the figures; what goes live anyway is reduced, and gets it back [OPS-02]', async () => {
  under.host.newest.send({ type: 'calibrated', code: null, problem: null, calibration: calibration(perLadder(0.4)) })
  const shows = [await makeShow(under, operator), await makeShow(under, operator), await makeShow(under, operator)] as const
  const [first, second, third] = shows
  // All three fit by themselves, as long as no other is live.
  for (const { channel } of shows) await set(channel.id, steps)
  first.play({ kbps: 6000 }, at(10))
  second.play({ kbps: 6000 }, at(11))
  await eventually(second.plan, ({ source, load }) => source !== null && load.othersPercent > 0)
  assert.deepEqual([heights(await first.plan()).length, heights(await second.plan()).length], [4, 4])
  // A fourth is refused.
  const fourth = await makeShow(under, operator)
  const refused = await operator.refused('PUT', paths.channelLadder(fourth.channel.id), { ladder: steps })
  assert.deepEqual([refused.status, refused.code], [409, 'PLAN_TOO_HEAVY'])
  assert.match(refused.detail ?? '', /needs \d+ % of a core, and other channels take \d+ %; this machine gives \d+ % to encoding/)
  // Nobody can refuse an encoder that connects: the third gets what is left, and the running shows keep theirs.
  third.play({ kbps: 6000 }, at(12))
  await under.host.newest.until(() => (third.spec()?.playbackRungs?.length ?? 0) < 4)
  const reduced = await third.plan()
  assert.equal(reduced.fits, false)
  assert.match(reduced.player.warning ?? '', /no room for "Ladder 720p"/)
  assert.ok(reduced.warnings.some((warning) => /no room for/.test(warning)))
  assert.deepEqual([first.spec()?.playbackRungs?.length, second.spec()?.playbackRungs?.length], [4, 4])
  const told = await eventually(
    () => operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(third.channel.id)),
    ({ items }) => items.some(({ name }) => name === 'plan.changed'),
  )
  assert.match(told.items.find(({ name }) => name === 'plan.changed')?.message ?? '', /no room for "Ladder 720p"/)
  // The first show ends: its room goes to the third.
  first.end()
  third.play({ kbps: 6000 }, at(12))
  await under.host.newest.until(() => third.spec()?.playbackRungs?.length === 4)
  for (const { channel, end } of [...shows, fourth]) {
    end()
    await set(channel.id, 'off')
  }
})

test('an output of a high priority takes no encode from another live show: it is refused, and says so', async () => {
  under.host.newest.send({ type: 'calibrated', code: null, problem: null, calibration: calibration(perLadder(0.9)) })
  const running = await makeShow(under, operator)
  await set(running.channel.id, steps)
  running.play({ kbps: 6000 }, at(20))
  await eventually(running.plan, ({ source }) => source !== null)
  const other = await makeShow(under, operator)
  const video = { codec: 'h264', height: 720, fps: 30, bitrateKbps: 3000, gopMs: 2000 }
  const rung = await operator.ok<Rung>('POST', paths.channelRungs(other.channel.id), { name: 'Big', video })
  const refused = await operator.refused('PATCH', paths.output(other.output.id), { rung: rung.id, priority: 900 })
  assert.deepEqual([refused.status, refused.code], [409, 'PLAN_TOO_HEAVY'])
  assert.match(refused.detail ?? '', /Big would take encodes from another live channel/)
  running.end()
  await set(running.channel.id, 'off')
})

test('a machine that can encode nothing gives the player the source; a ladder by name is refused there', async () => {
  const { channel } = await makeShow(under, operator)
  under.host.newest.send({ type: 'calibrated', calibration: null, code: 'ENCODER_UNAVAILABLE', problem: 'node-av is not installed' })
  const planned = await eventually(
    () => set(channel.id, 'auto'),
    ({ player }) => player.rungs.length === 1,
  )
  assert.equal(planned.fits, true)
  assert.match(planned.player.warning ?? '', /This machine cannot encode: node-av is not installed\. The player gets the source alone\./)
  const refused = await operator.refused('PUT', paths.channelLadder(channel.id), { ladder: steps })
  assert.deepEqual([refused.status, refused.code], [409, 'PLAN_TOO_HEAVY'])
  under.host.newest.send({ type: 'calibrated', code: null, problem: null, calibration: calibration(0.01) })
})

test('a read-only key sets no ladder', async () => {
  const { channel } = await makeShow(under, operator)
  const reader = await readOnly(operator)
  assert.equal((await reader.refused('PUT', paths.channelLadder(channel.id), { ladder: 'auto' })).code, 'SCOPE_MISSING')
})
