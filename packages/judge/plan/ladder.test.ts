import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimFor, ladderOffer, type OwnRung, type PlanRequest, planRungs, playerWords } from './index.ts'
import { byName, facebook, linesOf, machine, output, request, source, whatFits } from './testing/requests.ts'

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

test('a channel without a ladder is offered what fits, at the price that it then has', () => {
  const steps = whatFits.steps
  const offerOf = (given: Partial<PlanRequest>) => {
    const asked = request({ ladder: null, ...given })
    return ladderOffer(asked, planRungs(asked), steps)
  }
  const offer = offerOf({})!
  assert.deepEqual(offer.rungs, ['Ladder 720p', 'Ladder 480p', 'Ladder 360p'])
  const taken = planRungs(request({ ladder: whatFits }))
  assert.equal(Math.round(offer.cpuPercent), Math.round(taken.load.channel))
  // The top goes first on a small machine; on one that can encode nothing there is no offer, nor where a ladder is on.
  assert.deepEqual(offerOf({ machine: { ...machine, cores: 0.5 } })?.rungs, ['Ladder 360p'])
  assert.equal(offerOf({ machine: { ...machine, problem: 'node-av is not installed' } }), null)
  assert.equal(offerOf({ ladder: whatFits }), null)
  // Beside an encode that has the room to itself its preset falls.
  const busyShow = { sources: [source({ codec: 'h265' })], outputs: [output('a', { rules: facebook })] }
  assert.deepEqual(
    [32, 2.5].map((cores) => offerOf({ ...busyShow, machine: { ...machine, cores } })?.lowersPresets),
    [false, true],
  )
})
