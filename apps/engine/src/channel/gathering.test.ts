import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '@sluice/base/log'
import type { OutputSpec } from '@sluice/contract/link'
import { AttemptBudget } from '@sluice/media/output'
import { FakeClock } from '@sluice/testkit/clock'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeFrame, makeVideoTrack } from '@sluice/testkit/frames'
import { fakeTransport } from '@sluice/testkit/output'
import { openChannel } from '../open-channel.ts'

test('100 outputs of classes B and C get their frames two by two, one of class A beside them each at once; a change of class counts on the open connection', () => {
  const clock = new FakeClock()
  const { open, dials } = fakeTransport(clock)
  const classOf = (i: number): OutputSpec['class'] => (i === 100 ? 'A' : i % 2 === 0 ? 'B' : 'C')
  const outputs = Array.from({ length: 101 }, (_, i) => makeOutputSpec({ outputId: `o${i}`, url: 'rtmp://there/app', class: classOf(i) }))
  const spec = makeChannelSpec({ channelId: 'show', key: 'k1', outputs })
  const { channel } = openChannel(spec, {
    clock,
    log: silentLogger,
    random: () => 1,
    budget: new AttemptBudget({ capacity: 50, perSecond: 20 }),
    openTransport: open,
    gatherMs: 50,
    onEvent: () => {},
    onActual: () => {},
  })
  const port = channel
    .inputByKey(spec.inputs[0]!.keyHash)!
    .open({ facts: { protocol: 'rtmp', remoteAddress: '192.0.2.7', encoder: null }, close: () => {} })
  const video = makeVideoTrack()
  port.putTrack(video)
  let frame = 0
  const run = (ms: number): void => {
    for (let sent = 0; sent < ms; sent += 40) {
      clock.advance(40)
      port.putFrame(makeFrame(video, frame * 40, { isKey: frame++ % 25 === 0 }))
      port.flush()
    }
  }
  run(1000)
  const connections = dials.map((dial) => dial.accept())
  run(2000)
  const writesIn = (i: number, ms: number): number => {
    const before = connections[i]!.written.length
    run(ms)
    return connections[i]!.written.length - before
  }
  assert.deepEqual([writesIn(100, 2000), writesIn(0, 2000), writesIn(1, 2000)], [50, 25, 25])
  const others = outputs.map((output, i) =>
    i === 100 ? { ...output, class: 'B' as const } : i === 0 ? { ...output, class: 'A' as const } : output,
  )
  channel.setSpec({ ...spec, revision: 2, outputs: others })
  assert.deepEqual([writesIn(100, 2000), writesIn(0, 2000)], [25, 50])
  assert.equal(dials.length, 101, 'no output has connected anew')
  channel.close('the test is over')
})
