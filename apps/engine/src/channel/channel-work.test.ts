import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeStage, toOutput } from './testing/channel-stage.ts'

test('a channel with nothing to do has no timer, before its show and after it', () => {
  const { clock, publish, run, dials, told } = makeStage({ outputs: [toOutput('a')] })
  clock.advance(2000)
  assert.equal(clock.pendingTimers, 0)
  const publisher = publish()
  run(2000)
  dials[0]!.accept()
  run(2000)
  assert.ok(clock.pendingTimers > 0)
  publisher.end()
  clock.advance(10 * 60_000)
  assert.equal(told().filter((name) => name === 'broadcast.ended').length, 1)
  assert.equal(clock.pendingTimers, 0)
  publish()
  run(2000)
  assert.equal(dials.length, 2, 'the next show finds it awake')
})

test('an output of a rung that the channel does not have is refused by name and calls nobody, until its rung is one that there is', () => {
  const { publish, run, dials, output, setSpec } = makeStage({ outputs: [toOutput('a', { rung: '720p' })] })
  publish()
  run(1000)
  const { state, reason } = output('a')!
  assert.deepEqual([state, reason?.code, dials.length], ['failed', 'OUTPUT_RUNG', 0])
  assert.equal(reason?.message, "the channel has no rung '720p'; it has source")
  assert.equal(reason?.hint, 'Choose a rung that the channel has.')
  setSpec({ outputs: [toOutput('a')] })
  run(1000)
  dials[0]!.accept()
  run(1000)
  assert.equal(output('a')!.state, 'live')
  setSpec({ outputs: [toOutput('a', { rung: '720p' })] })
  run(1000)
  assert.deepEqual([output('a')!.state, dials[0]!.isClosed, dials.length], ['failed', true, 1])
})
