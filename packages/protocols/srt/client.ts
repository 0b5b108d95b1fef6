import { lookup } from 'node:dns/promises'
import { readU32 } from '@sluice/base/bytes'
import type { Clock } from '@sluice/base/clock'
import { type Failure, PolicyError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { Connection, SrtConnection } from './connection.ts'
import { passphraseBytes, randomKey } from './crypto.ts'
import { openDgramSocket } from './dgram-socket.ts'
import { Endpoint } from './endpoint.ts'
import type { SrtCloseReason } from './errors.ts'
import type { CallSettings } from './handshake/call.ts'
import { CallerHandshake } from './handshake/caller.ts'
import { RendezvousHandshake } from './handshake/rendezvous.ts'
import type { SrtTuning } from './options.ts'
import type { CipherMode, KeyLengthBytes } from './packet/key-material.ts'
import { maxStreamIdBytes } from './packet/text-extension.ts'
import type { UdpSocket } from './udp-socket.ts'

/** As libsrt's SRTO_CONNTIMEO. */
const DEFAULT_CONNECT_TIMEOUT_MS = 3_000
const SOCKET_BUFFER_BYTES = 1024 * 1024

/** `onReady` at most once; `onClose` exactly once, last. Its failure is null when `close` or `abort` was called on this side. */
export type SrtCallerHandler = { onReady(connection: SrtConnection): void; onClose(failure: Failure | null): void }

export type SrtCallerOptions = SrtTuning & {
  host: string
  port: number
  /** Up to 512 bytes of UTF-8. It may be a key: it is never logged. Not used in a rendezvous, which has no place for it. */
  streamId?: string | undefined
  /** 10 to 80 bytes; none: a clear connection. */
  passphrase?: string | undefined
  /** AES-128, 192 or 256. Default 16. */
  keyLengthBytes?: KeyLengthBytes | undefined
  /** Default CTR. GCM needs libsrt 1.5.4 with AEAD built in at the far end. */
  cipherMode?: CipherMode | undefined
  /** What this side means to do; it is told in the log alone, since SRT carries both ways. */
  mode: 'send' | 'receive'
  connectTimeoutMs?: number | undefined
  /** The port to call from; a rendezvous needs it (default: the peer's). */
  localPort?: number | undefined
  /** Asked with the numeric address before a packet goes there; false refuses it (a guard against private targets). */
  isAllowedAddress?: ((address: string) => boolean) | undefined
  clock: Clock
  log: Logger
  handler: SrtCallerHandler
}

export type SrtCaller = {
  /** The connection once it stands, else null. */
  readonly connection: SrtConnection | null
  /** Ends it: what is queued goes out first. */
  close(): void
  /** Ends it now. */
  abort(): void
}

/** Calls a listener. Throws PolicyError for settings that cannot work; all else comes through the handler. */
export function openSrtCaller(options: SrtCallerOptions): SrtCaller {
  checkOptions(options)
  return new Caller(options, 'caller').start()
}

/** Meets a peer that calls us at the same time, both from a fixed port. */
export function openSrtRendezvous(options: SrtCallerOptions): SrtCaller {
  checkOptions(options)
  return new Caller(options, 'rendezvous').start()
}

/** The same on a socket that is there already, with `options.host` a numeric address: a made network in tests. */
export function openSrtCallerOn(socket: UdpSocket, options: SrtCallerOptions, role: 'caller' | 'rendezvous' = 'caller'): SrtCaller {
  checkOptions(options)
  const caller = new Caller(options, role)
  caller.run(socket, options.host)
  return caller
}

function checkOptions(options: SrtCallerOptions): void {
  const { passphrase, streamId = '' } = options
  const { min, max } = passphraseBytes
  const secretBytes = passphrase === undefined ? min : Buffer.byteLength(passphrase)
  if (secretBytes < min || secretBytes > max) {
    throw new PolicyError(
      'SRT_PASSPHRASE_LENGTH',
      'passphrase',
      `${min} to ${max} bytes`,
      `the passphrase has ${secretBytes} bytes, not ${min} to ${max}`,
    )
  }
  const idBytes = Buffer.byteLength(streamId)
  if (idBytes > maxStreamIdBytes) {
    throw new PolicyError(
      'SRT_STREAM_ID_LENGTH',
      'streamId',
      `${maxStreamIdBytes} bytes`,
      `the stream id has ${idBytes} bytes, over ${maxStreamIdBytes}`,
    )
  }
}

class Caller implements SrtCaller {
  connection: Connection | null = null
  readonly #options: SrtCallerOptions
  readonly #role: 'caller' | 'rendezvous'
  #endpoint: Endpoint | null = null
  #isOver = false

  constructor(options: SrtCallerOptions, role: 'caller' | 'rendezvous') {
    this.#options = options
    this.#role = role
  }

  start(): this {
    this.#open().catch((error: unknown) => {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
      this.#finish({ kind: 'tcp', code: 'SRT_SOCKET', message: `the UDP socket could not be opened (${code})` })
    })
    return this
  }

  close(): void {
    if (this.connection !== null) this.connection.close()
    else this.#finish(null)
  }

  abort(): void {
    if (this.connection !== null) this.connection.abort()
    else this.#finish(null)
  }

  /** Shakes hands on `socket`. */
  run(socket: UdpSocket, address: string): void {
    const { clock, port } = this.#options
    const settings: CallSettings = {
      address,
      port,
      streamId: this.#options.streamId ?? '',
      encryption: encryptionOf(this.#options),
      connectTimeoutMs: this.#options.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
      tuning: this.#options,
    }
    const ports = {
      onReady: (connection: Connection) => this.#ready(connection),
      onFailure: (failure: Failure) => this.#finish(failure),
    }
    const [sequence, cookie] = [random32() & 0x7fff_ffff, random32()]
    const nowMs = clock.nowMs()
    const side =
      this.#role === 'caller'
        ? new CallerHandshake(settings, sequence, nowMs, ports)
        : new RendezvousHandshake(settings, sequence, cookie, nowMs, ports)
    const endpoint = new Endpoint(socket, clock, side, this.#options.log)
    this.#endpoint = endpoint
    endpoint.onGone = (reason) => this.#finish(failureOfClose(reason, this.#options.idleTimeoutMs))
    // A connected UDP socket reports ICMP's "port unreachable" so. Alone it ends nothing: anyone can forge it.
    socket.onError = () => {
      if (side instanceof CallerHandshake) side.noteUnreachable()
    }
    side.start(endpoint, nowMs)
  }

  async #open(): Promise<void> {
    const { host, port, localPort } = this.#options
    let found: { address: string; family: number }
    try {
      found = await lookup(host)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
      return this.#finish({ kind: 'dns', code: 'SRT_DNS', message: `the host name "${host}" has no address (${code})` })
    }
    if (this.#options.isAllowedAddress?.(found.address) === false) {
      return this.#finish({ kind: 'tcp', code: 'SRT_TARGET_REFUSED', message: `the address ${found.address} is not an allowed target` })
    }
    const socket = await openDgramSocket({
      host: found.family === 6 ? '::' : '0.0.0.0',
      port: localPort ?? (this.#role === 'rendezvous' ? port : 0),
      peer: { address: found.address, port },
      receiveBufferBytes: SOCKET_BUFFER_BYTES,
      log: this.#options.log,
    })
    if (this.#isOver) return socket.close()
    this.run(socket, found.address)
  }

  #ready(connection: Connection): void {
    this.connection = connection
    const { handler, log, mode } = this.#options
    log.debug({ remoteAddress: connection.remoteAddress, peerVersion: connection.peerVersion, mode }, 'an SRT connection stands')
    handler.onReady(connection)
  }

  #finish(failure: Failure | null): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#endpoint?.close()
    this.#options.handler.onClose(failure)
  }
}

const random32 = (): number => readU32(randomKey(4), 0)

function encryptionOf({ passphrase, keyLengthBytes, cipherMode }: SrtCallerOptions): CallSettings['encryption'] {
  return passphrase === undefined ? null : { passphrase, keyLengthBytes: keyLengthBytes ?? 16, mode: cipherMode ?? 'ctr' }
}

function failureOfClose(reason: SrtCloseReason, idleTimeoutMs = 5_000): Failure | null {
  if (reason === 'closed') return null
  if (reason === 'fault') return { kind: 'remote-close', code: 'SRT_INTERNAL', message: 'a fault in Sluice ended the connection' }
  if (reason === 'peer-shutdown') return { kind: 'remote-close', code: 'SRT_PEER_SHUTDOWN', message: 'the far end ended the connection' }
  return { kind: 'stall', code: 'SRT_IDLE_TIMEOUT', message: `nothing arrived from the far end for ${idleTimeoutMs / 1000} s` }
}
