import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { systemClock } from '@sluice/base/clock'
import { silentLogger } from '@sluice/base/log'
import type { FromEngine, ProbeRequest, ProbeStep } from '@sluice/contract/link'
import { openSrtServer } from '@sluice/protocols/srt'
import { testCertificate } from '@sluice/testkit/certificates'
import { openRtmpSink, type RtmpSinkOptions, type RtmpSinkServer } from '@sluice/testkit/rtmp-sink'
import { controlOf, startTestEngine } from '../testing/engine-under-test.ts'
import { Prober, probeTarget } from './prober.ts'

const parts = { clock: systemClock, log: silentLogger, allowPrivateTargets: () => true }

async function sinkOf(t: TestContext, options: RtmpSinkOptions = {}): Promise<RtmpSinkServer> {
  const sink = await openRtmpSink(options)
  t.after(() => sink.close())
  return sink
}
const probe = (request: Partial<ProbeRequest> & { url: string }): Promise<ProbeStep[]> =>
  probeTarget({ probeId: 'p', streamKey: 'canary-key', tlsVerify: true, depth: 'publish', ...request }, parts)
const verdicts = (steps: readonly ProbeStep[]): string => steps.map(({ step, verdict }) => `${step} ${verdict}`).join(', ')

test('a server that takes the key passes every step, and is left at once', async (t) => {
  const sink = await sinkOf(t)
  const steps = await probe({ url: sink.url })
  assert.equal(verdicts(steps), 'dns pass, tcp pass, handshake pass, publish pass')
  const [session] = sink.sessions
  assert.deepEqual([sink.sessions.length, session?.bytes, session?.streamKey], [1, 0, 'canary-key'])
})

test('a trial up to connect tells the server neither key nor publish', async (t) => {
  const sink = await sinkOf(t)
  const steps = await probe({ url: sink.url, depth: 'connect' })
  assert.equal(verdicts(steps), 'dns pass, tcp pass, handshake pass, publish skip')
  assert.match(steps[3]!.found, /may go live/)
  assert.deepEqual([sink.connectionsTotal, sink.sessions.length], [1, 0])
})

const refusals = [
  { behaviour: 'reject-auth', step: 'publish', found: /key/ },
  { behaviour: 'duplicate', step: 'publish', found: /already/ },
  { behaviour: 'reject-publish', step: 'publish', found: /closed|reset/ },
] as const
for (const { behaviour, step, found } of refusals) {
  test(`a server that does ${behaviour} fails at ${step} with the fix, and without the key in any text`, async (t) => {
    const sink = await sinkOf(t, { behaviour: { type: behaviour } })
    const steps = await probe({ url: sink.url })
    const bad = steps.find(({ verdict }) => verdict === 'fail')!
    assert.equal(bad.step, step)
    assert.match(bad.found, found)
    assert.notEqual(bad.fix, null)
    assert.doesNotMatch(JSON.stringify(steps), /canary-key/)
  })
}

test('a closed port fails at tcp, and what follows was not tried', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  const steps = await probe({ url: `rtmp://127.0.0.1:${port}/live` })
  assert.equal(verdicts(steps), 'dns pass, tcp fail, handshake skip, publish skip')
  assert.match(steps[1]!.found, /refused: nothing listens there/)
})

test('a name that does not resolve and a private address fail at dns', async () => {
  assert.equal(verdicts(await probe({ url: 'rtmp://no-such-host.invalid/live' })), 'dns fail')
  const guarded = { ...parts, allowPrivateTargets: () => false }
  const request = { probeId: 'p', url: 'rtmp://10.0.0.1/live', streamKey: 'k', tlsVerify: true, depth: 'publish' } as const
  const steps = await probeTarget(request, guarded)
  assert.equal(verdicts(steps), 'dns fail')
  assert.match(steps[0]!.found, /private address/)
})

test('certificates: an expired one and one for another name fail with the exact fix, unverified ones warn', async (t) => {
  setDefaultCACertificates([
    ...getCACertificates(),
    ...(['good', 'expired', 'other-name'] as const).map((name) => testCertificate(name).cert),
  ])
  const tlsOf = async (name: Parameters<typeof testCertificate>[0], tlsVerify = true): Promise<ProbeStep> => {
    const sink = await sinkOf(t, { tls: testCertificate(name) })
    const steps = await probe({ url: sink.url.replace('127.0.0.1', 'localhost'), tlsVerify })
    return steps.find(({ step }) => step === 'tls')!
  }
  const good = await tlsOf('good')
  assert.equal(good.verdict, 'pass')
  assert.match(good.found, /localhost.*\d{4,} days left/)
  const expired = await tlsOf('expired')
  assert.deepEqual([expired.verdict, expired.fix], ['fail', 'The operator of that server must renew its certificate.'])
  assert.match(expired.found, /expired \d+ days ago/)
  const other = await tlsOf('other-name')
  assert.match(other.found, /certificate for elsewhere\.example.*another host name/)
  assert.match(other.fix ?? '', /Use the host name that the certificate is for, not localhost/)
  assert.equal((await tlsOf('other-name', false)).verdict, 'warn')
})

test('an SRT listener is called with stream id and left; up to connect only its name is tried', async (t) => {
  const asked: string[] = []
  const server = await openSrtServer({
    port: 0,
    host: '127.0.0.1',
    clock: systemClock,
    log: silentLogger,
    handler: {
      onRequest(request) {
        asked.push(request.streamId)
        return { accept: true, onConnection: () => {} }
      },
    },
  })
  t.after(() => server.close())
  const url = `srt://127.0.0.1:${server.port}`
  assert.equal(verdicts(await probe({ url, streamKey: 'publish/x' })), 'dns pass, handshake pass')
  assert.ok(asked.length >= 1 && asked.every((id) => id === 'publish/x'))
  asked.length = 0
  assert.equal(verdicts(await probe({ url, depth: 'connect' })), 'dns pass, handshake skip')
  assert.equal(verdicts(await probe({ url: `${url}?mode=listener` })), 'dns pass, handshake skip')
  assert.deepEqual(asked, [])
})

test('many trials are made a few at a time, and each is answered', async (t) => {
  let open = 0
  let most = 0
  const server = createServer((socket) => {
    most = Math.max(most, ++open)
    socket.on('error', () => {})
    socket.on('close', () => open--)
    setTimeout(() => socket.destroy(), 20)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  const results: FromEngine[] = []
  await new Promise<void>((resolve) => {
    const send = (message: FromEngine): void => {
      if (results.push(message) === 60) resolve()
    }
    const prober = new Prober({ ...parts, send })
    for (let i = 0; i < 60; i++) {
      prober.receive({ probeId: `${i}`, url: `rtmp://127.0.0.1:${port}/live`, streamKey: 'k', tlsVerify: true, depth: 'publish' })
    }
  })
  assert.ok(most <= 16, `${most} at once`)
  assert.equal(new Set(results.map((result) => result.type === 'probe.result' && result.probeId)).size, 60)
})

test('an engine tries a destination and answers over the link', async (t) => {
  const engine = await startTestEngine(t)
  const sink = await sinkOf(t)
  const control = await controlOf(t, engine)
  const answered = new Promise<FromEngine>((resolve) => {
    const take = control.receive.bind(control)
    control.receive = (message) => (message.type === 'probe.result' ? resolve(message) : take(message))
  })
  control.send({ type: 'probe', probeId: 'x1', url: sink.url, streamKey: 'k', tlsVerify: true, depth: 'publish' })
  const result = await answered
  assert.ok(result.type === 'probe.result' && result.probeId === 'x1')
  assert.equal(verdicts(result.steps), 'dns pass, tcp pass, handshake pass, publish pass')
})
