import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classPolicies } from '@sluice/contract/policy'
import { type AskedTrack, type PlannedOutput, type PlanRequest, planRungs, reasonWords, type SourceFacts, warningWords } from './index.ts'
import { busy, machine, request } from './testing/requests.ts'

const source: SourceFacts = {
  video: { codec: 'h264', width: 1920, height: 1080, fps: 60, kbps: 5900, gopMs: 2000 },
  audio: { codec: 'aac', sampleRate: 48_000, channels: 2, kbps: 160 },
}
const track = (height: number, fps: number, kbps: number): AskedTrack => ({
  ...{ width: Math.round((height * 16) / 9 / 2) * 2, height, fps: { num: fps, den: 1 }, kbps, gopMs: 2000, audioKbps: 160 },
})
const ladder = [track(1080, 60, 6000), track(720, 30, 2500), track(360, 30, 600)]
const output = (id: string, wish = 'auto'): PlannedOutput => ({
  ...{ id, name: id, priority: 100, wish, latency: 'standard', class: classPolicies.B, own: {}, rules: undefined },
})
const plan = (given: Partial<PlanRequest> = {}) =>
  planRungs(request({ sources: [source], outputs: [output('a'), output('t')], asked: new Map([['t', ladder]]), ...given }))
const wayOf = (planned: ReturnType<typeof plan>, id: string) => planned.outputs.find(({ outputId }) => outputId === id)!

test('a platform that asks for three tracks gets the source as the first and two encodes, and nobody else is touched', () => {
  const planned = plan()
  const way = wayOf(planned, 't')
  assert.deepEqual(
    way.tracks?.map((id) => planned.rungs.find((rung) => rung.id === id)?.spec.video?.height ?? id),
    ['source', 720, 360],
  )
  assert.deepEqual([way.rung, way.warning, planned.rungs.length], ['source', null, 2])
  assert.equal(wayOf(planned, 'a').tracks, undefined)
  assert.equal(
    reasonWords(planned.rungs[0]!.reason, planned.rungs[0]!),
    'The platform asked for it with Enhanced Broadcasting: encoded at 2500 kbps, 1280x720 at 30 frames/s.',
  )
})

test('a source whose key frames are not 2 s apart is no track: it is encoded, so that all tracks have theirs at one time', () => {
  const irregular = { ...source, video: { ...source.video!, gopMs: 4000 } }
  assert.equal(wayOf(plan({ sources: [irregular] }), 't').tracks?.length, 3)
  assert.equal(plan({ sources: [irregular] }).rungs.length, 3)
})

test('tracks that equal a rung of somebody’s share its encode', () => {
  const own = {
    ...{ id: 'mine', name: 'Mine' },
    video: { codec: 'h264' as const, height: 720, fps: 30, bitrateKbps: 2500, gopMs: 2000 },
    audio: { codec: 'aac' as const, bitrateKbps: 160 },
  }
  const planned = plan({ rungs: [own], outputs: [output('t'), output('b', 'mine')] })
  assert.deepEqual(
    planned.rungs.map(({ id, outputs }) => [id === 'mine', [...outputs]]),
    [
      [true, ['b', 't']],
      [false, ['t']],
    ],
  )
})

test('tracks that do not all fit are not sent by halves: the output gets one, with a warning, and no encode is left for them', () => {
  const planned = plan({ machine: { ...machine, cores: 1 }, others: [busy(45)] })
  const way = wayOf(planned, 't')
  assert.deepEqual([way.tracks, way.rung, way.warning?.code, planned.rungs.length], [undefined, 'source', 'enhanced-no-room', 0])
  assert.match(warningWords(way) ?? '', /do not all fit on this machine: it gets one track/)
})

test('what the encoder at the input sends is a track without an encode', () => {
  const renditions = [{ track: 1, codec: 'h264', width: 1280, height: 720, fps: 30, kbps: 2480, gopMs: 2000 }]
  const planned = plan({ sources: [{ ...source, renditions }] })
  assert.deepEqual(
    planned.rungs.map(({ spec }) => spec.from?.inputTrack ?? null),
    [1, null],
  )
  assert.equal(wayOf(planned, 't').tracks?.length, 3)
})

test('a grant of one track is one track of its own, and a rolled-back channel sends none of them', () => {
  const one = plan({ asked: new Map([['t', [ladder[1]!]]]) })
  assert.equal(wayOf(one, 't').tracks?.length, 1)
  assert.equal(wayOf(plan({ isRolledBack: true }), 't').tracks, undefined)
})
