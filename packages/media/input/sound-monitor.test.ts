import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SoundMonitor } from './sound-monitor.ts'

const limitMs = 10_000
type Level = { rmsDb: number; peakDb: number }
const silent: Level = { rmsDb: -120, peakDb: -120 }
const speech: Level = { rmsDb: -24, peakDb: -6 }

/** The fault after these levels, one each half second. */
function faultAfter(levels: readonly Level[]): string | null {
  const watch = new SoundMonitor()
  for (const [i, level] of levels.entries()) watch.add({ atMs: i * 500, ...level })
  return watch.fault(limitMs, (levels.length - 1) * 500)
}
const times = (count: number, level: Level): Level[] => Array.from({ length: count }, () => level)

const cases: [name: string, levels: readonly Level[], want: string | null][] = [
  ['speech has no fault', times(40, speech), null],
  ['digital silence is one after its time', [speech, ...times(21, silent)], 'audio-silent'],
  ['silence for less is none', [speech, ...times(20, silent)], null],
  ['a word ends it', [...times(30, silent), speech, ...times(20, silent)], null],
  ['the floor of a mixer is silence', times(21, { rmsDb: -70, peakDb: -60 }), 'audio-silent'],
  ['an open microphone in a quiet room is not', times(40, { rmsDb: -50, peakDb: -35 }), null],
  ['between its edges silence goes on', [silent, ...times(20, { rmsDb: -57, peakDb: -50 })], 'audio-silent'],
  ['between its edges silence does not begin', [speech, ...times(40, { rmsDb: -57, peakDb: -50 })], null],
  ['a click in each half second is heard', times(40, { rmsDb: -62, peakDb: -20 }), null],
]
for (const [name, levels, want] of cases) test(name, () => assert.equal(faultAfter(levels), want))

test('sound that is not measured is unjudged, and no fault', () => {
  const watch = new SoundMonitor()
  for (let atMs = 0; atMs <= 20_000; atMs += 500) watch.add({ atMs, ...silent })
  assert.equal(watch.fault(limitMs, 23_000), 'audio-silent')
  assert.equal(watch.fault(limitMs, 23_001), null)
  assert.equal(watch.fault(0, 20_000), null)
  watch.forget()
  assert.equal(watch.read(20_000), null)
})
