import type { LookupFunction } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { readAddress } from '@sluice/base/address'
import type { Clock } from '@sluice/base/clock'
import type { SluiceError } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { CapsEx, openRtmpPublisher, type RtmpPublisher, type SocketEnds } from '@sluice/protocols/rtmp'
import type { OutputTarget } from '../output-target.ts'
import type { TakenSample } from '../taken-watch.ts'
import type { OpenTransport, OutputConnection } from '../transport.ts'
import { rtmpFormat, rtmpWireKey } from '../wire/rtmp-format.ts'

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
        onReady: (publisher) => events.onReady(connectionOf(publisher, parts.lookTaken)),
        onClose: (failure) => events.onClose(failure),
      },
    })
}

function connectionOf(publisher: RtmpPublisher, lookTaken: LookTaken | undefined): OutputConnection {
  const { messageStreamId, peer } = publisher
  const isMultitrack = peer !== null && (peer.capsEx & CapsEx.multitrack) !== 0
  // Many servers take Enhanced RTMP and never say so: one that names no codec is not refused any.
  const fourCcs = peer === null || peer.fourCcs.length === 0 ? ['*'] : peer.fourCcs
  const dialect = { messageStreamId, fourCcs, isMultitrack, isPublishing: true }
  return {
    wireKey: rtmpWireKey(dialect),
    makeFormat: () => rtmpFormat(dialect),
    write: (bytes) => publisher.write(bytes),
    get queuedBytes() {
      return publisher.queuedBytes
    },
    get bytesSent() {
      return publisher.bytesSent
    },
    get lastProgressMs() {
      return publisher.lastProgressAtMs
    },
    get ackedBytes() {
      return publisher.hasAcked ? publisher.ackedBytes : null
    },
    get lastAckMs() {
      return publisher.lastAckAtMs
    },
    lookTaken() {
      const { ends } = publisher
      return ends === null ? null : (lookTaken?.(ends, () => publisher.bytesFlushed) ?? null)
    },
    get sentTo() {
      return publisher.sentTo
    },
    srtStats: null,
    close: () => publisher.close(),
  }
}
