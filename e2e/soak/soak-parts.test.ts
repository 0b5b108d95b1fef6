// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NumberTally } from '../shows/number-tally.ts'
import { makeNumberedFrame, readNumberedFrame } from '../shows/numbered-frames.ts'
import { choicesOf, deedNames } from './crowd/crowd.ts'
import type { ProcessSample } from './process-samples.ts'
import { formatFindings, isGood, judgeLeft, judgeProcess } from './verdict.ts'

// The judge is judged: a soak whose bounds cannot break proves nothing.

type Choice = ReturnType<typeof choicesOf> extends Iterable<infer One> ? One : never

/** The first choices of a seed. */
function choices(seed: number, count: number): Choice[] {
  const all = choicesOf(seed)
  return Array.from({ length: count }, () => all.next().value)
}

const durationMs = 60_000

/** A process that is looked at once a second, with so much memory at each. */
const run = (rssOf: (atMs: number) => number): ProcessSample[] =>
  Array.from({ length: 60 }, (_, i) => ({ atMs: i * 1000, rssBytes: rssOf(i * 1000), descriptors: 40 }))

test('the same seed gives the same choices, another seed others, and every deed has its turn', () => {
  assert.deepEqual(choices(5, 500), choices(5, 500))
  assert.notDeepEqual(choices(5, 500), choices(6, 500))
  assert.deepEqual(new Set(choices(5, 1000).map(({ name }) => name)), new Set(deedNames))
})

test('a frame tells its number and its time, and a picture of somebody else tells none', () => {
  for (const number of [0, 1, 127, 128, 90_000, 34_359_738_367]) {
    const madeMs = number + 3
    assert.deepEqual(readNumberedFrame(makeNumberedFrame(number, 200, madeMs)), { number, madeMs })
  }
  const frame = makeNumberedFrame(4, 200, 7)
  assert.equal(readNumberedFrame({ ...frame, bytes: new Uint8Array(200) }), null)
  assert.equal(readNumberedFrame({ ...frame, bytes: frame.bytes.with(12, 0x20) }), null)
})

test('a tally counts what is missing, what comes twice and the longest hole', () => {
  const tally = new NumberTally()
  const times = [0, 40, 80, 90, 3000]
  for (const [i, number] of [10, 11, 14, 13, 15].entries()) tally.note(number, times[i]! - 5, times[i]!)
  tally.takeForeign()
  assert.deepEqual(tally.figures, { received: 5, missing: 2, repeated: 1, foreign: 1, last: 15, worstDelayMs: 5, worstHoleMs: 2910 })
})

test('memory that grows after the warm-up breaks its bound; a warm-up and a peak that passes do not', () => {
  const rule = { durationMs, maxGrowth: 0.1 }
  assert.equal(
    isGood(
      judgeProcess(
        'engine',
        run((atMs) => 100e6 + atMs * 1000),
        rule,
      ),
    ),
    false,
  )
  assert.equal(
    isGood(
      judgeProcess(
        'engine',
        run((atMs) => (atMs < 9000 ? 50e6 : 100e6)),
        rule,
      ),
    ),
    true,
  )
  assert.equal(
    isGood(
      judgeProcess(
        'engine',
        run((atMs) => (atMs === 30_000 ? 900e6 : 100e6)),
        rule,
      ),
    ),
    true,
  )
  assert.equal(isGood(judgeProcess('engine', [], rule)), false)
})

test('descriptors that stay open break their bound, and the table marks what is broken', () => {
  assert.equal(judgeLeft('engine', 40, 50, 10).isGood, true)
  const broken = judgeLeft('engine', 40, 51, 10)
  assert.equal(broken.isGood, false)
  assert.match(formatFindings([broken]), /^FAIL {2}engine: descriptors before and after {2}40 and 51 {2}\+10$/)
})
