import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProgrammeBus } from '@sluice/media/bus'
import { AttemptBudget } from '@sluice/media/output'
import { Rung, Rungs, sourceRung } from '@sluice/media/rung'
import { FakeClock } from '@sluice/testkit/clock'
import { fakeTransport } from '@sluice/testkit/output'
import { makeStage, toOutput } from '../channel/testing/channel-stage.ts'
import { ChannelOutput } from './channel-output.ts'

test('a steady show tells the state of its outputs no more', () => {
  const stage = makeStage({ outputs: [toOutput('a'), toOutput('b', { url: 'rtmp://other/app' })] })
  stage.publish()
  stage.run(1000)
  for (const dial of stage.dials) dial.accept()
  stage.run(15_000)
  const told = stage.actuals()
  stage.run(10_000)
  assert.equal(stage.actuals(), told)
})

test('an output tells each change of what it waits for once', () => {
  const clock = new FakeClock()
  const output = new ChannelOutput(toOutput('a'), {
    clock,
    random: () => 1,
    wallOf: (atMs) => new Date(atMs).toISOString(),
    budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
    rungs: new Rungs([new Rung(sourceRung, new ProgrammeBus(), clock)]),
    open: fakeTransport(clock).open,
    onChange: () => {},
    onHandover: () => {},
  })
  const looks = [null, null, 'audio', 'audio', null] as const
  assert.deepEqual(
    looks.map((missing) => output.hasSilentChange(missing)),
    [true, false, true, false, true],
  )
  assert.equal(output.actual().waitingFor, 'media')
  output.close()
})
