// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { recordHls } from './support/hls-recorder.ts'
import { startNginxRtmp } from './support/nginx-rtmp.ts'
import { decodeProblems, firstStepBack, packetsOf } from './support/packets.ts'
import { publishClip } from './support/publish.ts'
import { stepsBack, videoFrames } from './support/sink-frames.ts'
import { missing, nginxRtmpModule } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'nginx', nginxRtmpModule)

test('a publisher that drops and returns finds its outputs in the sessions that they had, and HLS goes on behind a discontinuity [OUT-19]', {
  skip,
}, async (t) => {
  const engine = await startEngineProcess(t, { viewers: 'start' })
  const nginx = await startNginxRtmp(t)
  const sink = await openRtmpSink()
  t.after(() => sink.close())
  const outputs = [makeOutputSpec({ outputId: 'sink', url: sink.url }), makeOutputSpec({ outputId: 'nginx', url: nginx.url })]
  // Without a slate: the pause is to be seen as one.
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs }))
  const clip = await makeClip(t, { seconds: 8 })
  const drops = ['SIGKILL', 'SIGTERM'] as const
  const encoders = [publishClip(t, clip, engine.publishUrl('k1'))]
  await until('outputs are live', () => outputs.every(({ outputId }) => engine.control.output(outputId)?.state === 'live'))
  const hls = recordHls(t, engine.hlsUrl('show'))
  for (const signal of drops) {
    await sleep(4000)
    const frames = videoFrames(sink.sessions[0]!).length
    await encoders.at(-1)!.end(signal)
    await sleep(2500)
    encoders.push(publishClip(t, clip, engine.publishUrl('k1')))
    await until('media comes again', () => videoFrames(sink.sessions[0]!).length > frames + 30)
  }
  await sleep(3000)
  hls.stop()
  assert.deepEqual([sink.sessions.length, sink.connectionsTotal, nginx.recordings().length], [1, 1, 1])
  assert.ok(outputs.every(({ outputId }) => engine.control.output(outputId)?.state === 'live'))
  assert.ok(!engine.control.events.some(({ name }) => name === 'output.backoff' || name === 'output.stalled'))
  assert.deepEqual(stepsBack(sink.sessions[0]!), [])
  const recorded = nginx.recordings()[0]!
  for (const kind of ['video', 'audio'] as const) assert.equal(firstStepBack(await packetsOf(t, recorded, kind)), null)
  assert.equal(hls.problems.join(), '')
  assert.ok(hls.discontinuities >= 2, `${hls.discontinuities} discontinuities`)
  for (const file of hls.files()) assert.equal(await decodeProblems(t, file), '')
})
