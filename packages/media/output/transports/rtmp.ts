import type { LookupFunction } from 'node:net'
import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import { CapsEx, openRtmpPublisher, type RtmpPublisher } from '@sluice/protocols/rtmp'
import type { OutputTarget } from '../output-target.ts'
import type { OpenTransport, OutputConnection } from '../transport.ts'
import { rtmpFormat, rtmpWireKey } from '../wire/rtmp-format.ts'

/** Pushes to `rtmp://` and `rtmps://`. `lookup` decides which addresses may be reached. */
export function rtmpTransport(parts: { clock: Clock; log: Logger; lookup?: LookupFunction }): OpenTransport<OutputTarget> {
  return (target, events) =>
    openRtmpPublisher({
      url: target.url,
      streamKey: target.streamKey,
      clock: parts.clock,
      log: parts.log,
      enhanced: true,
      tls: { verify: target.tlsVerify },
      ...(parts.lookup === undefined ? {} : { lookup: parts.lookup }),
      handler: {
        onReady: (publisher) => events.onReady(connectionOf(publisher)),
        onClose: (failure) => events.onClose(failure),
      },
    })
}

function connectionOf(publisher: RtmpPublisher): OutputConnection {
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
    srtStats: null,
    close: () => publisher.close(),
  }
}
