import type { Clock } from '@sluice/base/clock'
import { tsDatagramBytes } from '@sluice/containers/mpegts'
import type { SrtConnection } from '@sluice/protocols/srt'
import type { WireSink } from '../fan-out-member.ts'

/** An SRT connection as a place to write MPEG-TS to. `bytesWritten`: what its send buffer took, `bytesDropped`: what it would not. */
export type SrtSink = WireSink & { readonly bytesWritten: number; readonly bytesDropped: number }

/**
 * SRT keeps what is sent until the far end has acknowledged it, and drops what is too late by itself. So its queue is known in
 * milliseconds, and made into bytes by the mean rate so far.
 */
export const srtSink = (connection: SrtConnection, clock: Clock): SrtSink => new ConnectionSink(connection, clock)

class ConnectionSink implements SrtSink {
  readonly #connection: SrtConnection
  readonly #clock: Clock
  readonly #startMs: number
  bytesWritten = 0
  bytesDropped = 0

  constructor(connection: SrtConnection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
    this.#startMs = clock.nowMs()
  }

  write(bytes: Uint8Array): void {
    const queuedBytes = this.#connection.sendAll(bytes, tsDatagramBytes)
    this.bytesWritten += queuedBytes
    this.bytesDropped += bytes.length - queuedBytes
  }

  get queuedBytes(): number {
    return Math.round((this.bytesWritten * this.#connection.queuedMs) / Math.max(1000, this.#clock.nowMs() - this.#startMs))
  }
}
