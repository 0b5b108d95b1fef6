// budget: 100 s, 200 changes among 100 live outputs
import assert from 'node:assert/strict'
import { availableParallelism, loadavg } from 'node:os'
import { type TestContext, test } from 'node:test'
import type { OutputSpec } from '@sluice/contract/link'
import { type RemoteDestination, startBadDestinations } from '@sluice/testkit/bad-destinations'
import { testCertificate } from '@sluice/testkit/certificates'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { randomFrom } from '@sluice/testkit/random'
import { openRtmpSink, type RtmpSinkServer, type SinkSession } from '@sluice/testkit/rtmp-sink'
import { brokenPlaces, percentile, publishNumbered, receivedBy } from './outputs/numbered-source.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { sleep, until } from './support/wait.ts'

const baselineMs = 5000
const badMs = 18_000
/** Frames of the time in which all of them connect for the first time. */
const burstFrames = 100
const marginMs = 10
/** The engine's bucket: 50 at once, 20 more each second. First connections are free. */
const bucket = { capacity: 50, perSecond: 20 }

/** Every state of every output that the engine told, as `state:kind`. */
function watch(engine: EngineProcess): Map<string, Set<string>> {
  const seen = new Map<string, Set<string>>()
  const take = engine.control.receive.bind(engine.control)
  engine.control.receive = (message) => {
    if (message.type === 'actual') {
      for (const { outputId, state, reason } of message.channel.outputs) {
        const words = seen.get(outputId) ?? new Set()
        seen.set(outputId, words.add(`${state}:${reason?.kind ?? null}`))
      }
    }
    take(message)
  }
  return seen
}

const delaysOf = (sinks: readonly RtmpSinkServer[], from: number, to: number): number[] =>
  sinks
    .flatMap((sink) => receivedBy(sink.sessions[0]!))
    .filter(({ number }) => number >= from && number < to)
    .map(({ delayMs }) => delayMs)

async function openGood(t: TestContext): Promise<RtmpSinkServer> {
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  return sink
}

/** The tail of what was sent has arrived everywhere. Where it has not, the assertions that follow say what is missing. */
const untilLast = (sessions: readonly SinkSession[], number: number): Promise<unknown> =>
  until(
    `frame ${number} is everywhere`,
    () => sessions.every((session) => (receivedBy(session).at(-1)?.number ?? -1) >= number),
    5000,
  ).catch(() => {})

const isTold = (place: RemoteDestination, seen: ReadonlyMap<string, ReadonlySet<string>>): boolean =>
  place.states.some((state) => place.kinds.some((kind) => seen.get(place.name)?.has(`${state}:${kind}`) === true))

test('50 outputs that misbehave in 50 ways cost 5 good ones no frame and no time; each is told as what it is [OUT-04] [OBS-03] [GRD-04] [GRD-05]', async (t) => {
  const engine = await startEngineProcess(t)
  const seen = watch(engine)
  const good = await Promise.all(Array.from({ length: 5 }, () => openGood(t)))
  const bad = await startBadDestinations(t)
  const { places } = bad
  assert.equal(places.length, 50)
  const goodSpecs = good.map((sink, i) => makeOutputSpec({ outputId: `good${i}`, url: sink.url }))
  const badSpecs = places.map(({ name, url }) => makeOutputSpec({ outputId: name, url }))
  const channel = makeChannelSpec({ channelId: 'show', key: 'k1', outputs: goodSpecs })
  engine.control.carry(channel)
  await until('the channel is there', () => engine.control.actual('show') !== undefined)
  const source = await publishNumbered(t, engine.publishUrl('').replace(/\/$/, ''), 'k1', 6000)
  await until('the good ones are live', () => goodSpecs.every(({ outputId }) => engine.control.output(outputId)?.state === 'live'))
  const start = source.sent
  await sleep(baselineMs)

  const middle = source.sent
  engine.control.carry({ ...channel, revision: 2, outputs: [...goodSpecs, ...badSpecs] })
  const startMs = performance.now()
  await sleep(badMs / 2)
  const residentBefore = engine.residentBytes()
  await sleep(badMs / 2)
  const residentGrown = engine.residentBytes() - residentBefore
  const seconds = (performance.now() - startMs) / 1000
  await until('each is told as what it is', () => places.every((place) => isTold(place, seen)), 20_000).catch((error: Error) => {
    const odd = places.filter((place) => !isTold(place, seen)).map(({ name }) => `${name}: ${[...(seen.get(name) ?? [])].join(' ')}`)
    throw new Error(`${error.message}\n${odd.join('\n')}`)
  })
  const end = source.sent - 10

  const byName = await bad.attempts()
  const attempts = Object.values(byName).reduce<number>((sum, count) => sum + (count ?? 0), 0)
  assert.ok(attempts <= places.length + bucket.capacity + bucket.perSecond * (seconds + 20), `${attempts} connections in ${seconds} s`)
  for (const name of [
    'mute',
    'reject-auth',
    'duplicate',
    'tls-expired',
    'no-name',
    'closed-port',
    'dead-port',
    'http',
    'drip',
    'srt-silent',
  ]) {
    assert.ok(![...(seen.get(name) ?? [])].some((word) => word.startsWith('live')), `${name} was never said to be live`)
  }
  assert.equal(byName['reject-auth'], 1, 'a wrong key is not tried again')
  const alone = delaysOf(good, start, middle)
  const burst = delaysOf(good, middle, middle + burstFrames)
  const beside = delaysOf(good, middle + burstFrames, end)
  const words = (delays: readonly number[]): string =>
    `p50 ${percentile(delays, 0.5).toFixed(1)} p99 ${percentile(delays, 0.99).toFixed(1)} ms`
  t.diagnostic(`delay: ${words(alone)} alone, ${words(burst)} while 50 connect at once, ${words(beside)} beside them`)
  t.diagnostic(`${attempts} connections in ${seconds.toFixed(0)} s; resident +${(residentGrown / 1e6).toFixed(1)} MB`)
  assert.ok(percentile(beside, 0.5) < percentile(alone, 0.5) + marginMs, `${words(alone)} alone, ${words(beside)} beside the bad ones`)
  // p99 is for a machine of its own: other work on the same cores must not fail a test of states.
  const isQuiet = loadavg()[0]! < availableParallelism()
  const p99MarginMs = Number(process.env['SLUICE_P99_MARGIN_MS'] ?? (isQuiet ? marginMs : Number.POSITIVE_INFINITY))
  assert.ok(percentile(beside, 0.99) < percentile(alone, 0.99) + p99MarginMs, `${words(alone)} alone, ${words(beside)} beside the bad ones`)
  assert.ok(residentGrown < 50e6, `resident memory grew by ${residentGrown / 1e6} MB`)

  await bad.mend()
  const mended = places.filter(({ canMend }) => canMend)
  const stateOf = (name: string): string | undefined => engine.control.output(name)?.state
  const failed = mended.filter(({ name }) => stateOf(name) === 'failed').map(({ name }) => name)
  // By policy: a retry within a second, after what an attempt that is under way or a stall may still take, 10 s each.
  const waiting = (): string[] => mended.map(({ name }) => name).filter((name) => !failed.includes(name) && stateOf(name) !== 'live')
  await until('those that retry are live by themselves', () => waiting().length === 0, 25_000).catch((error: Error) => {
    throw new Error(
      `${error.message}: ${waiting()
        .map((name) => JSON.stringify(engine.control.output(name)))
        .join('\n')}`,
    )
  })
  // A wrong key is not tried again until somebody says so.
  assert.deepEqual(
    failed.map(stateOf),
    failed.map(() => 'failed'),
  )
  const rearmed = (spec: OutputSpec): OutputSpec => (failed.includes(spec.outputId) ? { ...spec, generation: 1 } : spec)
  engine.control.carry({ ...channel, revision: 3, outputs: [...goodSpecs, ...badSpecs.map(rearmed)] })
  await until('those that had failed are live', () => failed.every((name) => stateOf(name) === 'live'), 5000)
  source.stop()
  await untilLast(
    good.map((sink) => sink.sessions[0]!),
    end,
  )
  for (const sink of good) {
    const received = receivedBy(sink.sessions[0]!)
    assert.deepEqual([sink.sessions.length, brokenPlaces(received)], [1, []])
    assert.ok(received.at(-1)!.number >= end)
  }
})

test('a far end that never reads a byte is known within 5 s at 500 kbit/s, over RTMP and RTMPS, and one that never acknowledges is left in peace [OUT-03]', async (t) => {
  const engine = await startEngineProcess(t)
  const sinks = {
    deaf: await openRtmpSink({ behaviour: { type: 'stall', afterMs: 0 }, isRecording: false }),
    'deaf-tls': await openRtmpSink({ behaviour: { type: 'stall', afterMs: 0 }, isRecording: false, tls: testCertificate('good') }),
    quiet: await openRtmpSink({ behaviour: { type: 'never-acknowledge' }, isRecording: false }),
  }
  for (const sink of Object.values(sinks)) t.after(() => sink.close())
  const seen = watch(engine)
  const outputs = Object.entries(sinks).map(([outputId, { url }]) => makeOutputSpec({ outputId, url, tlsVerify: false }))
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs }))
  await until('the channel is there', () => engine.control.actual('show') !== undefined)
  // 2500 bytes at 25 frames/s.
  await publishNumbered(t, engine.publishUrl('').replace(/\/$/, ''), 'k1', 2500)
  const knownMs = async (name: 'deaf' | 'deaf-tls'): Promise<number> => {
    await until(`${name} has a publisher`, () => sinks[name].sessions.length > 0)
    return until(`${name} is stalled`, () => engine.control.output(name)?.state === 'stalled', 8000)
  }
  const times = await Promise.all([knownMs('deaf'), knownMs('deaf-tls')])
  t.diagnostic(`known after ${times.map(Math.round).join(' and ')} ms`)
  assert.match(engine.control.output('deaf')?.reason?.message ?? '', /does not read: its machine has accepted no data/)
  assert.ok(Math.max(...times) < 5500, `known after ${times.join(' and ')} ms`)
  await sleep(2000)
  assert.deepEqual([...(seen.get('quiet') ?? [])].at(-1), 'live:null', 'it was never anything else after')
})

type Change = 'add' | 'remove' | 'rekey' | 'retarget'

test('outputs that are added, removed, re-keyed and retargeted at random cost no other output a frame [OUT-04] [OUT-15]', async (t) => {
  const rounds = Number(process.env['SLUICE_CHANGES'] ?? 200)
  const random = randomFrom(50)
  const engine = await startEngineProcess(t)
  const sinks = await Promise.all([openGood(t), openGood(t)])
  const specOf = (outputId: string): OutputSpec => makeOutputSpec({ outputId, url: sinks[0]!.url, streamKey: `${outputId}.0` })
  const specs = new Map(Array.from({ length: 100 }, (_, i) => [`o${i}`, specOf(`o${i}`)]))
  const carry = (revision: number): void =>
    engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', revision, outputs: [...specs.values()] }))
  carry(1)
  await until('the channel is there', () => engine.control.actual('show') !== undefined)
  const source = await publishNumbered(t, engine.publishUrl('').replace(/\/$/, ''), 'k1', 400)
  await until('100 outputs are live', () => [...specs.keys()].every((id) => engine.control.output(id)?.state === 'live'), 30_000)

  // What is never touched must have one session from here to the end.
  const spared = new Set(Array.from({ length: 30 }, (_, i) => `o${i}`))
  const counts: Record<Change, number> = { add: 0, remove: 0, rekey: 0, retarget: 0 }
  for (let round = 0; round < rounds; round++) {
    const movable = [...specs.keys()].filter((id) => !spared.has(id))
    const change = (['add', 'remove', 'rekey', 'retarget'] as const)[random.int(0, 3)]!
    const id = movable[random.int(0, movable.length - 1)]
    counts[change]++
    if (change === 'add' || id === undefined) specs.set(`n${round}`, specOf(`n${round}`))
    else if (change === 'remove') specs.delete(id)
    else {
      const spec = specs.get(id)!
      specs.set(
        id,
        change === 'rekey' ? { ...spec, streamKey: `${id}.${round}` } : { ...spec, url: sinks[spec.url === sinks[0]!.url ? 1 : 0]!.url },
      )
    }
    carry(round + 2)
    await sleep(50)
  }
  await until('all outputs are live', () => [...specs.keys()].every((id) => engine.control.output(id)?.state === 'live'), 15_000)
  source.stop()
  const isSpared = ({ streamKey }: SinkSession): boolean => spared.has(streamKey.split('.')[0]!)
  await untilLast(
    sinks.flatMap((sink) => sink.sessions.filter(isSpared)),
    source.sent - 1,
  )

  const sessions = sinks.flatMap((sink) => sink.sessions)
  const broken = sessions.flatMap((session: SinkSession) =>
    brokenPlaces(receivedBy(session)).map((place) => `${session.streamKey}: ${place}`),
  )
  assert.deepEqual(broken, [])
  for (const id of spared) {
    const own = sessions.filter(({ streamKey }) => streamKey.startsWith(`${id}.`))
    assert.equal(own.length, 1, `${id} was never reconnected`)
    assert.equal(receivedBy(own[0]!).at(-1)?.number, source.sent - 1, `${id} has the last frame`)
  }
  t.diagnostic(`${rounds} changes (${JSON.stringify(counts)}), ${sessions.length} sessions, ${source.sent} frames, no number missing`)
})
