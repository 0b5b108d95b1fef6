import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { makeClip } from './support/clip.ts'
import { startEngineProcess } from './support/engine-process.ts'
import { startNginxRtmp } from './support/nginx-rtmp.ts'
import { publishClip } from './support/publish.ts'
import { missing, nginxRtmpModule } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const tripsMs = [0, 150, 300, 600]
const hangMs = 6000

/** A TCP way to `port` whose answers come late, as over a long line. */
async function openLongLine(t: TestContext, port: number, lateMs: number): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    near.pipe(far)
    far.on('data', (bytes) => setTimeout(() => near.write(bytes), lateMs))
    far.on('close', () => setTimeout(() => near.destroy(), lateMs))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as { port: number }).port
}

test('an encoder that hangs for 6 s and then sends all at once makes no output stalled or lost, however long the line [OUT-03] [OUT-04]', {
  skip: missing('ffmpeg', 'nginx', nginxRtmpModule),
}, async (t) => {
  const clip = await makeClip(t, { videoKbps: 4000, size: '1280x720' })
  const engine = await startEngineProcess(t)
  const nginx = await startNginxRtmp(t)
  const ports = await Promise.all(tripsMs.map((lateMs) => openLongLine(t, nginx.port, lateMs)))
  const outputs = ports.map((port, i) =>
    makeOutputSpec({ outputId: `late${tripsMs[i]}`, url: `rtmp://127.0.0.1:${port}/live`, streamKey: `late${i}` }),
  )
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs }))
  await until('the channel is there', () => engine.control.actual('show') !== undefined)
  const encoder = publishClip(t, clip, engine.publishUrl('k1'))
  await until('all are live', () => outputs.every(({ outputId }) => engine.control.output(outputId)?.state === 'live'))
  const seen = new Set<string>()
  const take = engine.control.receive.bind(engine.control)
  engine.control.receive = (message) => {
    if (message.type === 'actual')
      for (const { outputId, state, reason } of message.channel.outputs) seen.add(`${outputId} ${state} ${reason?.message ?? ''}`)
    take(message)
  }
  process.kill(encoder.pid, 'SIGSTOP')
  await sleep(hangMs)
  process.kill(encoder.pid, 'SIGCONT')
  await sleep(hangMs)
  assert.deepEqual(
    [...seen].filter((words) => !words.includes(' live ')),
    [],
  )
  assert.equal(nginx.recordings().length, tripsMs.length, 'one session each')
})
