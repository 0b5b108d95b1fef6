import type { Clock } from '@sluice/base/clock'
import { splitDatagrams } from '@sluice/containers/mpegts'
import type { SrtConnection } from '@sluice/protocols/srt'
import type { WireSink } from '../fan-out-member.ts'

/** An SRT connection as a place to write MPEG-TS to. `bytesWritten`: what its send buffer took, `bytesDropped`: what it would not. */
export type SrtSink = WireSink & { readonly bytesWritten: number; readonly bytesDropped: number }

/**
 * SRT keeps what is sent until the far end has acknowledged it, and drops what is too late by itself. So its queue is known in
 * milliseconds, and made into bytes by the mean rate so far.
 */
export function srtSink(connection: SrtConnection, clock: Clock): SrtSink {
  const startMs = clock.nowMs()
  let bytesWritten = 0
  let bytesDropped = 0
  return {
    write(bytes) {
      for (const datagram of splitDatagrams(bytes)) {
        if (connection.send(datagram) === 'dropped') bytesDropped += datagram.length
        else bytesWritten += datagram.length
      }
    },
    get bytesWritten() {
      return bytesWritten
    },
    get bytesDropped() {
      return bytesDropped
    },
    get queuedBytes() {
      return Math.round((bytesWritten * connection.queuedMs) / Math.max(1000, clock.nowMs() - startMs))
    },
  }
}
