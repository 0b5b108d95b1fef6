import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PublishMeter } from '@sluice/media/output'
import { FakeClock } from '@sluice/testkit/clock'
import { BroadcastCount, broadcastEvent } from './broadcast.ts'

/** An output as the count sees it. */
function makeOutput(clock: FakeClock, name: string) {
  const meter = new PublishMeter(clock.nowMs())
  return {
    spec: { outputId: name.toLowerCase(), name } as never,
    note: (isWanted: boolean, isLive: boolean) => meter.note({ isWanted, isLive }, clock.nowMs()),
    publishTimes: (nowMs: number) => meter.read(nowMs),
    startBroadcast: () => meter.restart(clock.nowMs()),
  }
}

test('a broadcast goes over a short silence, ends once, and stays readable until the next one [OUT-09]', () => {
  const clock = new FakeClock()
  const count = new BroadcastCount(clock)
  const [one, two] = [makeOutput(clock, 'One'), makeOutput(clock, 'Two')]
  assert.equal(count.read([one, two], 0), null)
  clock.advance(5000)
  count.run([one, two])
  one.note(true, true)
  two.note(true, false)
  // The first 5 s of it are left out.
  clock.advance(15_000)
  two.note(true, true)
  clock.advance(85_000)
  one.note(false, true)
  clock.advance(5000)
  two.note(false, true)
  count.pause()
  clock.advance(30_000)
  count.run([one, two])
  assert.equal(count.read([one, two], clock.nowMs())?.wantedMs, 200_000, 'the same broadcast')
  count.pause()
  clock.advance(60_000)
  const figures = count.end([one, two])
  assert.equal(count.end([one, two]), null)
  assert.deepEqual(
    figures?.outputs.map(({ name, share, isAimMet }) => [name, share, isAimMet]),
    [
      ['One', 1, true],
      ['Two', 0.9, false],
    ],
  )
  assert.deepEqual([figures?.share, figures?.isAimMet], [0.95, false])
  assert.equal(Date.parse(figures?.endedAt ?? '') - Date.parse(figures?.startedAt ?? ''), 135_000, 'it ended when the media did')
  const event = broadcastEvent('c', figures!)
  assert.equal(event.message, 'The broadcast is over after 2 minutes: publish success 95.00 %. The target of 99.50 % was missed by Two')
  assert.equal(event.severity, 'warning')
  clock.advance(3_600_000)
  assert.equal(count.read([one, two], clock.nowMs())?.share, 0.95)
  count.run([one, two])
  assert.deepEqual(count.read([one, two], clock.nowMs())?.share, null)
})

test('an output that is taken off in mid-broadcast stays in the sum and in the list', () => {
  const clock = new FakeClock()
  const count = new BroadcastCount(clock)
  const [one, two] = [makeOutput(clock, 'One'), makeOutput(clock, 'Two')]
  count.run([one, two])
  one.note(true, true)
  two.note(true, false)
  clock.advance(15_000)
  count.outputGone(two)
  clock.advance(5000)
  const figures = count.end([one])
  assert.deepEqual([figures?.wantedMs, figures?.liveMs, figures?.outputs.length], [30_000, 20_000, 2])
})

test('the end of a broadcast that met its aim is no warning, and a share is never rounded up to it', () => {
  const figures = {
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:30.000Z',
    wantedMs: 100_000,
    liveMs: 99_999,
    share: 0.99999,
    aim: 0.995,
    isAimMet: true,
    outputs: [],
  }
  const event = broadcastEvent('c', figures)
  assert.deepEqual([event.severity, event.message.includes('99.99 %')], ['info', true])
  assert.equal(broadcastEvent('c', { ...figures, wantedMs: 0, liveMs: 0, share: null, isAimMet: null }).severity, 'info')
})
