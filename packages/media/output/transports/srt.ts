import type { Clock } from '@sluice/base/clock'
import { type Failure, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import {
  openSrtCaller,
  openSrtRendezvous,
  openSrtServer,
  parseSrtUrl,
  type SrtConnection,
  SrtRejectCode,
  type SrtServer,
  type SrtStats,
  type SrtUrl,
} from '@sluice/protocols/srt'
import type { OutputTarget } from '../output-target.ts'
import type { OpenTransport, OutputConnection, TransportEvents } from '../transport.ts'
import { tsFormat } from '../wire/ts-format.ts'
import type { WireFormat } from '../wire/wire-format.ts'
import { type SrtSink, srtSink } from './srt-sink.ts'

type Place = Pick<OutputTarget, 'url' | 'streamKey'>
type Parts = { readonly clock: Clock; readonly log: Logger; readonly isAllowedAddress?: (address: string) => boolean }

/** What SRT's header and IP and UDP headers add to each datagram, as its byte counters have it. Spec: draft-sharabayko-srt-01 §3.1 */
const headerBytes = 44

/** Pushes MPEG-TS to `srt://`: calls a listener, waits for a caller (`mode=listener`), or meets one (`mode=rendezvous`). */
export function srtTransport(parts: Parts): OpenTransport<Place> {
  return (target, events) => {
    const settings = settingsOf(target)
    if ('kind' in settings) return failSoon(parts.clock, events, settings)
    return settings.mode === 'listener' ? listen(parts, settings, events) : call(parts, settings, events)
  }
}

/** The stream key is the stream id; one in the address is taken when there is no key. */
function settingsOf(target: Place): SrtUrl | Failure {
  try {
    const url = parseSrtUrl(target.url)
    return target.streamKey === '' ? url : { ...url, streamId: target.streamKey }
  } catch (error) {
    return failureOf(error)
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof SluiceError) return { kind: 'handshake', code: error.code, message: error.message }
  return { kind: 'tcp', code: 'SRT_SOCKET', message: error instanceof Error ? error.message : 'the UDP socket failed' }
}

function failSoon(clock: Clock, events: TransportEvents, failure: Failure): { close(): void } {
  const timer = clock.after(0, () => events.onClose(failure))
  return { close: () => timer.cancel() }
}

function call(parts: Parts, settings: SrtUrl, events: TransportEvents): { close(): void } {
  const open = settings.mode === 'rendezvous' ? openSrtRendezvous : openSrtCaller
  try {
    return open({
      ...settings,
      mode: 'send',
      clock: parts.clock,
      log: parts.log,
      isAllowedAddress: parts.isAllowedAddress,
      handler: {
        onReady: (connection) => events.onReady(new SrtOutput(connection, parts.clock)),
        onClose: (failure) => {
          if (failure !== null) events.onClose(failure)
        },
      },
    })
  } catch (error) {
    return failSoon(parts.clock, events, failureOf(error))
  }
}

/** Opens a port for this output alone and takes one caller at a time, who asks for the stream with the right id and passphrase. */
function listen(parts: Parts, settings: SrtUrl, events: TransportEvents): { close(): void } {
  let server: SrtServer | null = null
  let isClosed = false
  let isTaken = false
  const onRequest = (request: { streamId: string }) => {
    if (isTaken) return { accept: false as const, code: SrtRejectCode.conflict }
    if (settings.streamId !== '' && request.streamId !== settings.streamId)
      return { accept: false as const, code: SrtRejectCode.unauthorized }
    return { accept: true as const, ...settings, onConnection }
  }
  const onConnection = (connection: SrtConnection): void => {
    isTaken = true
    connection.onClose = () => {
      events.onClose({ kind: 'remote-close', code: 'SRT_CLOSED', message: 'the caller has gone; waiting for the next one' })
    }
    events.onReady(new SrtOutput(connection, parts.clock))
  }
  const host = settings.host === '' ? undefined : settings.host
  openSrtServer({ port: settings.port, host, clock: parts.clock, log: parts.log, handler: { onRequest } }).then(
    (opened) => {
      server = opened
      if (isClosed) void opened.close()
    },
    (error: unknown) => {
      if (!isClosed) events.onClose(failureOf(error))
    },
  )
  return {
    close() {
      isClosed = true
      void server?.close()
    },
  }
}

class SrtOutput implements OutputConnection {
  readonly sink: SrtSink
  readonly wireKey = 'ts'
  readonly #connection: SrtConnection

  constructor(connection: SrtConnection, clock: Clock) {
    this.#connection = connection
    this.sink = srtSink(connection, clock)
  }

  makeFormat(): WireFormat {
    return tsFormat()
  }

  get bytesSent(): number {
    return this.sink.bytesWritten
  }
  get lastProgressMs(): number {
    return this.#connection.lastAckAtMs
  }
  get ackedBytes(): number {
    return ackedBytes(this.sink.bytesWritten, this.#connection.stats())
  }
  get lastAckMs(): number {
    return this.#connection.lastAckAtMs
  }
  get srtStats(): SrtStats {
    return this.#connection.stats()
  }

  close(): void {
    this.#connection.close()
  }
}

/** What was written, does not wait for its acknowledgement any more and was not dropped as too late for it. */
function ackedBytes(written: number, stats: SrtStats): number {
  const waiting = stats.byteSndBuf - stats.pktSndBuf * headerBytes
  const dropped = stats.byteSndDropTotal - stats.pktSndDropTotal * headerBytes
  return Math.max(0, written - Math.max(0, waiting) - Math.max(0, dropped))
}
