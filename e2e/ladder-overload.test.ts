// budget: 60 s: an encoder is held to less than half of what it takes for 12 s, and quality comes back after a hold of ten
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RungSpec } from '@sluice/contract/link'
import type { SinkSession } from '@sluice/testkit/rtmp-sink'
import { configsOf, rung360, startLadderShow } from './ladder/ladder-show.ts'
import { makeClip } from './support/clip.ts'
import { publishClip } from './support/publish.ts'
import { longestWaitMs, stepsBack, videoFrames, videoGaps } from './support/sink-frames.ts'
import { cpuSecondsOf, squeeze } from './support/squeeze.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'taskset')
const squeezedMs = 12_000
/** The operator knows within... */
const toldWithinMs = 2000
const backWithinMs = 3000
/** From the source at one destination to the rung at another, once what is shed has settled. */
const maxAddedMs = 500

const rungOf = (rungId: string, height: number, preset: 'veryfast' | 'faster', bitrateKbps: number): RungSpec => ({
  ...rung360,
  rungId,
  name: `${height}p`,
  video: { ...rung360.video!, width: Math.round((height * 8) / 9) * 2, height, preset, bitrateKbps },
})
const rungs = [rungOf('r720', 720, 'faster', 2500), rungOf('r480', 480, 'veryfast', 1200), rungOf('r360', 360, 'veryfast', 600)] as const

/** What a destination has on its clock when a frame of that time of the programme comes: grows where it falls behind. */
const lagsOf = (session: SinkSession, fromMs: number, toMs: number): number[] =>
  videoFrames(session)
    .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
    .map(({ atMs, timestampMs }) => atMs - timestampMs)
    .sort((a, b) => a - b)
const at = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!

test('an encoder that gets half of what it needs sheds in order, says so within 2 s and stays in real time; pass-through loses nothing, and quality is back afterwards [TRN-01] [TRN-08]', {
  skip,
}, async (t) => {
  const [clip, show] = await Promise.all([
    makeClip(t, { seconds: 10, size: '1280x720', videoKbps: 4000 }),
    startLadderShow(t, { rungs: [...rungs] }),
  ])
  publishClip(t, clip, show.engine.publishUrl('k1'), { forMs: 120_000 })
  await show.areLive()
  await until('all rungs run in full', () => show.actual()?.rungs?.every(({ state }) => state === 'running') === true, 40_000)
  const encoder = show.encoder()!
  const quietFromMs = performance.now()
  const before = cpuSecondsOf(encoder)
  await sleep(3000)
  const taken = (cpuSecondsOf(encoder) - before) / ((performance.now() - quietFromMs) / 1000)
  const quietMs = show.stats()!.latencyMs!.p50

  const share = Math.min(0.5, taken / 2)
  const squeezedFromMs = performance.now()
  const release = await squeeze(t, encoder, share)
  const words: string[] = []
  const note = (): void => {
    const said = `${show.rung()?.state} ${show.rung()?.reason?.code}: ${show.rung()?.reason?.message}`
    if (words.at(-1) !== said) words.push(said)
  }
  const toldMs = await until('the rung is reduced', () => show.rung()?.state === 'reduced', 10_000)
  while (performance.now() < squeezedFromMs + squeezedMs) {
    note()
    await sleep(50)
  }
  const settledMs = performance.now() - 3000
  const baseline = at(lagsOf(show.low(), quietFromMs, squeezedFromMs), 0.5) - at(lagsOf(show.passed(), quietFromMs, squeezedFromMs), 0.5)
  const passed = at(lagsOf(show.passed(), settledMs, Number.POSITIVE_INFINITY), 0.5)
  const added = lagsOf(show.low(), settledMs, Number.POSITIVE_INFINITY).map((lag) => lag - passed - baseline + quietMs)
  const states = show.actual()!.rungs!.map(({ rungId, state, reason }) => `${rungId} ${state} ${reason?.message ?? ''}`)
  await release()
  const backMs = await until('all rungs are back to full', () => show.actual()!.rungs!.every(({ state }) => state === 'running'), 30_000)

  t.diagnostic(
    `it took ${(taken * 100).toFixed(0)} % of a core and got ${(share * 100).toFixed(0)} %; reported after ${Math.round(toldMs)} ms: ${words.join(', ')}; ` +
      `in the end ${states.join(', ')}; added delay p50 ${Math.round(at(added, 0.5))}, p95 ${Math.round(at(added, 0.95))} ms (quiet ${Math.round(quietMs)}); ` +
      `back after ${Math.round(backMs)} ms`,
  )
  assert.ok(toldMs <= toldWithinMs, `it was reported after ${Math.round(toldMs)} ms`)
  assert.match(words[0]!, /^reduced OVERLOAD: preset /, 'presets go first')
  assert.ok(added.length > 10, `${added.length} pictures in the last three seconds`)
  assert.ok(at(added, 0.95) <= maxAddedMs, `${Math.round(at(added, 0.95))} ms later than the source`)
  assert.equal(show.encoder(), encoder, 'the encoder that was short of time is the one that is back')
  const reduced = show.events('rung.reduced')
  assert.ok(reduced.length >= 1 && reduced.every(({ data }) => (data as { code: string }).code === 'OVERLOAD'))
  assert.ok(show.events('rung.restored').length >= 1)
  assert.deepEqual(videoGaps(show.passed()), [], 'pass-through lost nothing')
  assert.ok(longestWaitMs(show.low()) < backWithinMs, `${Math.round(longestWaitMs(show.low()))} ms without a picture`)
  assert.deepEqual(stepsBack(show.low()), [])
  assert.equal(configsOf(show.low()).length, 1, 'what is shed changes no parameter set')
  assert.deepEqual(show.sessions(), [1, 1])
})
