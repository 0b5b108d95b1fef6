import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { systemClock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import { silentLogger } from '@sluice/base/log'
import { openSrtCaller, type SrtCallerOptions } from '../client.ts'
import type { SrtConnection } from '../connection.ts'
import type { SrtCloseReason } from '../errors.ts'
import type { SrtRequest, SrtVerdict } from '../handshake/listener.ts'
import type { SrtTuning } from '../options.ts'
import { openSrtServer, type SrtServer } from '../server.ts'
import { PeerProcess } from './peer-process.ts'

/** A directory for one test file's recordings. */
export const makeScratch = (): string => mkdtempSync(join(tmpdir(), 'sluice-srt-'))

/** Four seconds of H.264 and AAC in MPEG-TS, made by ffmpeg, at `path`. */
export function makeTransportStream(path: string): Uint8Array {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25', '-f', 'lavfi', '-i', 'sine', '-t', '4']
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '2M', '-c:a', 'aac', '-f', 'mpegts', '-y', path]
  execFileSync('ffmpeg', ['-v', 'error', ...picture, ...coding])
  return readFileSync(path)
}

/** Null packets: the end of a stream that a peer may throw away when it closes. */
export function makePadding(packets: number): Uint8Array {
  const padding = new Uint8Array(packets * 188).fill(0xff)
  for (let at = 0; at < padding.length; at += 188) padding.set([0x47, 0x1f, 0xff, 0x10], at)
  return padding
}

/** What a connection gave. */
export class Recording {
  connection: SrtConnection | null = null
  request: SrtRequest | null = null
  closed: SrtCloseReason | null = null
  bytes = 0
  readonly #parts: Uint8Array[] = []
  #waiting: (() => void)[] = []

  /** Records `connection` from now on. */
  record(connection: SrtConnection): void {
    this.connection = connection
    connection.onPayload = (payload) => {
      this.#parts.push(Uint8Array.from(payload))
      this.bytes += payload.length
    }
    connection.onReadEnd = () => this.#wake()
    connection.onClose = (reason) => {
      this.closed = reason
      this.#wake()
    }
    this.#wake()
  }

  get data(): Buffer {
    return Buffer.concat(this.#parts)
  }

  until(what: string, isThere: () => boolean, limitMs = 15_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what} within ${limitMs} ms, with ${this.bytes} bytes`)), limitMs)
      const look = (): void => {
        if (!isThere()) {
          this.#waiting.push(look)
          return
        }
        clearTimeout(timer)
        resolve()
      }
      look()
    })
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const look of waiting) look()
  }
}

/** A server on a free port that records its caller, and is closed after the test. */
export async function openRecorder(
  t: TestContext,
  verdict: { passphrase?: string | undefined; refuse?: number } & SrtTuning = {},
): Promise<{ server: SrtServer; recording: Recording }> {
  const recording = new Recording()
  const onRequest = (request: SrtRequest): SrtVerdict => {
    recording.request = request
    if (verdict.refuse !== undefined) return { accept: false, code: verdict.refuse }
    return { accept: true, ...verdict, onConnection: (c) => recording.record(c) }
  }
  const server = await openSrtServer({ port: 0, host: '127.0.0.1', clock: systemClock, log: silentLogger, handler: { onRequest } })
  t.after(async () => {
    recording.connection?.abort()
    await server.close()
  })
  return { server, recording }
}

/** Calls `port` until a listener is there; the failure of the last try rejects. */
export async function callUntilReady(port: number, options: Partial<SrtCallerOptions> = {}, tries = 20): Promise<SrtConnection> {
  for (let i = 1; ; i++) {
    const result = await new Promise<SrtConnection | Failure | null>((resolve) => {
      openSrtCaller({
        host: '127.0.0.1',
        port,
        mode: 'send',
        clock: systemClock,
        log: silentLogger,
        handler: { onReady: resolve, onClose: resolve },
        ...options,
      })
    })
    if (result !== null && 'onPayload' in result) return result
    if (i === tries) throw new Error(`cannot connect: ${JSON.stringify(result)}`)
  }
}

/** Sends `data` in payloads of 1316 bytes at `bytesPerS`. */
export async function sendPaced(connection: SrtConnection, data: Uint8Array, bytesPerS: number): Promise<void> {
  const startMs = performance.now()
  for (let at = 0; at < data.length; ) {
    const end = Math.min(data.length, ((performance.now() - startMs) / 1000) * bytesPerS)
    for (; at < end; at += 1316) connection.send(data.subarray(at, at + 1316))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Resolves once the connection is over. */
export function closed(connection: SrtConnection): Promise<SrtCloseReason> {
  return new Promise((resolve) => {
    const owner = connection.onClose
    connection.onClose = (reason) => {
      owner(reason)
      resolve(reason)
    }
    connection.close()
  })
}

/** A program that is ended after the test, whatever becomes of it. */
export function startPeer(t: TestContext, program: string, args: readonly string[], env: Record<string, string> = {}): PeerProcess {
  const peer = new PeerProcess(program, args, env)
  t.after(() => peer.stop())
  return peer
}

/** A UDP port that was free a moment ago, for a program that cannot choose one itself. */
export function findFreePort(): Promise<number> {
  const socket = createSocket('udp4')
  return new Promise((resolve) => {
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}

/** A sender that ends at once throws away what waits in it: a second of the stream at most. */
const maxUnsentBytes = 128 * 1024

/** Asserts that what came is what was sent, to the byte, up to where a program that does not linger has ended. */
export function assertSameUpToTheEnd(came: Uint8Array, sent: Uint8Array): void {
  assert.ok(Buffer.compare(came, sent.subarray(0, came.length)) === 0, `${came.length} bytes came, not those that were sent`)
  assert.ok(sent.length - came.length <= maxUnsentBytes, `${came.length} of ${sent.length} bytes came`)
}
