import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Page, paths, type Rung } from '@sluice/contract/api'
import type { StoredEvent } from '@sluice/contract/events'
import type { RungActual } from '@sluice/contract/link'
import { eventually } from '@sluice/testkit/wait'
import { type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { ShiftedClock } from '../testing/shifted-clock.ts'
import { makeShow } from '../testing/show.ts'

const since = '2026-01-01T00:00:00.000Z'
const clock = new ShiftedClock()
let under: ControlUnderTest
before(async () => {
  under = await startTestControl({ clock })
})
after(() => under.stop())

test('an output is back on its rung once the encoder has run for a minute without a break, not sooner, and the timeline says so [TRN-08]', async () => {
  const { operator } = await under.newWorkspace()
  const target = { platform: undefined, url: 'rtmp://ingest.example.org/app' }
  const { channel, output, play, plan, way } = await makeShow(under, operator, target)
  const video = { codec: 'h264', height: 360, bitrateKbps: 800 }
  const { id: rungId } = await operator.ok<Rung>('POST', paths.channelRungs(channel.id), { name: 'Low', video, audio: null })
  await operator.ok('PATCH', paths.output(output.id), { rung: rungId })
  await under.host.newest.until(() => way() === rungId)
  /** A second of the show with its rung in that state, and the plan that follows. */
  const second = async (state: RungActual['state'], after = 0) => {
    clock.advance(after)
    play({ kbps: 6000, rungs: [{ rungId, state, since, reason: null }] }, since, { seconds: 1 })
    return (await plan()).outputs[0]!
  }
  const until = (state: RungActual['state'], rung: string) =>
    eventually(
      () => second(state),
      (found) => found.rung === rung,
    )
  play({ kbps: 6000, rungs: [{ rungId, state: 'running', since, reason: null }] }, since)
  await until('running', rungId)
  await until('failed', 'source')
  await under.host.newest.until(() => way() === 'source')
  // It runs for 50 s, breaks, and runs again: the minute begins anew.
  for (const [state, after] of [
    ['running', 0],
    ['running', 50_000],
    ['starting', 1000],
    ['running', 1000],
    ['running', 55_000],
  ] as const) {
    await second(state, after)
    await second(state)
    assert.equal((await plan()).outputs[0]?.rung, 'source', `${state} after ${after} ms`)
  }
  const back = await eventually(
    () => second('running', 1000),
    (found) => found.rung === rungId,
  )
  assert.deepEqual([back.warning, back.warningCode], [null, null])
  await under.host.newest.until(() => way() === rungId)
  const timeline = async () => (await operator.ok<Page<StoredEvent>>('GET', paths.channelTimeline(channel.id))).items
  const moves = await eventually(timeline, (items) => items.filter(({ name }) => name === 'plan.changed').length >= 2)
  assert.deepEqual(
    moves.filter(({ name }) => name === 'plan.changed').map(({ data }) => data),
    [
      { rung: rungId, code: 'rung-wanted' },
      { rung: 'source', code: 'rung-failed' },
    ],
  )
})
