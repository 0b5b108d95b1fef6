import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { FailureKind } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import type { OutputState } from '@sluice/contract/link'
import { openSrtServer, SrtRejectCode } from '@sluice/protocols/srt'
import { type TestCertificate, testCertificate } from '@sluice/testkit/certificates'
import { openRtmpSink, type RtmpSinkServer, type SinkBehaviour } from '@sluice/testkit/rtmp-sink'

/** A destination that does one thing wrong, and what must be said of it: any of these states with any of these kinds. */
export type BadPlace = {
  readonly name: string
  readonly url: string
  readonly states: readonly OutputState[]
  readonly kinds: readonly (FailureKind | null)[]
  /** The emulator behind it, which can be mended; null for what has none. */
  readonly sink: RtmpSinkServer | null
  readonly tlsVerify?: boolean
}

type Expected = { states: OutputState[]; kinds: (FailureKind | null)[] }

const retrying = (...kinds: FailureKind[]): Expected => ({ states: ['backoff', 'connecting'], kinds })
const healthy: Expected = { states: ['live'], kinds: [null] }
const stalled: Expected = { states: ['stalled', 'backoff'], kinds: ['stall'] }
/** Cut so early, most servers mean the key; later it is an end like any other. */
const cut = retrying('remote-close', 'publish-rejected')

type Dose = readonly [name: string, behaviour: SinkBehaviour, expected: Expected]
const dosesOf = <T extends SinkBehaviour['type']>(
  type: T,
  values: readonly number[],
  make: (value: number) => SinkBehaviour,
  expected: Expected,
): Dose[] => values.map((value) => [`${type}-${value}`, make(value), expected])
/** Loopback takes some megabytes on behalf of a far end that reads slowly: within the run these may hold, or stall. */
const slow: Expected = { states: ['live', 'stalled', 'connecting', 'backoff'], kinds: [null, 'stall', 'handshake', 'publish-rejected'] }
const earlyMs = [0, 50, 200, 500, 1000, 2000, 3500, 5000]

/** What the emulator can do, in many doses. Times from the accepted publish; the source makes about 150 kB/s. */
const doses: readonly Dose[] = [
  ['mute', { type: 'mute' }, retrying('handshake')],
  ['reject-auth', { type: 'reject-auth' }, { states: ['failed'], kinds: ['auth'] }],
  ['reject-publish', { type: 'reject-publish' }, retrying('publish-rejected')],
  ['duplicate', { type: 'duplicate' }, retrying('duplicate-publisher')],
  ['never-acknowledge', { type: 'never-acknowledge' }, healthy],
  // After the first acknowledgement: a far end that never acknowledged is only known by the kernel's full buffers.
  ...dosesOf('stall', [2000, 2500, 3000, 3500, 4500], (afterMs) => ({ type: 'stall', afterMs }), stalled),
  ...dosesOf('reset', earlyMs, (afterMs) => ({ type: 'reset', afterMs }), cut),
  ...dosesOf('half-close', earlyMs, (afterMs) => ({ type: 'half-close', afterMs }), cut),
  ...dosesOf('slow', [1, 5, 20, 60, 100], (kBps) => ({ type: 'slow', bytesPerSecond: kBps * 1000 }), slow),
  ...dosesOf('late', [50, 200, 800], (latencyMs) => ({ type: 'late', latencyMs }), healthy),
]

/** Opens all bad places, 50 of them: emulated ones, wrong certificates, wrong protocols, closed ports, servers that drip. */
export async function openBadPlaces(t: TestContext): Promise<BadPlace[]> {
  const emulated = await Promise.all(doses.map(([name, behaviour, expected]) => emulate(t, name, behaviour, expected)))
  const secure = await Promise.all((['good', 'expired', 'other-name'] as const).map((name) => untrusted(t, name)))
  return [...emulated, ...secure, ...(await strangers(t)), ...(await srtPlaces(t))]
}

async function emulate(t: TestContext, name: string, behaviour: SinkBehaviour, expected: Expected): Promise<BadPlace> {
  const sink = await openRtmpSink({ behaviour, isRecording: false })
  t.after(() => sink.close())
  return { name, url: sink.url, sink, ...expected }
}

/** No certificate of ours is trusted by the machine. */
async function untrusted(t: TestContext, certificate: TestCertificate): Promise<BadPlace> {
  const sink = await openRtmpSink({ tls: testCertificate(certificate), isRecording: false })
  t.after(() => sink.close())
  return { name: `tls-${certificate}`, url: sink.url, sink: null, ...retrying('tls') }
}

async function strangers(t: TestContext): Promise<BadPlace[]> {
  const at = async (name: string, onSocket: (socket: Socket) => void, expected: Expected, scheme = 'rtmp'): Promise<BadPlace> => {
    const port = await listen(t, onSocket)
    return { name, url: `${scheme}://127.0.0.1:${port}/live`, sink: null, ...expected }
  }
  const closed = await listen(t, () => {}, true)
  const answer = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text))
  return [
    { name: 'no-name', url: 'rtmp://no-such-host.invalid/live', sink: null, ...retrying('dns') },
    { name: 'no-name-tls', url: 'rtmps://no-such-host.invalid/live', sink: null, ...retrying('dns') },
    { name: 'closed-port', url: `rtmp://127.0.0.1:${closed}/live`, sink: null, ...retrying('tcp') },
    { name: 'closed-port-tls', url: `rtmps://127.0.0.1:${closed}/live`, sink: null, ...retrying('tcp') },
    await at('hangs-up', (socket) => socket.destroy(), retrying('handshake', 'tcp')),
    await at('resets', (socket) => socket.resetAndDestroy(), retrying('handshake', 'tcp')),
    await at('http', answer('HTTP/1.1 400 Bad Request\r\n\r\n'), retrying('handshake')),
    await at('ssh', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), retrying('handshake')),
    await at('plain-for-tls', answer('no'), retrying('tls'), 'rtmps'),
    await at('drips', drip, retrying('handshake')),
  ]
}

/** A byte of a handshake each second: alive, and never done. */
function drip(socket: Socket): void {
  socket.write(Uint8Array.of(3))
  const timer = setInterval(() => socket.write(Uint8Array.of(0)), 1000)
  socket.on('close', () => clearInterval(timer))
}

async function listen(t: TestContext, onSocket: (socket: Socket) => void, isClosed = false): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): void => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  if (isClosed) close()
  else t.after(close)
  return port
}

async function srtPlaces(t: TestContext): Promise<BadPlace[]> {
  const silent = createSocket('udp4')
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve))
  t.after(() => silent.close())
  const refusing = await openSrtServer({
    port: 0,
    host: '127.0.0.1',
    clock: systemClock,
    log: silentLogger,
    handler: { onRequest: () => ({ accept: false, code: SrtRejectCode.unauthorized }) },
  })
  const locked = await openSrtServer({
    port: 0,
    host: '127.0.0.1',
    clock: systemClock,
    log: silentLogger,
    handler: { onRequest: () => ({ accept: true, passphrase: 'the-right-passphrase', onConnection: () => {} }) },
  })
  t.after(() => Promise.all([refusing.close(), locked.close()]))
  const place = (name: string, port: number, expected: Expected): BadPlace => ({
    name,
    url: `srt://127.0.0.1:${port}`,
    sink: null,
    ...expected,
  })
  return [
    place('srt-silent', silent.address().port, retrying('tcp', 'handshake')),
    place('srt-refused', refusing.port, { states: ['failed', 'backoff', 'connecting'], kinds: ['auth', 'publish-rejected'] }),
    place('srt-locked', locked.port, { states: ['failed', 'backoff', 'connecting'], kinds: ['auth', 'handshake'] }),
  ]
}
