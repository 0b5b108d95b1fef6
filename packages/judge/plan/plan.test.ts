import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classPolicies } from '@sluice/contract/policy'
import fc from 'fast-check'
import {
  type Claim,
  claimFor,
  type DestinationRules,
  type LadderWish,
  type Machine,
  type OwnRung,
  type PlannedOutput,
  type PlanRequest,
  planRungs,
  playerWords,
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
const machine: Machine = { cores: 32, calibration: null, problem: null, correction: 1 }
const request = (given: Partial<PlanRequest>): PlanRequest => ({
  ...{
    channelId: 'c',
    liveSinceMs: null,
    sources: [source()],
    outputs: [],
    rungs: [],
    ladder: null,
    machine,
    others: [],
    isRolledBack: false,
  },
  ...given,
})
/** Another live channel that takes so much, for an output of the highest priority. */
const busy = (percent: number): Claim => {
  const cost = { ultrafast: percent, superfast: percent, veryfast: percent, faster: percent }
  const encode = { id: 'x', hasVideo: false, isPlayerOnly: false, priority: 1000, cost }
  return { channelId: 'other', liveSinceMs: 0, decode: 0, encodes: [encode] }
}
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
  const full = planRungs(request({ ...given, machine: { ...machine, cores: 4 }, others: [busy(250)] }))
  const hard = planRungs(request({ ...given, machine: { ...machine, correction: 2 } }))
  const tooEasy = planRungs(request({ ...given, machine: { ...machine, correction: 0.1 } }))
  assert.deepEqual([free.fits, full.fits], [true, false])
  assert.ok(hard.rungs[0]!.cpuPercent > 1.8 * hard.rungs[0]!.basePercent)
  assert.ok(tooEasy.rungs[0]!.cpuPercent >= 0.8 * tooEasy.rungs[0]!.basePercent)
})

const template = (...heights: number[]) =>
  heights.map((height) => {
    const video = { codec: 'h264', height, bitrateKbps: height * 4, gopMs: 2000 } as const
    return { id: `ladder-${height}`, name: `Ladder ${height}p`, rungId: null, video, audio: { codec: 'aac', bitrateKbps: 128 } as const }
  })
const whatFits: LadderWish = { isWhole: false, steps: template(1080, 720, 480, 360) }
const byName: LadderWish = { ...whatFits, isWhole: true }
const linesOf = ({ rungs, player }: ReturnType<typeof planRungs>) =>
  player.rungs.map((id) => rungs.find((rung) => rung.id === id)?.spec.video?.height ?? id)

test('the player gets the source and what of the ladder is below it, best first [TRN-06]', () => {
  assert.deepEqual(linesOf(planRungs(request({ ladder: whatFits }))), ['source', 720, 480, 360])
  assert.deepEqual(linesOf(planRungs(request({ ladder: whatFits, sources: [] }))), ['source', 720, 480, 360])
  const small = source({ width: 854, height: 480, kbps: 1500 })
  assert.deepEqual(linesOf(planRungs(request({ ladder: whatFits, sources: [small] }))), ['source', 360])
  assert.deepEqual(planRungs(request({ ladder: null })).player.rungs, ['source'])
  // Of its own size where browsers can't play the source, or its bitrate is far higher.
  for (const heavy of [source({ codec: 'h265' }), source({ kbps: 12_000 })])
    assert.deepEqual(linesOf(planRungs(request({ ladder: whatFits, sources: [heavy] }))), ['source', 1080, 720, 480, 360])
  const upright = planRungs(request({ ladder: whatFits, sources: [source({ width: 1080, height: 1920 })] }))
  assert.deepEqual([upright.rungs[0]?.spec.video?.width, upright.rungs[0]?.spec.video?.height], [720, 1280])
})

test('a step that is larger than the source is left out, and the plan says so', () => {
  const plan = planRungs(request({ ladder: byName, sources: [source({ width: 1280, height: 720 })] }))
  assert.deepEqual([linesOf(plan), plan.fits], [['source', 720, 480, 360], true])
  assert.match(playerWords(plan, { ladder: byName, machine }).warning ?? '', /^"Ladder 1080p" is larger than the source\./)
})

test('ladder rungs follow the key frames of the source, and share an encode with an output where both have the same ones', () => {
  const own: OwnRung = {
    id: 'r',
    name: 'R',
    video: { codec: 'h264', height: 720, bitrateKbps: 2880, gopMs: 2000 },
    audio: whatFits.steps[0]!.audio,
  }
  const given = { rungs: [own], ladder: whatFits, outputs: [output('a', { wish: 'r' })] }
  const regular = planRungs(request(given))
  assert.deepEqual([regular.player.rungs[1], regular.rungs.length], ['r', 3])
  assert.ok(regular.rungs.every(({ spec }) => spec.video?.followsSourceKeys === undefined))
  for (const video of [source({ gopMs: 4000 }), source({ gopMs: 2000, minGopMs: 300 }), source({ gopMs: null })]) {
    const plan = planRungs(request({ ...given, sources: [video] }))
    assert.deepEqual([plan.player.rungs.includes('r'), plan.rungs.length], [false, 4])
    const follow = plan.rungs.filter(({ isForPlayer }) => isForPlayer)
    assert.ok(follow.every(({ spec }) => spec.video?.followsSourceKeys === true))
    assert.equal(plan.rungs.find(({ id }) => id === 'r')?.spec.video?.followsSourceKeys, undefined)
  }
})

test('outputs come before the player, which loses the top of its ladder first; asked for by name, it is refused', () => {
  const given = { outputs: [output('a', { rules: facebook, priority: 0 })], sources: [source({ codec: 'h265' })] }
  const small = { ...machine, cores: 1.8 }
  const reduced = planRungs(request({ ...given, ladder: whatFits, machine: small }))
  assert.equal(reduced.fits, true)
  assert.equal(reduced.outputs[0]?.rung, reduced.rungs[0]?.id)
  assert.deepEqual(linesOf(reduced).slice(-2), [480, 360])
  assert.match(playerWords(reduced, { ladder: whatFits, machine }).warning ?? '', /no room for "Ladder 1080p"/)
  assert.equal(planRungs(request({ ...given, ladder: byName, machine: small })).fits, false)
  const none = planRungs(request({ ladder: whatFits, machine: { ...machine, cores: 0.2 } }))
  assert.deepEqual([none.fits, none.player.rungs], [false, ['source']])
})

test('a machine that can encode nothing gives the player the source, and that is no failure of a ladder that takes what fits', () => {
  const blind = { ...machine, problem: 'node-av is not installed' }
  const plan = planRungs(request({ ladder: whatFits, machine: blind }))
  assert.deepEqual([plan.fits, plan.player.rungs], [true, ['source']])
  assert.match(playerWords(plan, { ladder: whatFits, machine: blind }).warning ?? '', /cannot encode: node-av is not installed/)
  assert.equal(planRungs(request({ ladder: byName, machine: blind })).fits, false)
})

test('channels share the machine: a show that runs keeps its encodes, a higher priority takes room, and who loses what is named', () => {
  const cores = 4
  const show = (channelId: string, liveSinceMs: number | null, priority = 100): PlanRequest =>
    request({
      channelId,
      liveSinceMs,
      machine: { ...machine, cores },
      sources: [source({ codec: 'h265' })],
      outputs: [output('o', { rules: facebook, priority })],
    })
  const [first, second, third] = [show('z', 1), show('y', 2), show('x', 3)]
  const one = planRungs({ ...second, others: [first, third].map(claimFor) })
  assert.equal(planRungs({ ...first, others: [second, third].map(claimFor) }).fits, true)
  assert.equal(planRungs({ ...third, others: [first, second].map(claimFor) }).fits, false)
  assert.ok(one.load.channel + one.load.others <= one.load.budget)
  const urgent = planRungs({ ...show('new', null, 900), others: [first, second].map(claimFor) })
  assert.equal(urgent.fits, true)
  assert.deepEqual(
    urgent.pushedOut.map(({ channelId }) => channelId),
    ['y'],
  )
  const late = planRungs({ ...show('new', null), others: [first, second].map(claimFor) })
  assert.deepEqual([late.fits, late.pushedOut], [false, []])
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
const anyLadder = (own: readonly OwnRung[]): fc.Arbitrary<LadderWish | null> =>
  fc.option(
    fc.record({
      isWhole: fc.boolean(),
      steps: fc.subarray([...own.map((rung) => ({ ...rung, rungId: rung.id })), ...template(1080, 720, 480, 360)]),
    }),
  )
const anyRequest = fc
  .record({
    ...{ channelId: fc.constantFrom('a', 'b'), liveSinceMs: fc.option(fc.nat(5)) },
    sources: fc.array(anySource, { maxLength: 3 }),
    outputs: fc.integer({ min: 0, max: 8 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => anyOutput(`o${at}`)))),
    rungs: fc.tuple(anyOwn('r0'), anyOwn('r1'), anyOwn('r2')),
    machine: fc.constant({ ...machine, cores: 10_000 }),
    isRolledBack: fc.boolean(),
    others: fc.constant([]),
  })
  .chain((given) => anyLadder(given.rungs).map((ladder): PlanRequest => ({ ...given, ladder })))

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
        const plan = planRungs({ ...given, machine: { ...machine, cores }, others: [busy(othersPercent)] })
        assert.ok(plan.rungs.length === 0 || plan.load.channel + plan.load.others <= plan.load.budget + 1e-6)
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

test('the plans of channels that share a machine are one: together they stay within it, and the order of the channels does not matter', () => {
  const anyShow = (channelId: string, liveSinceMs: number) => anyRequest.map((given): PlanRequest => ({ ...given, channelId, liveSinceMs }))
  fc.assert(
    fc.property(
      fc.tuple(anyShow('a', 1), anyShow('b', 1), anyShow('c', 2)),
      fc.double({ min: 0.1, max: 20, noNaN: true }),
      (shows, cores) => {
        const all = shows.map((show) => ({ ...show, machine: { ...machine, cores } }))
        const planOf = (channelId: string, order: readonly PlanRequest[]) => {
          const others = order.filter((show) => show.channelId !== channelId).map(claimFor)
          return planRungs({ ...all.find((show) => show.channelId === channelId)!, others })
        }
        const plans = all.map(({ channelId }) => planOf(channelId, all))
        const sum = plans.reduce((total, { load }) => total + load.channel, 0)
        assert.ok(sum <= plans[0]!.load.budget + 1e-6)
        for (const [at, { load }] of plans.entries()) {
          const rest = sum - plans[at]!.load.channel
          assert.ok(Math.abs(load.others - rest) < 1e-6)
        }
        assert.deepEqual(
          all.map(({ channelId }) => planOf(channelId, all.toReversed())),
          plans,
        )
      },
    ),
  )
})

test('a ladder takes nothing from outputs', () => {
  fc.assert(
    fc.property(anyRequest, fc.double({ min: 0.1, max: 8, noNaN: true }), (given, cores) => {
      const at = { ...given, machine: { ...machine, cores } }
      const [without, withIt] = [planRungs({ ...at, ladder: null }), planRungs(at)]
      const reduced = (plan: typeof without) => plan.outputs.filter(({ warning }) => warning?.code === 'no-room').length
      assert.ok(withIt.fits === false || reduced(withIt) === 0)
      const served = ({ outputs }: typeof without) => outputs.filter(({ rung }) => rung !== 'source').map(({ outputId }) => outputId)
      if (without.fits) assert.deepEqual(served(withIt), served(without))
    }),
  )
})
