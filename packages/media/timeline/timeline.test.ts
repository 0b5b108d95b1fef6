import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Frame, ticksPerMs, ticksPerSecond } from '@sluice/codecs/frame'
import { makeAudioTrack, makeFrame, makeMedia, makeVideoTrack } from '@sluice/testkit/frames'
import fc from 'fast-check'
import { Timeline } from './timeline.ts'

const video = makeVideoTrack()
const audio = makeAudioTrack()
const seconds = (count: number): number => count * ticksPerSecond
const shifted = (frame: Frame, ticks: number): Frame => ({ ...frame, dts: frame.dts + ticks, pts: frame.pts + ticks })

type Sent = { readonly raw: Frame; readonly out: Frame }

/** Sends frames that arrive as their own clock says, from `atMs` on, and gives what left. */
function send(timeline: Timeline, frames: readonly Frame[], atMs: number, arrivalMs?: (frame: Frame, i: number) => number): Sent[] {
  const first = frames[0]!
  const sent: Sent[] = []
  frames.forEach((raw, i) => {
    const out = timeline.map(raw, arrivalMs?.(raw, i) ?? atMs + (raw.dts - first.dts) / ticksPerMs)
    if (out !== null) sent.push({ raw, out })
  })
  return sent
}

function assertRising(sent: readonly Sent[], note = ''): void {
  const last = new Map<string, number>()
  for (const { out } of sent) {
    const before = last.get(out.track.kind) ?? -1
    assert.ok(out.dts > before, `${out.track.kind} ${out.dts} after ${before} ${note}`)
    assert.ok(out.pts >= out.dts, `${out.track.kind} pts ${out.pts} before dts ${out.dts} ${note}`)
    last.set(out.track.kind, out.dts)
  }
}

/** Milliseconds by which audio has moved against video, from input to output, over the frames given. */
function driftMs(sent: readonly Sent[], source: (frame: Frame) => number = (frame) => frame.dts): number {
  const offsets = sent.map(({ raw, out }) => out.dts - source(raw))
  return (Math.max(...offsets) - Math.min(...offsets)) / ticksPerMs
}

test('the first frame is at one second, whatever the source calls it', () => {
  for (const startMs of [0, 7, 4_294_967_000, 1e10, -40]) {
    const timeline = new Timeline()
    const frames = makeMedia({ video, audio, startMs, durationMs: 1000 })
    timeline.splice(frames[0]!.dts, 0, 0)
    const sent = send(timeline, frames, 0)
    assert.equal(sent[0]!.out.dts, ticksPerSecond)
    assert.equal(driftMs(sent), 0)
    assertRising(sent)
  }
})

test('nothing leaves before the first splice', () => {
  assert.equal(new Timeline().map(makeFrame(video, 0, { isKey: true }), 0), null)
})

for (const jumpS of [10, -10, 3600, -3600]) {
  test(`a jump of ${jumpS} s leaves no gap and keeps audio against video`, () => {
    const timeline = new Timeline()
    const frames = makeMedia({ video, audio, startMs: 5_000_000, durationMs: 6000 })
    const cut = frames.length / 2
    timeline.splice(frames[0]!.dts, 0, 0)
    const at = (frame: Frame): number => (frame.dts - frames[0]!.dts) / ticksPerMs
    const sent = frames.map((frame, i) => {
      const raw = i < cut ? frame : shifted(frame, seconds(jumpS))
      return { raw: frame, out: timeline.map(raw, at(frame))! }
    })
    assertRising(sent)
    assert.ok(driftMs(sent) < 40, `moved by ${driftMs(sent)} ms`)
    assert.equal(timeline.jumpsTotal, 1)
  })
}

test('one wild timestamp does not move what follows it', () => {
  const timeline = new Timeline()
  const frames = makeMedia({ video, audio, durationMs: 3000 })
  timeline.splice(0, 0, 0)
  const sent = frames.map((frame, i) => ({
    raw: frame,
    out: timeline.map(i === 50 ? shifted(frame, seconds(40)) : frame, frame.dts / ticksPerMs)!,
  }))
  assertRising(sent)
  assert.ok(driftMs(sent) < 40, `moved by ${driftMs(sent)} ms`)
})

test('video that an encoder dropped while the network stood still is no jump: audio stays against video', () => {
  const timeline = new Timeline()
  const frames = makeMedia({ video, audio, durationMs: 20_000 })
  timeline.splice(0, 0, 0)
  // OBS keeps audio and drops video to the next key frame when its queue is full; all of it comes in one burst.
  const stall = { fromMs: 5000, toMs: 11_000, droppedFromMs: 5800, droppedToMs: 10_000 }
  const left = frames.filter(({ dts, track }) => {
    const ms = dts / ticksPerMs
    return track.kind === 'audio' || ms < stall.droppedFromMs || ms >= stall.droppedToMs
  })
  const sent = send(timeline, left, 0, ({ dts }) => {
    const ms = dts / ticksPerMs
    return ms < stall.fromMs || ms > stall.toMs ? ms : stall.toMs
  })
  assertRising(sent)
  assert.equal(driftMs(sent), 0)
  assert.equal(timeline.jumpsTotal, 0)
})

test('a burst at the start, as a puller of a cached GOP sends it, is no jump', () => {
  const timeline = new Timeline()
  const frames = makeMedia({ video, audio, durationMs: 12_000 })
  timeline.splice(0, 0, 0)
  const sent = send(timeline, frames, 0, ({ dts }) => Math.max(0, dts / ticksPerMs - 8000))
  assert.equal(driftMs(sent), 0)
  assert.equal(timeline.jumpsTotal, 0)
})

test('arrival jitter of 300 ms changes nothing', () => {
  const timeline = new Timeline()
  const frames = makeMedia({ video, audio, durationMs: 5000, reorderFrames: 2 })
  timeline.splice(0, 0, 0)
  const sent = send(timeline, frames, 0, ({ dts }, i) => dts / ticksPerMs + ((i * 7919) % 300))
  assert.equal(driftMs(sent), 0)
  assertRising(sent)
})

test('a splice of a cached GOP starts right after what has left, and audio under it is dropped, not squeezed', () => {
  const timeline = new Timeline()
  const first = makeMedia({ video, audio, durationMs: 4000 })
  timeline.splice(0, 0, 0)
  const before = send(timeline, first, 0)
  const lastDts = Math.max(...before.map(({ out }) => out.dts))
  const second = makeMedia({ video, audio, startMs: 900_000, durationMs: 1500 })
  // Audio of 200 ms before the key frame stands behind it in the cache.
  const early = makeMedia({ audio, startMs: 899_800, durationMs: 190 })
  const cached = [second[0]!, ...early, ...second.slice(1)]
  timeline.splice(cached[0]!.dts, 1500 * ticksPerMs, 4000)
  const after = send(timeline, cached, 4000, () => 4000)
  assert.equal(after[0]!.out.dts, lastDts + 3000)
  assert.ok(after.length < cached.length)
  assert.equal(driftMs(after), 0)
  assertRising([...before, ...after])
})

test('after a gap the next source stands where the wall clock says', () => {
  const timeline = new Timeline()
  timeline.splice(0, 0, 0)
  send(timeline, makeMedia({ video, durationMs: 2000 }), 0)
  const back = makeMedia({ video, startMs: 77_000, durationMs: 500 })
  timeline.splice(back[0]!.dts, 0, 12_000)
  const out = timeline.map(back[0]!, 12_000)!
  assert.ok(Math.abs(out.dts - (ticksPerSecond + 12_000 * ticksPerMs)) < 3000, `${out.dts}`)
})

test('splices of cached GOPs are counted as running ahead, and a gap takes it away', () => {
  const timeline = new Timeline()
  timeline.splice(0, 0, 0)
  send(timeline, makeMedia({ video, durationMs: 2000 }), 0)
  assert.ok(Math.abs(timeline.aheadMs(2000)) < 50)
  for (let i = 1; i <= 3; i++) {
    const gop = makeMedia({ video, startMs: i * 1e6, durationMs: 2000 })
    timeline.splice(gop[0]!.dts, gop.at(-1)!.dts - gop[0]!.dts, 2000)
    send(timeline, gop, 2000, () => 2000)
    assert.ok(Math.abs(timeline.aheadMs(2000) - i * 2000) < 100, `ahead by ${timeline.aheadMs(2000)} ms after ${i} splices`)
  }
  const back = makeMedia({ video, startMs: 9e6, durationMs: 100 })
  timeline.splice(back[0]!.dts, 0, 12_000)
  send(timeline, back, 12_000)
  assert.ok(timeline.aheadMs(12_000) < 100, `still ahead by ${timeline.aheadMs(12_000)} ms`)
})

test('an encoder whose clock is 100 ppm fast does not run ahead in a day', () => {
  const timeline = new Timeline()
  timeline.splice(0, 0, 0)
  let nowMs = 0
  for (let i = 0; i < 86_400; i++) {
    nowMs = i * 1000
    timeline.map(makeFrame(video, nowMs * 1.0001, { isKey: true, byteCount: 1 }), nowMs)
  }
  assert.ok(Math.abs(timeline.aheadMs(nowMs)) < 100, `ahead by ${timeline.aheadMs(nowMs)} ms`)
  assert.equal(timeline.jumpsTotal, 0)
})

test('a track that starts hours away from the other gets a place beside it, never a negative time', () => {
  const timeline = new Timeline()
  const key = makeFrame(video, 9_000_000, { isKey: true })
  timeline.splice(key.dts, 0, 0)
  timeline.map(key, 0)
  const out = timeline.map(makeFrame(audio, 0), 5)!
  assert.ok(Math.abs(out.dts - ticksPerSecond) < ticksPerSecond, `${out.dts}`)
})

test('any run of jitter, drops, jumps, wild values and splices leaves strictly rising times [FAI-10]', () => {
  const action = fc.oneof(
    { weight: 40, arbitrary: fc.record({ type: fc.constant('run' as const), ms: fc.integer({ min: 20, max: 900 }) }) },
    fc.record({ type: fc.constant('jump' as const), ms: fc.integer({ min: -5_000_000, max: 5_000_000 }) }),
    fc.record({ type: fc.constant('wild' as const), ms: fc.integer({ min: -100_000, max: 100_000 }) }),
    fc.record({ type: fc.constant('stall' as const), ms: fc.integer({ min: 100, max: 9000 }) }),
    fc.record({ type: fc.constant('splice' as const), ms: fc.integer({ min: 0, max: 4_000_000 }) }),
  )
  const runs = Number(process.env['SLUICE_FUZZ'] ?? 150)
  fc.assert(
    fc.property(fc.array(action, { maxLength: 25 }), fc.integer({ min: 0, max: 2 }), (actions, reorderFrames) => {
      const timeline = new Timeline()
      const sent: Sent[] = []
      let rawMs = 0
      let nowMs = 0
      timeline.splice(0, 0, 0)
      for (const { type, ms } of actions) {
        if (type === 'jump') rawMs += ms
        else if (type === 'stall') nowMs += ms
        else if (type === 'splice') {
          rawMs = ms
          timeline.splice(ms * ticksPerMs, 0, nowMs)
        } else {
          const frames = makeMedia({ video, audio, startMs: rawMs, durationMs: type === 'run' ? ms : 10, reorderFrames, frameBytes: 8 })
          const off = type === 'wild' ? ms * ticksPerMs : 0
          sent.push(
            ...send(
              timeline,
              frames.map((frame) => shifted(frame, off)),
              nowMs,
            ),
          )
          if (type === 'run') {
            rawMs += ms
            nowMs += ms
          }
        }
      }
      assertRising(sent)
    }),
    { seed: 20_240, numRuns: runs },
  )
})

test('after any jump and any splice audio comes back to within 40 ms of where the source had it', () => {
  const runs = Number(process.env['SLUICE_FUZZ'] ?? 150)
  const jump = fc.record({
    ms: fc.oneof(fc.integer({ min: -4_000_000, max: -700 }), fc.integer({ min: 2500, max: 4_000_000 })),
    runMs: fc.integer({ min: 1500, max: 4000 }),
    isSplice: fc.boolean(),
    skewMs: fc.integer({ min: -300, max: 300 }),
  })
  fc.assert(
    fc.property(fc.array(jump, { minLength: 1, maxLength: 8 }), (jumps) => {
      const timeline = new Timeline()
      let rawMs = 10_000_000
      let nowMs = 0
      timeline.splice(rawMs * ticksPerMs, 0, 0)
      for (const { ms, runMs, isSplice, skewMs } of [{ ms: 0, runMs: 1000, isSplice: false, skewMs: 0 }, ...jumps]) {
        rawMs += ms
        const frames = makeMedia({ video, audio, startMs: rawMs, durationMs: runMs, frameBytes: 8 })
        if (isSplice) timeline.splice(frames[0]!.dts, 0, nowMs)
        // Interleaving is not exact: audio comes up to 300 ms sooner or later than its time.
        const order = [...frames].sort((a, b) => arrival(a, skewMs) - arrival(b, skewMs))
        const sent = send(timeline, order, nowMs, (frame) => nowMs + Math.max(0, arrival(frame, skewMs) - rawMs))
        assertRising(sent, JSON.stringify(jumps))
        const settled = sent.filter(({ raw }) => raw.dts / ticksPerMs > rawMs + 700)
        assert.ok(driftMs(settled) < 40, `moved by ${driftMs(settled)} ms after a jump of ${ms} ms: ${JSON.stringify(jumps)}`)
        rawMs += runMs
        nowMs += runMs + Math.max(0, skewMs)
      }
    }),
    { seed: 20_241, numRuns: runs },
  )
})

const arrival = (frame: Frame, skewMs: number): number => frame.dts / ticksPerMs + (frame.track.kind === 'audio' ? skewMs : 0)

test('a splice shows its first picture after those that were reordered ahead of it, with B-frames on either side or both', () => {
  for (const [before, after] of [
    [2, 2],
    [2, 0],
    [0, 2],
  ] as const) {
    const timeline = new Timeline()
    timeline.splice(0, 0, 0)
    // Ends with a P frame whose B frames never came.
    const left = send(timeline, makeMedia({ video, durationMs: 1300, reorderFrames: before }), 0)
    const next = makeMedia({ video, startMs: 90_000, durationMs: 500, reorderFrames: after })
    timeline.splice(next[0]!.dts, 0, 1300, next[0]!.pts - next[0]!.dts)
    const came = send(timeline, next, 1300)
    assertRising([...left, ...came])
    const shownUntil = Math.max(...left.map(({ out }) => out.pts))
    assert.ok(came[0]!.out.pts > shownUntil, `${came[0]!.out.pts} is not after ${shownUntil}`)
    assert.ok(came[0]!.out.dts - left.at(-1)!.out.dts <= 130 * ticksPerMs)
  }
})

test('a wild pts does not push the next source away', () => {
  const timeline = new Timeline()
  timeline.splice(0, 0, 0)
  timeline.map({ ...makeFrame(video, 0, { isKey: true }), pts: seconds(9000) }, 0)
  timeline.splice(0, 0, 100, 0)
  assert.ok(timeline.map(makeFrame(video, 0, { isKey: true }), 100)!.dts < seconds(3))
})
