import { expect, test } from 'vitest'
import { afterCalm, afterStall, firstStep, nextLatencyMove, type Step, type StepState } from './steps.ts'

const well = { isPlaying: true, isVisible: true, isOnline: true }
const both: readonly Step[] = ['ll-hls', 'hls']

/** A playback under a fake clock: stalls at these seconds, calm in between. */
function run(
  stallsAtS: readonly number[],
  untilS: number,
  where = well,
  from: StepState = firstStep('ll-hls'),
): { moves: [number, Step][]; state: StepState } {
  let state = from
  const moves: [number, Step][] = []
  for (let s = 0; s <= untilS; s++) {
    const next = stallsAtS.includes(s) ? afterStall(state, s * 1000, where, both) : afterCalm(state, 1000, where, both)
    if (next.step !== state.step) moves.push([s, next.step])
    state = next
  }
  return { moves, state }
}

test('three stalls within a minute lead from LL-HLS to HLS, and a minute of calm back', () => {
  expect(run([1, 20, 40], 200).moves).toEqual([
    [40, 'hls'],
    [100, 'll-hls'],
  ])
})

test('two stalls, or three over a longer time, lead nowhere', () => {
  expect(run([1, 30, 62, 95, 130], 200).moves).toEqual([])
})

test('each way up waits twice as long as the one before, and the fourth is not tried', () => {
  const stalls = [1, 2, 3]
  for (const upAtS of [63, 186, 429]) stalls.push(upAtS + 1, upAtS + 2, upAtS + 3)
  expect(run(stalls, 3000).moves).toEqual([
    [3, 'hls'],
    [63, 'll-hls'],
    [66, 'hls'],
    [186, 'll-hls'],
    [189, 'hls'],
    [429, 'll-hls'],
    [432, 'hls'],
  ])
})

test('a pause, a hidden tab and a device that is offline say nothing of the line, up or down', () => {
  for (const where of [{ isPlaying: false }, { isVisible: false }, { isOnline: false }]) {
    expect(run([1, 2, 3, 4, 5], 60, { ...well, ...where }).moves).toEqual([])
    expect(run([], 600, { ...well, ...where }, firstStep('hls')).moves).toEqual([])
  }
})

test('below the last step there is none, and above the first one neither', () => {
  expect(run([1, 2, 3, 4, 5, 6], 20, well, firstStep('hls')).state.step).toBe('hls')
  const only: readonly Step[] = ['hls']
  expect(afterCalm({ ...firstStep('hls'), calmMs: 1e9 }, 1000, well, only).step).toBe('hls')
})

test('more than 6 s behind its target playback jumps; a viewer who went back is left there', () => {
  const facts = { latencyMs: 9000, targetMs: 2000, isRewound: false, calmMs: 0, isTargetRaised: false }
  expect(nextLatencyMove(facts)).toBe('jump')
  expect(nextLatencyMove({ ...facts, latencyMs: 8000 })).toBe(null)
  expect(nextLatencyMove({ ...facts, isRewound: true })).toBe(null)
  expect(nextLatencyMove({ ...facts, targetMs: null })).toBe(null)
})

test('a target that stalls have raised comes down after a minute of calm', () => {
  const facts = { latencyMs: 3000, targetMs: 3000, isRewound: false, calmMs: 60_000, isTargetRaised: true }
  expect(nextLatencyMove(facts)).toBe('reset-target')
  expect(nextLatencyMove({ ...facts, calmMs: 59_000 })).toBe(null)
  expect(nextLatencyMove({ ...facts, isTargetRaised: false })).toBe(null)
})
