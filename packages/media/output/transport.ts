import type { Failure } from '@sluice/base/errors'
import type { SrtStats } from '@sluice/protocols/srt'
import type { WireSink } from './fan-out-member.ts'
import type { TakenSample } from './intake-monitor.ts'
import type { WireFormat } from './wire/wire-format.ts'

/** An open connection that takes media, whatever its protocol. */
export interface OutputConnection {
  /** Where media is written, with nothing between it and the protocol: a fan-out calls it for each flush. */
  readonly sink: WireSink
  /** Connections of the same wire key share one fan-out and its bytes. */
  readonly wireKey: string
  makeFormat(): WireFormat
  readonly bytesSent: number
  readonly lastProgressMs: number
  /** What the far end says it has received; null while it never said. */
  readonly ackedBytes: number | null
  readonly lastAckMs: number | null
  /** The newest look at what the kernel holds, null when there is none. It is looked while somebody asks, so ask only when in doubt. */
  lookTaken?(): TakenSample | null
  /** Asks for an acknowledgement after each so many bytes from now on. Absent: the protocol acknowledges in a rhythm of its own. */
  askAcks?(windowBytes: number): void
  /** Scheme, host and port that the server sent the connection on to; absent or null: it stayed. */
  readonly sentTo?: string | null
  /** Null for other protocols. */
  readonly srtStats: SrtStats | null
  /** Ends in good order. `onClose` does not follow. */
  close(): void
}

/** `onClose` comes at most once, before or after `onReady`, never after `close()`. */
export type TransportEvents = { onReady(connection: OutputConnection): void; onClose(failure: Failure): void }

/** Opens a connection to the far end, never calling back before it returned; `close` on the answer ends it at any stage without another call back. */
export type OpenTransport<Target> = (target: Target, events: TransportEvents) => { close(): void }
