import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classPolicies } from '@sluice/contract/policy'
import fc from 'fast-check'
import {
  type DestinationRules,
  type Machine,
  type OwnRung,
  type PlannedOutput,
  type PlanRequest,
  planRungs,
  reasonWords,
  type SourceFacts,
  warningWords,
} from './index.ts'

const row = (height: number, fps: number, minKbps: number, maxKbps: number) => ({
  ...{ width: (height * 16) / 9, height, fps, minKbps, maxKbps },
})
const rules = (given: Partial<DestinationRules> & { name: string }): DestinationRules => ({
  ...{ maxVideoKbps: null, recommendedKbps: null, bitrateMatrix: [], maxFps: 60, maxWidth: 1920, maxHeight: 1080 },
  ...{ keyframeSeconds: 2, maxKeyframeSeconds: 4, maxAudioKbps: null, audioSampleRates: [44_100, 48_000] },
  ...{ videoCodecs: ['h264'], audioCodecs: ['aac'], fullSizeFromKbps: null },
  ...given,
})
/** As the catalogue has them. */
const twitch = rules({
  ...{ name: 'Twitch', maxVideoKbps: 8000, recommendedKbps: 6000, maxKeyframeSeconds: 2, fullSizeFromKbps: 6000 },
  bitrateMatrix: [row(1080, 60, 4500, 6000), row(720, 60, 3500, 5000), row(720, 30, 2500, 4000)],
})
const facebook = rules({
  ...{ name: 'Facebook', maxVideoKbps: 9000, recommendedKbps: 5000 },
  bitrateMatrix: [row(1080, 60, 4500, 9000), row(1080, 30, 3000, 6000), row(720, 30, 1500, 4000)],
})

const source = (given: Partial<NonNullable<SourceFacts['video']>> = {}): SourceFacts => ({
  video: { codec: 'h264', width: 1920, height: 1080, fps: 30, kbps: 6000, gopMs: 2000, ...given },
  audio: { codec: 'aac', sampleRate: 48_000, channels: 2, kbps: 128 },
})
const output = (id: string, given: Partial<PlannedOutput> = {}): PlannedOutput => ({
  ...{ id, name: id, priority: 100, wish: 'auto', latency: 'standard', class: classPolicies.B, own: {}, rules: undefined },
  ...given,
})
const machine: Machine = { cores: 32, calibration: null, problem: null, othersPercent: 0, correction: 1 }
const request = (given: Partial<PlanRequest>): PlanRequest => ({
  ...{ sources: [source()], outputs: [], rungs: [], machine, isRolledBack: false },
  ...given,
})
const wayOf = (given: Partial<PlanRequest>, id = 'a') => {
  const plan = planRungs(request(given))
  const way = plan.outputs.find(({ outputId }) => outputId === id)!
  const rung = plan.rungs.find((one) => one.id === way.rung) ?? null
  return { plan, way, rung, video: rung?.spec.video ?? null, reason: reasonWords(way.reason, rung) }
}

test('what fits the destination passes through, over the cap of the class too: that is for what Sluice encodes', () => {
  const { way, plan } = wayOf({ sources: [source({ kbps: 7800 })], outputs: [output('a', { rules: twitch })] })
  assert.deepEqual([way.rung, way.reason.code, plan.rungs.length, plan.load.channel], ['source', 'source-fits', 0, 0])
})

test('a source over the limit of Twitch is encoded at 720p below 6000 kbps, and at 1080p at 6000 where the class allows it [POL-11]', () => {
  const outputs = [output('a', { rules: twitch })]
  const small = wayOf({ sources: [source({ kbps: 8400 })], outputs })
  assert.deepEqual([small.video?.height, small.video?.bitrateKbps, small.video?.gopMs], [720, 3000, 2000])
  assert.equal(small.reason, 'Twitch takes at most 8000 kbps, the source has 8400 kbps: encoded at 3000 kbps, 1280x720 at 30 frames/s.')
  const wide = [output('a', { rules: twitch, class: { ...classPolicies.B, maxVideoKbps: 8000 } })]
  const large = wayOf({ sources: [source({ kbps: 8400 })], outputs: wide })
  assert.deepEqual([large.video?.height, large.video?.bitrateKbps], [1080, 6000])
  assert.match(large.reason, /takes at most 8000 kbps, the source has 8400 kbps: encoded at 6000 kbps/)
})

const misfits: { name: string; video: Parameters<typeof source>[0]; code: string; expected: object }[] = [
  { name: 'another codec', video: { codec: 'h265' }, code: 'source-codec', expected: { height: 1080, bitrateKbps: 5000 } },
  { name: 'more bits', video: { kbps: 9500 }, code: 'source-bitrate', expected: { height: 1080, bitrateKbps: 5000 } },
  { name: 'a larger size', video: { width: 3840, height: 2160 }, code: 'source-size', expected: { width: 1920, height: 1080 } },
  { name: 'a higher rate', video: { fps: 120 }, code: 'source-fps', expected: { fps: { num: 30, den: 1 } } },
  { name: 'key frames far apart', video: { gopMs: 8000 }, code: 'source-keyframes', expected: { gopMs: 2000 } },
  { name: 'NTSC at 59.94', video: { fps: 59.94, kbps: 9500 }, code: 'source-bitrate', expected: { fps: { num: 30_000, den: 1001 } } },
  { name: 'PAL at 50', video: { fps: 50, kbps: 9500 }, code: 'source-bitrate', expected: { fps: { num: 25, den: 1 } } },
  {
    name: 'a phone held upright',
    video: { width: 1080, height: 1920, kbps: 9500 },
    code: 'source-bitrate',
    expected: { width: 1080, height: 1920 },
  },
  {
    name: 'a source of 900 lines',
    video: { width: 1600, height: 900, kbps: 9500 },
    code: 'source-bitrate',
    expected: { width: 1280, height: 720 },
  },
  { name: 'a small source', video: { width: 426, height: 240, codec: 'vp9' }, code: 'source-codec', expected: { height: 240 } },
]
for (const { name, video, code, expected } of misfits) {
  test(`a destination that can't have the source gets an encode it can: ${name}`, () => {
    const { way, video: encoded } = wayOf({ sources: [source(video)], outputs: [output('a', { rules: facebook })] })
    assert.equal(way.reason.code, code)
    assert.deepEqual({ ...encoded, ...expected }, encoded)
  })
}

test('partners get 720p30 at 3000 kbps at most [POL-03]', () => {
  const { video } = wayOf({ sources: [source({ codec: 'h265' })], outputs: [output('a', { rules: facebook, class: classPolicies.C })] })
  assert.deepEqual([video?.height, video?.bitrateKbps], [720, 3000])
})

test('only the sound is encoded where only the sound does not fit', () => {
  const opus: SourceFacts = { ...source(), audio: { codec: 'opus', sampleRate: 48_000, channels: 2, kbps: 128 } }
  const { rung, plan } = wayOf({ sources: [opus], outputs: [output('a', { rules: twitch })] })
  assert.deepEqual([rung?.spec.video, rung?.spec.audio?.codec, plan.load.decode], [null, 'aac', 0])
})

test('`source` is never encoded: over a limit it is warned of [POL-05]', () => {
  const { way, plan } = wayOf({ sources: [source({ kbps: 8400 })], outputs: [output('a', { wish: 'source', rules: twitch })] })
  assert.deepEqual([way.rung, plan.rungs.length], ['source', 0])
  assert.match(warningWords(way) ?? '', /Twitch takes at most 8000 kbps, the source has 8400 kbps\. The platform may refuse it/)
})

test('a low-latency output has key frames 1 s apart on its rung, and the others keep theirs', () => {
  const own: OwnRung = { id: 'r', name: 'R', video: { codec: 'h264', height: 720, bitrateKbps: 3000, gopMs: 2000 }, audio: null }
  const outputs = [output('a', { wish: 'r', latency: 'low' }), output('b', { wish: 'r' })]
  const { plan, video } = wayOf({ rungs: [own], outputs })
  assert.deepEqual([video?.gopMs, plan.rungs.length, plan.rungs.find(({ id }) => id === 'r')?.spec.video?.gopMs], [1000, 2, 2000])
})

test('an own rung that serves is taken instead of a planned one', () => {
  const video = { codec: 'h264', height: 720, fps: 30, bitrateKbps: 2800, gopMs: 2000 } as const
  const own: OwnRung = { id: 'r', name: 'R', video, audio: { codec: 'aac', bitrateKbps: 96 } }
  const { way } = wayOf({ sources: [source({ kbps: 9000 })], rungs: [own], outputs: [output('a', { rules: twitch })] })
  assert.equal(way.rung, 'r')
})

test('a rollback gives every output the conservative rung, whatever it asks for, in one encode [OPS-02]', () => {
  const outputs = [output('a', { wish: 'source' }), output('b', { rules: twitch }), output('c', { wish: 'gone' })]
  const { plan, video } = wayOf({ isRolledBack: true, outputs })
  assert.deepEqual([plan.rungs.length, video?.height, video?.bitrateKbps], [1, 720, 3000])
  assert.deepEqual(new Set(plan.outputs.map(({ rung }) => rung)).size, 1)
  const small = wayOf({ isRolledBack: true, outputs, sources: [source({ width: 1280, height: 720, kbps: 2500 })] })
  assert.equal(small.way.rung, 'source')
})

test('what passes through fits every source of the broadcast, and sizes follow the first', () => {
  const sources = [source(), source({ width: 1280, height: 720, fps: 50, kbps: 9000 })]
  const { way, video } = wayOf({ sources, outputs: [output('a', { rules: twitch })] })
  assert.equal(way.reason.code, 'source-bitrate')
  assert.deepEqual([video?.height, video?.fps], [720, { num: 30, den: 1 }])
})

test('presets fall before outputs do; then what is worth least is reduced, with its figures', () => {
  const sources = [source({ codec: 'h265' })]
  const outputs = [output('a', { rules: facebook, priority: 10 }), output('b', { rules: twitch, priority: 900 })]
  const cores = (count: number) => wayOf({ sources, outputs, machine: { ...machine, cores: count } })
  assert.equal(cores(8).video?.preset, 'veryfast')
  const fast = cores(2.5)
  assert.deepEqual([fast.plan.fits, fast.video?.preset === 'veryfast'], [true, false])
  const { plan, way } = cores(1.5)
  assert.deepEqual([plan.fits, plan.rungs.length, plan.outputs.map(({ rung }) => rung === plan.rungs[0]?.id)], [false, 1, [true, true]])
  assert.match(
    warningWords(way) ?? '',
    /would take \d+ % of a core, and that does not fit beside the others: it gets "720p30 at 3000 kbps" instead/,
  )
  assert.ok(plan.load.channel <= plan.load.budget)
})

test('without encoders `auto` passes through, and says so', () => {
  const { plan, way } = wayOf({
    ...{ sources: [source({ kbps: 9000 })], outputs: [output('a', { rules: twitch })] },
    machine: { ...machine, problem: 'node-av is not installed' },
  })
  assert.deepEqual(
    [plan.fits, way.rung, warningWords(way)],
    [false, 'source', 'This machine cannot encode: the source passes through instead.'],
  )
})

test('other channels and a measured correction count against the room', () => {
  const given = { sources: [source({ codec: 'h265' })], outputs: [output('a', { rules: facebook })] }
  const free = planRungs(request({ ...given, machine: { ...machine, cores: 4 } }))
  const busy = planRungs(request({ ...given, machine: { ...machine, cores: 4, othersPercent: 250 } }))
  const hard = planRungs(request({ ...given, machine: { ...machine, correction: 2 } }))
  const tooEasy = planRungs(request({ ...given, machine: { ...machine, correction: 0.1 } }))
  assert.deepEqual([free.fits, busy.fits], [true, false])
  assert.ok(hard.rungs[0]!.cpuPercent > 1.8 * hard.rungs[0]!.basePercent)
  assert.ok(tooEasy.rungs[0]!.cpuPercent >= 0.8 * tooEasy.rungs[0]!.basePercent)
})

// What a plan promises, whatever comes.
const anyVideo = fc.record({
  codec: fc.constantFrom('h264', 'h265', 'av1', 'vp9'),
  ...{ width: fc.integer({ min: 2, max: 4096 }), height: fc.integer({ min: 2, max: 4096 }) },
  fps: fc.option(fc.double({ min: 0, max: 240, noNaN: true })),
  kbps: fc.option(fc.integer({ min: 0, max: 60_000 })),
  gopMs: fc.option(fc.integer({ min: 0, max: 20_000 })),
})
const anyAudio = fc.record({
  codec: fc.constantFrom('aac', 'opus', 'mp3'),
  ...{ sampleRate: fc.constantFrom(32_000, 44_100, 48_000), channels: fc.integer({ min: 1, max: 8 }), kbps: fc.constant(128) },
})
const anySource: fc.Arbitrary<SourceFacts> = fc.record({ video: fc.option(anyVideo), audio: fc.option(anyAudio) })
const anyOwn = (id: string): fc.Arbitrary<OwnRung> =>
  fc.record({
    ...{ id: fc.constant(id), name: fc.constant(id) },
    video: fc.record(
      {
        ...{ codec: fc.constant('h264' as const), height: fc.constantFrom(360, 480, 720), bitrateKbps: fc.constantFrom(800, 3000) },
        ...{ gopMs: fc.constantFrom(1000, 2000), fps: fc.constantFrom(25, 30, 60) },
      },
      { requiredKeys: ['codec', 'height', 'bitrateKbps', 'gopMs'] },
    ) as fc.Arbitrary<OwnRung['video']>,
    audio: fc.constantFrom(null, { codec: 'aac' as const, bitrateKbps: 128 }),
  })
const anyOutput = (id: string): fc.Arbitrary<PlannedOutput> =>
  fc.record({
    ...{ id: fc.constant(id), name: fc.constant(id), priority: fc.integer({ min: 0, max: 3 }) },
    wish: fc.constantFrom('auto', 'auto', 'source', 'r0', 'r1', 'r2', 'gone'),
    latency: fc.constantFrom('standard', 'low'),
    class: fc.constantFrom(classPolicies.A, classPolicies.B, classPolicies.C),
    own: fc.record(
      { maxVideoKbps: fc.integer({ min: 100, max: 9000 }), targetVideoKbps: fc.integer({ min: 100, max: 9000 }) },
      { requiredKeys: [] },
    ),
    rules: fc.constantFrom(undefined, twitch, facebook),
  })
const anyRequest = fc.record({
  sources: fc.array(anySource, { maxLength: 3 }),
  outputs: fc.integer({ min: 0, max: 8 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => anyOutput(`o${at}`)))),
  rungs: fc.tuple(anyOwn('r0'), anyOwn('r1'), anyOwn('r2')),
  machine: fc.constant({ ...machine, cores: 10_000 }),
  isRolledBack: fc.boolean(),
})

test('an output more takes no rung from another, and moves none', () => {
  fc.assert(
    fc.property(anyRequest, anyOutput('new'), (before, more) => {
      const [was, is] = [planRungs(before), planRungs({ ...before, outputs: [...before.outputs, more] })]
      for (const way of was.outputs)
        assert.deepEqual(
          is.outputs.find(({ outputId }) => outputId === way.outputId),
          way,
        )
      const ids = new Set(is.rungs.map(({ id }) => id))
      assert.ok(was.rungs.every(({ id }) => ids.has(id)))
      assert.ok(is.rungs.length <= was.rungs.length + 1)
    }),
  )
})

test('equal wishes share one encode: another output of a known profile adds none', () => {
  fc.assert(
    fc.property(anyRequest, (before) => {
      const [first] = before.outputs
      if (first === undefined) return
      const twin = { ...first, id: 'twin' }
      const [was, is] = [planRungs(before), planRungs({ ...before, outputs: [...before.outputs, twin] })]
      assert.deepEqual(
        is.rungs.map(({ id }) => id),
        was.rungs.map(({ id }) => id),
      )
      assert.equal(is.load.channel, was.load.channel)
      const specs = is.rungs.map(({ spec: { video, audio } }) => JSON.stringify([video, audio]))
      assert.equal(new Set(specs).size, specs.length)
    }),
  )
})

test('the order of outputs and rungs does not matter, and the same request gives the same plan', () => {
  fc.assert(
    fc.property(anyRequest, (given) => {
      const turned = { ...given, outputs: given.outputs.toReversed(), rungs: given.rungs.toReversed() }
      assert.deepEqual(planRungs(turned), planRungs(given))
    }),
  )
})

test('whatever the machine, the plan stays within it, every output has a way, and what is encoded is whole', () => {
  fc.assert(
    fc.property(
      anyRequest,
      fc.double({ min: 0.1, max: 8, noNaN: true }),
      fc.integer({ min: 0, max: 400 }),
      (given, cores, othersPercent) => {
        const plan = planRungs({ ...given, machine: { ...machine, cores, othersPercent } })
        if (plan.rungs.length > 0) assert.ok(plan.load.channel + othersPercent <= plan.load.budget + 1e-6)
        assert.equal(plan.outputs.length, given.outputs.length)
        const ids = new Set(['source', ...plan.rungs.map(({ id }) => id)])
        for (const way of plan.outputs) assert.ok(ids.has(way.rung))
        for (const { spec } of plan.rungs) {
          assert.ok(spec.video !== null || spec.audio !== null)
          const { width, height, bitrateKbps } = spec.video ?? { width: 64, height: 64, bitrateKbps: 100 }
          assert.ok(
            width % 2 === 0 && height % 2 === 0 && width >= 64 && height >= 64 && width <= 4096 && height <= 4096 && bitrateKbps >= 100,
          )
        }
      },
    ),
  )
})
