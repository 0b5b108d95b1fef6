import type { LookupFunction } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { readAddress } from '@sluice/base/address'
import type { Clock } from '@sluice/base/clock'
import type { SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { CapsEx, openRtmpPublisher, type RtmpPublisher, type SocketEnds } from '@sluice/protocols/rtmp'
import type { TakenSample } from '../intake-monitor.ts'
import type { OutputTarget } from '../output-target.ts'
import type { OpenTransport, OutputConnection } from '../transport.ts'
import { type RtmpDialect, rtmpFormat, rtmpWireKey } from '../wire/rtmp-format.ts'
import type { WireFormat } from '../wire/wire-format.ts'

/** Looks at what the kernel holds of a connection, null when nothing is known yet. `flushedBytes`: what it was given so far. */
export type LookTaken = (ends: SocketEnds, flushedBytes: () => number) => TakenSample | null

type Parts = {
  readonly clock: Clock
  readonly log: Logger
  /** Decides which addresses may be reached. */
  readonly lookup?: LookupFunction
  /** The same for addresses that a server sends us on to. */
  readonly refuseHost?: (host: string) => SluiceError | null
  readonly lookTaken?: LookTaken | undefined
}

/** Pushes to `rtmp://` and `rtmps://`. */
export function rtmpTransport(parts: Parts): OpenTransport<OutputTarget> {
  // Made at the first RTMPS output and shared from then on: making one reads all trusted roots, which takes as long as the connect.
  let secureContext: SecureContext | null = null
  const tlsOf = ({ url, tlsVerify: verify }: OutputTarget) => {
    if (readAddress(url)?.scheme !== 'rtmps') return { verify }
    secureContext ??= createSecureContext()
    return { verify, secureContext }
  }
  return (target, events) =>
    openRtmpPublisher({
      url: target.url,
      streamKey: target.streamKey,
      clock: parts.clock,
      log: parts.log,
      enhanced: true,
      tls: tlsOf(target),
      ...(parts.lookup === undefined ? {} : { lookup: parts.lookup }),
      ...(parts.refuseHost === undefined ? {} : { refuseHost: parts.refuseHost }),
      handler: {
        onReady: (publisher) => events.onReady(new RtmpOutput(publisher, target.isMultitrack === true, parts.lookTaken)),
        onClose: (failure) => events.onClose(failure),
      },
    })
}

/** All RTMP and RTMPS outputs are of this one shape; what a flush touches is the publisher itself. */
class RtmpOutput implements OutputConnection {
  readonly sink: RtmpPublisher
  readonly wireKey: string
  readonly srtStats = null
  readonly #dialect: RtmpDialect
  readonly #lookTaken: LookTaken | undefined

  constructor(publisher: RtmpPublisher, isMultitrack: boolean, lookTaken: LookTaken | undefined) {
    this.sink = publisher
    this.#dialect = dialectOf(publisher, isMultitrack)
    this.wireKey = rtmpWireKey(this.#dialect)
    this.#lookTaken = lookTaken
  }

  makeFormat(): WireFormat {
    return rtmpFormat(this.#dialect)
  }

  get bytesSent(): number {
    return this.sink.bytesSent
  }
  get lastProgressMs(): number {
    return this.sink.lastProgressAtMs
  }
  get ackedBytes(): number | null {
    return this.sink.hasAcked ? this.sink.ackedBytes : null
  }
  get lastAckMs(): number | null {
    return this.sink.lastAckAtMs
  }
  get sentTo(): string | null {
    return this.sink.sentTo
  }

  lookTaken(): TakenSample | null {
    const { ends } = this.sink
    return ends === null ? null : (this.#lookTaken?.(ends, () => this.sink.bytesFlushed) ?? null)
  }

  askAcks(windowBytes: number): void {
    this.sink.announceAckWindow(windowBytes)
  }

  close(): void {
    this.sink.close()
  }
}

function dialectOf({ messageStreamId, peer }: RtmpPublisher, isAsked: boolean): RtmpDialect {
  const isMultitrack = isAsked || (peer !== null && (peer.capsEx & CapsEx.multitrack) !== 0)
  // Many servers take Enhanced RTMP and never say so: one that names no codec is not refused any.
  const fourCcs = peer === null || peer.fourCcs.length === 0 ? ['*'] : peer.fourCcs
  return { messageStreamId, fourCcs, isMultitrack, isPublishing: true }
}
