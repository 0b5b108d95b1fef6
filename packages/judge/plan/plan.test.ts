import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classPolicies } from '@sluice/contract/policy'
import { type Machine, type OwnRung, planRungs, type SourceFacts, warningWords } from './index.ts'
import { busy, facebook, machine, output, request, source, twitch, wayOf } from './testing/requests.ts'

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

test('outputs of a rung that keeps failing get the next rung down that runs, else the source where it fits, else they wait [TRN-08]', () => {
  const own = (id: string, height: number): OwnRung => ({
    ...{ id, name: `Own ${height}`, audio: { codec: 'aac', bitrateKbps: 128 } },
    video: { codec: 'h264', height, fps: 30, bitrateKbps: height * 4, gopMs: 2000 },
  })
  const rungs = [own('r1', 720), own('r2', 480), own('r3', 360)]
  const outputs = [output('a', { wish: 'r1', rules: facebook }), output('b', { wish: 'r2' }), output('c', { wish: 'r3', rules: facebook })]
  const waysWith = (failed: string[], sources = [source({ codec: 'h265' })]) => {
    const plan = planRungs(request({ sources, rungs, outputs, failed: new Set(failed) }))
    // Who fails is still tried: it stays in the plan.
    assert.equal(plan.rungs.length, 3)
    return plan.outputs.map(({ rung, warning }) => `${rung}${warning === null ? '' : ` ${warning.code}`}`)
  }
  assert.deepEqual(waysWith([]), ['r1', 'r2', 'r3'])
  assert.deepEqual(waysWith(['r1']), ['r2 rung-failed', 'r2', 'r3'])
  assert.deepEqual(waysWith(['r1', 'r2']), ['r3 rung-failed', 'r3 rung-failed', 'r3'])
  // Facebook takes no HEVC: its outputs wait; a destination without rules takes all.
  assert.deepEqual(waysWith(['r1', 'r2', 'r3']), ['r1 rung-failed', 'source rung-failed', 'r3 rung-failed'])
  const [waits] = planRungs(request({ sources: [source({ codec: 'h265' })], rungs, outputs, failed: new Set(['r1', 'r2', 'r3']) })).outputs
  assert.match(warningWords(waits!) ?? '', /keeps failing, and the destination does not accept the source as it is: this output waits/)
  assert.deepEqual(waysWith(['r1', 'r2', 'r3'], [source()]), ['source rung-failed', 'source rung-failed', 'source rung-failed'])
})

test('hardware that passed its trial encodes the largest pictures that it takes, as many as it has sessions for, at its own price', () => {
  const own = (id: string, height: number, codec: 'h264' | 'h265' = 'h264'): OwnRung => ({
    ...{ id, name: id, audio: null },
    video: { codec, height, fps: 30, bitrateKbps: height * 4, gopMs: 2000 },
  })
  const rungs = [own('r1', 720), own('r2', 480), own('r3', 360), own('r4', 1080, 'h265')]
  const outputs = rungs.map(({ id }) => output(`o${id}`, { wish: id }))
  const nvenc = { kind: 'nvenc', codec: 'h264', maxWidth: 1920, maxHeight: 1080, maxSessions: 2, cpuPercent: 2 } as const
  const encodersOf = (given: Partial<Machine>) => {
    const plan = planRungs(request({ rungs, outputs, machine: { ...machine, ...given } }))
    return Object.fromEntries(plan.rungs.map(({ id, spec }) => [id, spec.video?.encoder ?? 'software']))
  }
  assert.deepEqual(encodersOf({ hardware: [nvenc] }), { r4: 'software', r1: 'nvenc', r2: 'nvenc', r3: 'software' })
  assert.deepEqual(encodersOf({ hardware: [nvenc], hardwareTaken: { nvenc: 1 } }), {
    r4: 'software',
    r1: 'nvenc',
    r2: 'software',
    r3: 'software',
  })
  assert.deepEqual(encodersOf({ hardware: [{ ...nvenc, maxWidth: 1000 }] }), { r4: 'software', r1: 'software', r2: 'nvenc', r3: 'nvenc' })
  // After a failure in mid-show nothing new goes there: who runs on it stays, also where another one is larger.
  const held = { hardware: [nvenc], hardwareHeld: [{ kind: 'nvenc', keeps: ['r2'] }] } as const
  assert.deepEqual(encodersOf(held), { r4: 'software', r1: 'software', r2: 'nvenc', r3: 'software' })
  assert.deepEqual(encodersOf({ ...held, hardwareHeld: [{ kind: 'qsv', keeps: [] }] }), encodersOf({ hardware: [nvenc] }))
  assert.deepEqual(encodersOf({}), { r4: 'software', r1: 'software', r2: 'software', r3: 'software' })
  const cost = (hardware: Machine['hardware'] = []) =>
    planRungs(request({ rungs, outputs: outputs.slice(0, 1), machine: { ...machine, hardware } })).rungs[0]!
  assert.ok(cost([nvenc]).cpuPercent < cost().cpuPercent / 4)
  // What an engine and its outputs know the rung by stays.
  assert.equal(cost([nvenc]).id, cost().id)
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

test('fields cost: an interlaced source is dearer to decode, and dearer still for a rung that shows each field', () => {
  const decodeFor = (fps: number, given: Parameters<typeof source>[0]): number => {
    const own: OwnRung = {
      ...{ id: 'r', name: 'r', audio: null },
      video: { codec: 'h264', height: 720, fps, bitrateKbps: 3000, gopMs: 2000 },
    }
    return planRungs(request({ sources: [source({ fps: 25, ...given })], rungs: [own], outputs: [output('a', { wish: 'r' })] })).load.decode
  }
  const [whole, frames, fields] = [decodeFor(25, {}), decodeFor(25, { isInterlaced: true }), decodeFor(50, { isInterlaced: true })]
  // 1080i50, bwdif measured: 4.5 and 9 % of a core at 30 frames a second, beside 20 % for decoding.
  assert.ok(
    Math.abs(frames - whole - (4.5 * 25) / 30) < 0.5 && Math.abs(fields - whole - (9 * 25) / 30) < 0.5,
    `${whole} ${frames} ${fields}`,
  )
})
