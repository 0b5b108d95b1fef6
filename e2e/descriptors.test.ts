import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import { openRtmpPublisher } from '@sluice/protocols/rtmp'
import { testCertificateFiles } from '@sluice/testkit/certificates'
import { makeChannelSpec, makeOutputSpec } from '@sluice/testkit/engine-link'
import { openRtmpSink } from '@sluice/testkit/rtmp-sink'
import { makeClip } from './support/clip.ts'
import { type EngineProcess, startEngineProcess } from './support/engine-process.ts'
import { publishClip } from './support/publish.ts'
import { missing } from './support/tools.ts'
import { sleep, until } from './support/wait.ts'

const skip = missing('ffmpeg', 'prlimit')
const descriptors = 256
const idleEach = 400
/** Video comes 25 times a second or oftener: a hole of so long is one that a viewer sees. */
const holeMs = 1500

type Live = { engine: EngineProcess; clip: string; worstHoleMs(): number; addOutput(name: string): Promise<number> }

/** An engine with 256 descriptors and a channel that is live, with one output. */
async function startLive(t: TestContext): Promise<Live> {
  const engine = await startEngineProcess(t, { descriptors, tls: testCertificateFiles('good') })
  let lastMs = 0
  let worstMs = 0
  const sink = await openRtmpSink({
    isRecording: false,
    onMessage(session, { kind }) {
      if (kind !== 'video' || session !== sink.sessions[0]) return
      const nowMs = performance.now()
      if (lastMs > 0) worstMs = Math.max(worstMs, nowMs - lastMs)
      lastMs = nowMs
    },
  })
  t.after(() => sink.close())
  const outputs = [makeOutputSpec({ outputId: 'first', url: sink.url })]
  const carry = (): void => {
    engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1', outputs: [...outputs] }))
    engine.control.carry(makeChannelSpec({ channelId: 'other', key: 'k2' }))
  }
  carry()
  const clip = await makeClip(t, { seconds: 4 })
  publishClip(t, clip, engine.publishUrl('k1'))
  await until('the first output is live', () => engine.control.output('first')?.state === 'live')
  return {
    engine,
    clip,
    worstHoleMs: () => Math.max(worstMs, performance.now() - lastMs),
    addOutput(name) {
      outputs.push(makeOutputSpec({ outputId: name, url: sink.url }))
      carry()
      return until(`output ${name} is live`, () => engine.control.output(name)?.state === 'live')
    },
  }
}

function openIdle(t: TestContext, to: NetConnectOpts): Socket[] {
  const sockets = Array.from({ length: idleEach }, () =>
    connect(to)
      .on('error', () => {})
      .resume(),
  )
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  return sockets
}

test('400 idle connections to each port of an engine with 256 descriptors disturb no media, and others still get in', {
  skip,
}, async (t) => {
  const { engine, clip, worstHoleMs, addOutput } = await startLive(t)
  const { ports, runDir, program } = engine
  const places: NetConnectOpts[] = [
    ...[ports.rtmp, ports.rtmps!].map((port) => ({ port, host: '127.0.0.1' })),
    ...['e2e.relay', 'e2e.sock'].map((name) => ({ path: `${runDir}/${name}` })),
  ]
  const idle = places.flatMap((to) => openIdle(t, to))
  await sleep(1500)
  const used = readdirSync(`/proc/${program.pid}/fd`).length
  assert.ok(used < descriptors * 0.8, `${used} of ${descriptors} descriptors are in use`)
  await addOutput('second')
  await sleep(2000)
  assert.equal(program.hasEnded(), false, program.output())
  const statsAt = engine.control.stats?.at
  await until('figures go on', () => engine.control.stats?.at !== statsAt)
  for (const socket of idle) socket.destroy()
  publishClip(t, clip, engine.publishUrl('k2'))
  await until('a publisher gets in once the strangers have left', () => engine.control.actual('other')?.state === 'live')
  assert.ok(worstHoleMs() < holeMs, `${worstHoleMs()} ms without video at the sink`)
  assert.equal(engine.control.output('first')?.state, 'live')
  assert.equal(engine.control.events.filter(({ name }) => name === 'output.backoff').length, 0)
})

test('an engine without any descriptor left goes on with what is live, and takes publishers again when it has some', {
  skip,
}, async (t) => {
  const { engine, clip, worstHoleMs, addOutput } = await startLive(t)
  const { pid } = engine.program
  const limit = (count: number): void => void execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${count}:${descriptors}`])
  limit(3)
  const idle = openIdle(t, { port: engine.ports.rtmp, host: '127.0.0.1' })
  const before = cpuSeconds(pid)
  const startMs = performance.now()
  await sleep(5000)
  const load = (cpuSeconds(pid) - before) / ((performance.now() - startMs) / 1000)
  assert.equal(engine.program.hasEnded(), false, engine.program.output())
  // libuv tries to accept what waits again at once and tells nobody that it can't: on an idle machine that is a whole core.
  t.diagnostic(`${Math.round(load * 100)} % of a core while nothing could be opened`)
  assert.ok(engine.program.output().length < 100_000, 'the log stays small')
  limit(descriptors)
  for (const socket of idle) socket.destroy()
  await addOutput('second')
  publishClip(t, clip, engine.publishUrl('k2'))
  await until('a publisher gets in', () => engine.control.actual('other')?.state === 'live')
  assert.ok(worstHoleMs() < holeMs, `${worstHoleMs()} ms without video at the sink`)
})

test('1,000 refused publishers with names of 60,000 letters leave a few lines in the log, and the next one is heard', {
  skip,
}, async (t) => {
  const engine = await startEngineProcess(t)
  engine.control.carry(makeChannelSpec({ channelId: 'show', key: 'k1' }))
  const refusedOnce = (): Promise<void> =>
    new Promise((resolve) => {
      openRtmpPublisher({
        url: `rtmp://127.0.0.1:${engine.ports.rtmp}/live`,
        streamKey: 'wrong',
        clock: systemClock,
        log: silentLogger,
        extras: { flashVer: `\u001b[31m\u202e${'A'.repeat(60_000)}` },
        handler: { onReady: () => assert.fail('it was let in'), onClose: () => resolve() },
      })
    })
  for (let i = 0; i < 25; i++) await Promise.all(Array.from({ length: 40 }, refusedOnce))
  await sleep(500)
  const log = engine.program.output()
  assert.ok(log.length < 20_000, `${log.length} bytes of log`)
  assert.match(log, /unknown stream key/)
  assert.ok(!log.includes('\u001b') && !log.includes('\u202e'), 'nothing in it steers a terminal')
  // The address has used up its tries: half a second later it has some again.
  publishClip(t, await makeClip(t, { seconds: 4 }), engine.publishUrl('k1'))
  await until('a publisher with the right key gets in', () => engine.control.actual('show')?.state === 'live')
})

/** User and system time. Spec: proc_pid_stat(5), fields 14 and 15, in hundredths of a second on Linux */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
