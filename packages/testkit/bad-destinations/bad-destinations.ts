import { createServer } from 'node:net'
import { SrtRejectCode } from '@sluice/protocols/srt'
import { type TestCertificate, testCertificate } from '../certificates/index.ts'
import { openDeadPort, openRtmpSink, type RtmpSinkOptions } from '../rtmp-sink/index.ts'
import { openSrtSink, type SrtSinkBehaviour } from '../srt-sink/index.ts'
import { type Doses, srtDoses, streamDoses } from './doses.ts'
import { type Expected, refused, retrying } from './expected.ts'

/** A destination that does one thing wrong, and what must be said of it: any of these states with any of these kinds. */
export type BadDestination = Expected & {
  readonly name: string
  readonly url: string
  /** Null where the failure itself is that it can't be counted. */
  readonly attempts: () => number | null
  /** Makes it a good one at the same address; null for what can't be one. */
  readonly mend: (() => Promise<void>) | null
}

/** Something to leave its end with: a test, or a program. */
export type Owner = { after(run: () => void | Promise<void>): void }

/** Opens 50 bad destinations on 127.0.0.1: all that the emulators can do, some of it in doses, and addresses that lead nowhere. */
export async function openBadDestinations(owner: Owner): Promise<BadDestination[]> {
  return Promise.all([
    ...entries(streamDoses).map(([name, [behaviour, expected]]) => emulate(owner, name, { behaviour }, expected)),
    ...(['good', 'expired', 'other-name'] as const).map((name) => untrusted(owner, name)),
    emulate(owner, 'tls-plain', { tls: 'plain' }, retrying('tls'), false),
    emulate(owner, 'tls-http', { tls: 'plain', behaviour: { type: 'garbage', says: 'http' } }, retrying('tls'), false),
    deadPort(owner),
    closedPort(owner, 'closed-port', 'rtmp'),
    closedPort(owner, 'closed-port-tls', 'rtmps'),
    { name: 'no-name', url: 'rtmp://no-such-host.invalid/live', attempts: () => null, mend: null, ...retrying('dns') },
    ...entries(srtDoses).map(([name, [behaviour, expected]]) => emulateSrt(owner, name, behaviour, expected)),
    emulateSrt(owner, 'srt-passphrase', { type: 'accept' }, refused, 'the-right-passphrase'),
    emulateSrt(owner, 'srt-duplicate', { type: 'reject', code: SrtRejectCode.conflict }, retrying('duplicate-publisher')),
  ])
}

const entries = <T>(doses: Doses<T>): [string, Doses<T>[string]][] => Object.entries(doses)

async function emulate(
  owner: Owner,
  name: string,
  options: Pick<RtmpSinkOptions, 'behaviour' | 'tls'>,
  expected: Expected,
  canMend = true,
): Promise<BadDestination> {
  const sink = await openRtmpSink({ ...options, isRecording: false })
  owner.after(() => sink.close())
  const mend = async (): Promise<void> => {
    sink.behaviour = { type: 'accept' }
  }
  return { name, url: sink.url, attempts: () => sink.connectionsTotal, mend: canMend ? mend : null, ...expected }
}

/** No certificate of ours is trusted by the machine. */
const untrusted = (owner: Owner, name: TestCertificate): Promise<BadDestination> =>
  emulate(owner, `tls-${name}`, { tls: testCertificate(name) }, retrying('tls'), false)

async function deadPort(owner: Owner): Promise<BadDestination> {
  const dead = await openDeadPort()
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await dead.close()
    isOpen = false
  }
  owner.after(close)
  const mend = async (): Promise<void> => {
    await close()
    await openAt(owner, dead.port)
  }
  return { name: 'dead-port', url: `rtmp://127.0.0.1:${dead.port}/live`, attempts: () => null, mend, ...retrying('tcp') }
}

async function closedPort(owner: Owner, name: string, scheme: 'rtmp' | 'rtmps'): Promise<BadDestination> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await new Promise((resolve) => server.close(resolve))
  const mend = scheme === 'rtmp' ? () => openAt(owner, port) : null
  return { name, url: `${scheme}://127.0.0.1:${port}/live`, attempts: () => null, mend, ...retrying('tcp') }
}

async function openAt(owner: Owner, port: number): Promise<void> {
  const sink = await openRtmpSink({ port, isRecording: false })
  owner.after(() => sink.close())
}

async function emulateSrt(
  owner: Owner,
  name: string,
  behaviour: SrtSinkBehaviour,
  expected: Expected,
  passphrase?: string,
): Promise<BadDestination> {
  const sink = await openSrtSink({ behaviour, ...(passphrase === undefined ? {} : { passphrase }) })
  owner.after(() => sink.close())
  const mend = async (): Promise<void> => {
    sink.behaviour = { type: 'accept' }
  }
  return { name, url: sink.url, attempts: () => sink.connectionsTotal, mend: passphrase === undefined ? mend : null, ...expected }
}
