import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classPolicies } from '@sluice/contract/policy'
import { type OwnRung, type PlannedOutput, type PlanRequest, planRungs, reasonWords, type SourceFacts } from './index.ts'
import { busy, machine, request } from './testing/requests.ts'

type Rendition = NonNullable<SourceFacts['renditions']>[number]
const rendition = (change: Partial<Rendition> = {}): Rendition => ({
  ...{ track: 1, codec: 'h264', width: 1280, height: 720, fps: 30, kbps: 2950, gopMs: 2000 },
  ...change,
})
const source = (renditions: readonly Rendition[], audioKbps = 160): SourceFacts => ({
  video: { codec: 'h264', width: 1920, height: 1080, fps: 60, kbps: 6000, gopMs: 2000 },
  audio: { codec: 'aac', sampleRate: 48_000, channels: 2, kbps: audioKbps },
  renditions: [...renditions],
})
const own: OwnRung = {
  ...{ id: 'mine', name: 'Mine' },
  video: { codec: 'h264', height: 720, fps: 30, bitrateKbps: 3000, gopMs: 2000 },
  audio: { codec: 'aac', bitrateKbps: 128 },
}
const output: PlannedOutput = {
  ...{ id: 'a', name: 'a', priority: 100, wish: 'mine', latency: 'standard', class: classPolicies.B, own: {}, rules: undefined },
}
const plan = (renditions: readonly Rendition[], given: Partial<PlanRequest> = {}) =>
  planRungs(request({ sources: [source(renditions)], outputs: [output], rungs: [own], ...given }))

test('a rung that the encoder sends itself is taken from its track: no encode, no decode, and the sound as it is', () => {
  const { rungs, load, fits } = plan([rendition({ track: 2 })])
  assert.deepEqual(
    rungs.map(({ id, spec, cpuPercent }) => [id, spec.from, spec.audio, cpuPercent]),
    [['mine', { inputTrack: 2, otherwise: 'encode' }, null, 0]],
  )
  assert.deepEqual([load.channel, load.decode, fits], [0, 0, true])
  assert.equal(rungs[0]!.spec.video?.bitrateKbps, 3000)
  const reason = reasonWords(rungs[0]!.reason, rungs[0]!)
  assert.equal(reason, 'Set to this rung: taken from track 2 of your encoder, 3000 kbps, 1280x720 at 30 frames/s.')
})

test('a track that is not what the rung asks for is not taken', () => {
  const table: [string, Partial<Rendition>][] = [
    ['another size', { width: 854, height: 480 }],
    ['twice the frames', { fps: 60 }],
    ['more bits', { kbps: 3300 }],
    ['far fewer bits', { kbps: 1000 }],
    ['longer GOPs', { gopMs: 4000 }],
    ['GOPs that are not known', { gopMs: null }],
    ['another codec', { codec: 'av1' }],
  ]
  for (const [name, change] of table) {
    const [rung] = plan([rendition(change)]).rungs
    assert.equal(rung?.spec.from, undefined, name)
    assert.ok(rung!.cpuPercent > 10, name)
  }
})

test('sound that is richer than the rung’s is encoded, and costs that alone', () => {
  const [rung] = plan([rendition()], { sources: [source([rendition()], 320)] }).rungs
  assert.equal(rung?.spec.audio?.bitrateKbps, 128)
  assert.ok(rung!.cpuPercent > 0 && rung!.cpuPercent < 3, String(rung!.cpuPercent))
})

test('where the machine could not encode it the source stands in for the track', () => {
  const [rung] = plan([rendition()], { machine: { ...machine, cores: 1 }, others: [busy(60)] }).rungs
  assert.deepEqual(rung?.spec.from, { inputTrack: 1, otherwise: 'source' })
  const blind = plan([rendition()], { machine: { ...machine, problem: 'no encoder' } })
  assert.deepEqual([blind.fits, blind.rungs[0]?.spec.from?.otherwise], [true, 'source'])
})

test('what else is encoded shares one decode, and the rung keeps its name for the engine', () => {
  const other: OwnRung = { ...own, id: 'small', name: 'Small', video: { ...own.video!, height: 360, bitrateKbps: 800 } }
  const outputs = [output, { ...output, id: 'b', wish: 'small' }]
  const both = plan([rendition()], { rungs: [own, other], outputs })
  assert.deepEqual(
    both.rungs.map(({ id, spec }) => [id, spec.from?.inputTrack]),
    [
      ['mine', 1],
      ['small', undefined],
    ],
  )
  assert.ok(both.load.decode > 0)
  assert.deepEqual(
    plan([], { rungs: [own, other], outputs }).rungs.map(({ id }) => id),
    ['mine', 'small'],
  )
})
