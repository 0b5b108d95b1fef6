// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { OutputSpec } from '@sluice/contract/link'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink, type RtmpSinkServer } from '@sluice/testkit/rtmp-sink'
import { makeClip } from './support/clip.ts'
import { assertUnbroken } from './support/continuity.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { publishClip } from './support/publish.ts'
import { isKeyMessage, videoFrames } from './support/sink-frames.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg')

async function openSink(t: TestContext): Promise<RtmpSinkServer> {
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  return sink
}

test('outputs are added, changed, stopped, restarted and removed live, and the others lose not one frame [OUT-15] [OUT-04]', {
  skip,
}, async (t) => {
  const engine = await startEngineProcess(t)
  const [steady, moving, other] = [await openSink(t), await openSink(t), await openSink(t)]
  const base = makeOutputSpec({ outputId: 'steady', url: steady.url })
  let revision = 0
  const carry = (...more: OutputSpec[]): void => {
    engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', revision: ++revision, outputs: [base, ...more] }))
  }
  const untilState = (state: string): Promise<number> => until(`the output is ${state}`, () => engine.control.output('x')?.state === state)
  const output = makeOutputSpec({ outputId: 'x', url: moving.url })

  carry()
  const encoder = publishClip(t, await makeClip(t, { seconds: 6 }), engine.publishUrl('k1'))
  await until('the first output is live', () => engine.control.output('steady')?.state === 'live')
  carry(output)
  await untilState('live')
  carry({ ...output, desired: 'stopped' })
  await untilState('stopped')
  carry({ ...output, generation: 1 })
  await untilState('live')
  carry({ ...output, generation: 2 })
  await until('it was restarted', () => moving.sessions.length === 3)
  await untilState('live')
  carry({ ...output, generation: 2, streamKey: 'another?key=1' })
  await until('it has the new key', () => moving.sessions.at(-1)?.streamKey === 'another?key=1')
  carry({ ...output, generation: 2, url: other.url })
  await until('it is at the other place', () => (other.sessions[0]?.counts.video ?? 0) > 20)
  for (let i = 0; i < 20; i++) {
    carry(...Array.from({ length: i % 5 }, (_, k) => makeOutputSpec({ outputId: `more${k}`, url: moving.url, streamKey: `more${k}` })))
    await sleep(100)
  }
  carry()
  await until('all others are gone', () => [...moving.sessions, ...other.sessions].every(({ ended }) => ended !== null))
  await encoder.end()
  await sleep(200)
  assertUnbroken(steady, 'the steady output', 100)
  // Each session starts where a decoder can, and ends in good order.
  for (const session of [...moving.sessions, ...other.sessions]) {
    const [first] = videoFrames(session)
    if (first !== undefined) assert.ok(isKeyMessage(first))
    assert.equal(session.ended?.kind, 'unpublish', session.ended?.message)
  }
})

test('fifty outputs get the same, at once', { skip }, async (t) => {
  const engine = await startEngineProcess(t)
  const sinks = await Promise.all(Array.from({ length: 50 }, () => openSink(t)))
  const outputs = sinks.map(({ url }, i) => makeOutputSpec({ outputId: `o${i}`, url }))
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs }))
  // One GOP for as long as it lasts: who connects late on a busy machine begins at the same key frame.
  const encoder = publishClip(t, await makeClip(t, { seconds: 6, gopFrames: 150 }), engine.publishUrl('k1'))
  await until('all are live', () => outputs.every(({ outputId }) => engine.control.output(outputId)?.state === 'live'))
  await sleep(4000)
  await encoder.end()
  const counts = (): number[] => sinks.map((sink) => videoFrames(sink.sessions[0]!).length)
  // Where they never do, the assertions say which lacks what.
  await until('all have the last frame', () => new Set(counts()).size === 1, 5000).catch(() => {})
  for (const [i, sink] of sinks.entries()) assertUnbroken(sink, `output ${i}`, 100)
  const [first, ...rest] = counts()
  assert.deepEqual(
    rest,
    rest.map(() => first),
  )
})
