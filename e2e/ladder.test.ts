// budget: 75 s: real media is encoded while the encoder is killed five times, stopped once, and its source fails over
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomFrom } from '@sluice/testkit/random'
import type { SinkSession } from '@sluice/testkit/rtmp-sink'
import { configsOf, gopsOf, probeSession, rung360, startLadderShow } from './ladder/ladder-show.ts'
import { isRunning } from './support/children.ts'
import { makeClip } from './support/clip.ts'
import { decodeProblems } from './support/packets.ts'
import { publishClip } from './support/publish.ts'
import { longestWaitMs, stepsBack, videoFrames, videoGaps } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'ffprobe')
/** `npm run soak:ladder` has fifty. */
const kills = Number(process.env['SLUICE_LADDER_KILLS'] ?? 5)
/** One that does not answer is ended within... */
const stoppedMs = 10_000
/** From one frame of the rung to the next over the death of its encoder. */
const backWithinMs = 3000

/** How long the destination waited, longest first: for each death of the encoder, and the stop. */
const waitsOf = (session: SinkSession): number[] => {
  const times = videoFrames(session).map(({ atMs }) => atMs)
  const waits = times.slice(1).map((atMs, i) => atMs - times[i]!)
  return waits.sort((a, b) => b - a).slice(0, kills + 1)
}

/** Another encoder than `before` is there, and a picture of it has come. */
async function isBack(show: Awaited<ReturnType<typeof startLadderShow>>, before: number): Promise<void> {
  await until('another encoder is there', () => show.encoder() !== null && show.encoder() !== before)
  const sinceMs = performance.now()
  const hasPicture = (): boolean => (videoFrames(show.low()).at(-1)?.atMs ?? 0) > sinceMs
  await until('the rung gives pictures', hasPicture).catch((error: Error) => {
    throw new Error(`${error.message}; ${JSON.stringify(show.rung())}; the engine says: ${show.engine.program.output().slice(-2000)}`)
  })
}

test('720p passes through and leaves at 360p too: the encoder is killed five times and stopped once, pass-through loses nothing, the rung is back within 3 s, nobody reconnects [TRN-01]', {
  skip,
}, async (t) => {
  const [clip, show] = await Promise.all([
    makeClip(t, { seconds: 10, size: '1280x720', videoKbps: 2500 }),
    startLadderShow(t, { crowd: 8 }),
  ])
  publishClip(t, clip, show.engine.publishUrl('k1'), { forMs: 120_000 + kills * 10_000 })
  await show.areLive()
  await until('the rung runs', show.isEncoding)
  await sleep(2000)
  const quiet = show.stats()!
  assert.ok(quiet.fps > 0 && quiet.videoBps > 0 && quiet.audioBps > 0, JSON.stringify(quiet))
  assert.ok(quiet.latencyMs !== null && quiet.latencyMs.p50 < 2000, JSON.stringify(quiet))

  const random = randomFrom(7)
  for (let i = 0; i < kills; i++) {
    const before = show.encoder()!
    process.kill(before, 'SIGKILL')
    await isBack(show, before)
    // Who lives for 3 s was well: what comes too soon after the last death has a longer wait before it.
    await sleep(3200 + random.next() * 1000)
  }
  const stopped = show.encoder()!
  process.kill(stopped, 'SIGSTOP')
  await until('an encoder that is stuck is ended', () => !isRunning(stopped), stoppedMs)
  await isBack(show, stopped)
  await sleep(2000)

  const [passed, low] = [show.passed(), show.low()]
  assert.deepEqual(show.sessions(), [1, 1], 'nobody reconnected')
  assert.deepEqual([passed.ended, low.ended], [null, null])
  assert.deepEqual(
    show.crowdEnds(),
    Array.from({ length: 8 }, () => null),
  )
  assert.deepEqual(videoGaps(passed), [], 'pass-through lost nothing')
  const waits = waitsOf(low)
  const late = waits[Math.floor(waits.length * 0.05)]!
  t.diagnostic(
    `longest waits of the rung: ${waits
      .slice(0, kills + 2)
      .map(Math.round)
      .join(' ')} ms`,
  )
  assert.deepEqual(stepsBack(low), [])
  assert.equal(configsOf(low).length, 1, 'SPS and PPS are the same over all encoders')
  assert.ok(show.events('rung.restored').length >= 1)
  const [whole, small] = [await probeSession(t, passed), await probeSession(t, low)]
  assert.deepEqual([whole.width, whole.height], [1280, 720])
  assert.deepEqual([small.width, small.height], [640, 360])
  assert.equal(await decodeProblems(t, small.file), '')
  const gops = gopsOf(low)
  assert.ok(gops.filter((ms) => ms === 1000).length >= gops.length - 2 * (kills + 2), `key frames each second: ${gops.join(' ')}`)

  const last = show.encoder()!
  await show.engine.program.end('SIGKILL')
  await until('no encoder outlives its engine', () => !isRunning(last), 2000)
  assert.ok(late <= backWithinMs, `p95 of what the rung was away is ${Math.round(late)} ms`)
})

test('a backup of another size and frame rate takes over, the output changes to the source and back: one connection, the rung keeps its parameters [FAI-10] [OUT-05]', {
  skip,
}, async (t) => {
  const [clip, other, show] = await Promise.all([
    makeClip(t, { seconds: 6, size: '640x480', videoKbps: 900 }),
    makeClip(t, { seconds: 6, size: '854x480', fps: 30, gopFrames: 60, videoKbps: 900 }),
    startLadderShow(t, { backupKey: 'k2' }),
  ])
  const primary = publishClip(t, clip, show.engine.publishUrl('k1'))
  await show.areLive()
  publishClip(t, other, show.engine.publishUrl('k2'))
  await until('the backup gives media', () => show.actual()?.inputs.find(({ role }) => role === 'backup')?.state === 'receiving')
  await sleep(2500)
  await primary.end('SIGKILL')
  await until('the backup is on the air', () => show.actual()?.source === 'backup')
  await sleep(2000)
  assert.equal(configsOf(show.low()).length, 1, 'what leaves the rung keeps its SPS and PPS')
  assert.equal(configsOf(show.passed()).length, 2)
  assert.ok(longestWaitMs(show.low()) < backWithinMs, `${Math.round(longestWaitMs(show.low()))} ms`)

  const before = videoFrames(show.low()).length
  const [passed, low] = show.outputs
  show.carry({ outputs: [passed!, { ...low!, rung: 'source' }] })
  await until('the output is on the source', () => configsOf(show.low()).length === 2)
  await sleep(1000)
  show.carry()
  await until('the output is on the rung again', () => configsOf(show.low()).length === 3, 30_000)
  await sleep(1500)
  assert.deepEqual(show.sessions(), [1, 1])
  assert.deepEqual(stepsBack(show.low()), [])
  assert.equal(configsOf(show.low())[2], configsOf(show.low())[0])
  const frames = videoFrames(show.low()).slice(before)
  const steps = frames.slice(1).map(({ timestampMs }, i) => timestampMs - frames[i]!.timestampMs)
  // On a machine that is too busy the encoder leaves out slots, here and there alike.
  const { skippedTotal, latencyMs } = show.stats()!
  t.diagnostic(
    `longest step over both changes ${Math.max(...steps)} ms, ${skippedTotal} slots skipped, latency ${JSON.stringify(latencyMs)}`,
  )
  if (skippedTotal === 0 && latencyMs !== null && latencyMs.p95 < 500) assert.ok(Math.max(...steps) <= 80)
  assert.equal(show.isEncoding(), true)
  assert.equal(show.output('x')?.state, 'live')
  // Who asks for a rung that the channel does not have is refused, and gets nothing in its place.
  show.carry({ rungs: [], outputs: [passed!, { ...low!, rung: rung360.rungId }] })
  await until('the output is refused', () => show.output('x')?.reason?.code === 'OUTPUT_RUNG')
})
