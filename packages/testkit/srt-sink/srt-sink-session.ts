import type { SrtConnection } from '@sluice/protocols/srt'

type Handlers = { onPayload?: ((payload: Uint8Array) => void) | undefined; onClose: (reason: string) => void }

/** What came from one accepted caller. */
export class SrtSinkSession {
  /** A secret. */
  readonly streamId: string
  /** The caller's SRT version: `1.5.4`. */
  readonly peerVersion: string
  readonly remotePort: number
  bytes = 0
  payloads = 0
  /** Why it is over, or null. */
  ended: string | null = null
  readonly #connection: SrtConnection

  constructor(connection: SrtConnection, handlers: Handlers) {
    this.streamId = connection.streamId
    this.peerVersion = connection.peerVersion
    this.remotePort = connection.remotePort
    this.#connection = connection
    connection.onPayload = (payload) => {
      this.bytes += payload.length
      this.payloads++
      handlers.onPayload?.(payload)
    }
    connection.onClose = (reason) => {
      this.ended = reason
      handlers.onClose(reason)
    }
  }

  /** Ends the connection in good order. */
  close(): void {
    this.#connection.abort()
  }
}
