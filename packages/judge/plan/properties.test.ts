import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classPolicies } from '@sluice/contract/policy'
import fc from 'fast-check'
import { claimFor, type LadderWish, type OwnRung, type PlannedOutput, type PlanRequest, planRungs, type SourceFacts } from './index.ts'
import { busy, facebook, machine, template, twitch } from './testing/requests.ts'

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
