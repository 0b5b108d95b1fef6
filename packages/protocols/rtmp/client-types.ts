import type { LookupFunction } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Clock } from '@sluice/base/clock'
import type { Failure, SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import type { AmfObject } from './amf0/index.ts'
import type { EnhancedCapabilities } from './command/enhanced.ts'
import type { RtmpDump } from './dump.ts'
import type { RtmpLimits } from './limits.ts'
import type { RtmpSink } from './types.ts'

/** Where to, and how. Neither `url` nor `streamKey` is ever logged or put into a message. */
export type RtmpClientOptions = {
  /** `rtmp(s)://[user:password@]host[:port]/app`, without the key. User and password answer Adobe's or Limelight's authmod. */
  url: string
  /** Publish's or play's name, sent byte for byte, its own query included. White space is refused. */
  streamKey: string
  clock: Clock
  log: Logger
  tls?: { verify: boolean; ca?: string; servername?: string; secureContext?: SecureContext }
  localAddress?: string
  /** For all from the name's lookup to the server's yes. Default 10000. */
  connectTimeoutMs?: number
  /** Finds the address, and may refuse it by an error. */
  lookup?: LookupFunction
  /** Says no to a host that a server sends us on to; literal addresses are never looked up. */
  refuseHost?: (host: string) => SluiceError | null
  /** Name our Enhanced RTMP codecs in connect. Default true. */
  enhanced?: boolean
  /** More properties for connect's object, after ours; same names win. */
  extras?: AmfObject
  /** A Unix socket to connect to instead of the URL's host and port. */
  socketPath?: string
  limits?: Partial<RtmpLimits>
  dump?: RtmpDump
}

export type RtmpPublisherOptions = RtmpClientOptions & {
  /** See RtmpPublisher.announceAckWindow. Default 262144. */
  ackWindowBytes?: number
  /** A trial: ready when the server has answered connect. Neither the key nor a publish is sent, nor may media be. */
  onlyConnect?: boolean
  handler: {
    /** The server said yes: write. Once at most. */
    onReady(publisher: RtmpPublisher): void
    /** It is over, or never began; once, and not after our own `close`. */
    onClose(failure: Failure): void
  }
}

export type RtmpPlayerOptions = RtmpClientOptions & {
  /** A server that sends no byte for so long once it said yes is given up. Default: it is waited for. */
  idleTimeoutMs?: number
  /** Takes the media. Its onClose comes exactly once, our own `close` included, and before the handler's. */
  sink: RtmpSink
  handler: {
    onReady?(player: RtmpPlayerClient): void
    onClose(failure: Failure): void
  }
}

/** Both ends of a TCP connection. Addresses as the system writes them. */
export type SocketEnds = {
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
}

/** One publishing connection. Times are on the clock's monotonic scale. */
export interface RtmpPublisher {
  readonly messageStreamId: number
  /** What the server said of Enhanced RTMP; null when nothing, which servers that take it may do as well. */
  readonly peer: EnhancedCapabilities | null
  /** Hands bytes of `writeMediaMessage` to the socket: they may be shared with other publishers. Before ready and after the end it does nothing. */
  write(wire: Uint8Array): void
  /** Bytes that the kernel has not taken yet. */
  readonly queuedBytes: number
  /** The socket's descriptor while bytes may go there past `write` in this turn of the event loop, else -1. */
  readonly directFd: number
  /** The kernel has taken so many of `wire` by `directFd`; the rest is sent. */
  afterDirect(wire: Uint8Array, takenBytes: number): void
  /** Bytes handed to the socket, the handshake's included. */
  readonly bytesSent: number
  /** Of these, what the kernel took. */
  readonly bytesFlushed: number
  /** Of these, what the server acknowledged. */
  readonly ackedBytes: number
  /** The server acknowledges at all: some never do. */
  readonly hasAcked: boolean
  readonly lastAckAtMs: number | null
  /** When an acknowledgement came or the kernel was last seen to take bytes. */
  readonly lastProgressAtMs: number
  /** Scheme, host and port that the server sent the connection on to; null: it stayed. */
  readonly sentTo: string | null
  /** Of the connection as it stands; null before and after. */
  readonly ends: SocketEnds | null
  /** Asks for an acknowledgement after each so many bytes from now on. */
  announceAckWindow(windowBytes: number): void
  /** FCUnpublish, deleteStream, FIN; no further call of the handler. */
  close(): void
  /** As a cut would end it: nothing is said. No further call of the handler. */
  abort(): void
}

/** One pulling connection. */
export interface RtmpPlayerClient {
  readonly messageStreamId: number
  readonly peer: EnhancedCapabilities | null
  readonly bytesReceived: number
  /** Of the server; '' before there is a connection. */
  readonly remoteAddress: string
  /** Scheme, host and port that the server sent the connection on to; null: it stayed. */
  readonly sentTo: string | null
  close(): void
}
