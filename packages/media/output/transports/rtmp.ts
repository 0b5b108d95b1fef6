import type { LookupFunction } from 'node:net'
import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import { openRtmpPublisher, type RtmpPublisher } from '@sluice/protocols/rtmp'
import type { OutputTarget } from '../runner.ts'
import type { OpenTransport, OutputConnection } from '../transport.ts'
import { rtmpFormat } from '../wire/rtmp-format.ts'

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
  const { messageStreamId } = publisher
  // A far end that names no fourCC speaks classic RTMP; one that does takes HEVC, AV1 and Opus too.
  const isEnhanced = publisher.peer !== null && publisher.peer.fourCcs.length > 0
  return {
    wireKey: `rtmp:${messageStreamId}:${isEnhanced ? 'enhanced' : 'classic'}`,
    makeFormat: () => rtmpFormat({ messageStreamId, isEnhanced, isPublishing: true }),
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
