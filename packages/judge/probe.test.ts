import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProbeFault } from '@sluice/contract/prober'
import { disturbed, isUnprobed, judgeProbes, judgeSeen, nextProbe, nextSeen, noProbe, notLooked, type ProbeStanding } from './index.ts'

const stalled: ProbeFault = { code: 'stalled', figures: { ageMs: 5000 } }
const black: ProbeFault = { code: 'picture-black', figures: { forMs: 12_000 } }

/** Looks two seconds apart: what changed with each. */
function look(faults: readonly (readonly ProbeFault[])[], from: ProbeStanding = noProbe(0)) {
  let standing = from
  let nowMs = from.lookedMs ?? 0
  const changes = faults.map((found) => {
    nowMs += 2000
    const next = nextProbe(standing, found, nowMs)
    standing = next.standing
    return next.change
  })
  return { standing, changes, nowMs }
}

test('one bad look is no fault, two are, and three good ones end it [PRB-02]', () => {
  const { changes, standing } = look([[], [stalled], [], [stalled], [stalled], [], [], [], []])
  assert.deepEqual(changes, [null, null, null, 'failed', null, null, null, 'recovered', null])
  assert.equal(standing.fault, null)
  assert.equal(standing.lastFault?.code, 'stalled')
  assert.equal(standing.lastFault?.sinceMs, 4000, 'it began with the first bad look')
})

test('two bad looks that lie far apart are two hiccups', () => {
  const { changes } = look([[stalled], ...Array.from({ length: 10 }, () => []), [stalled], []])
  assert.ok(changes.every((change) => change === null))
})

test('what is seen while an engine comes up or the source changes is no fault', () => {
  const { standing } = look([[stalled]])
  assert.deepEqual(look([[stalled]], disturbed(standing, 3000)).changes, [null])
})

test('a fault that stands goes on over a disturbance', () => {
  const { standing } = look([[stalled], [stalled]])
  assert.equal(disturbed(standing, 5000).fault?.code, 'stalled')
})

test('of several faults the one that explains most is named', () => {
  const gone: ProbeFault = { code: 'no-answer', figures: {} }
  assert.equal(
    look([
      [stalled, gone],
      [black, stalled, gone],
    ]).standing.fault?.code,
    'no-answer',
  )
})

test('a channel that nobody looks at any more is unknown, never sound [PRB-02]', () => {
  const { standing, nowMs } = look([[], []])
  assert.equal(isUnprobed(standing, nowMs + 5000), false)
  const formats = [{ format: 'hls', standing, latencyMs: 6000 }] as const
  const judged = judgeProbes({ nowMs: nowMs + 11_000, formats })
  assert.deepEqual(
    judged.map(({ code, level }) => [code, level]),
    [['probe-missing', 'warn']],
  )
})

test('what stops players is bad, what may be meant so is a warning', () => {
  const level = (fault: ProbeFault) => {
    const { standing, nowMs } = look([[fault], [fault]])
    return judgeProbes({ nowMs, formats: [{ format: 'll-hls', standing, latencyMs: null }] })[0]?.level
  }
  assert.equal(level(stalled), 'bad')
  assert.equal(level(black), 'warn')
})

test('a low-latency player that is late is said so, a plain one is as late as its segments [LAT-06]', () => {
  const { standing, nowMs } = look([[]])
  const levels = (format: 'll-hls' | 'hls', latencyMs: number) =>
    judgeProbes({ nowMs, formats: [{ format, standing, latencyMs }] }).map((one) => one.level)
  assert.deepEqual(levels('ll-hls', 2200), ['ok'])
  assert.deepEqual(levels('ll-hls', 4000), ['warn'])
  assert.deepEqual(levels('ll-hls', 9000), ['bad'])
  assert.deepEqual(levels('hls', 9000), [])
})

test('an output counts as unseen after two looks, and as seen after one', () => {
  const missed = { seen: false, behindMs: null, fault: { code: 'error-answer', detail: 'HTTP 404' } }
  const there = { seen: true, behindMs: 8000, fault: null }
  let standing = notLooked(0)
  const changes = [there, missed, there, missed, missed, missed, there].map((one, i) => {
    const next = nextSeen(standing, one, i * 15_000)
    standing = next.standing
    if (i === 5) {
      const [judged] = judgeSeen({ nowMs: 0, standing })
      assert.equal(judged?.level, 'bad')
      assert.equal(standing.sinceMs, 60_000)
    }
    return next.change
  })
  assert.deepEqual(changes, ['seen', null, null, null, 'unseen', null, 'seen'])
})
