import type { Socket } from 'node:net'
import type { MediaKind, PublishRequest, RtmpCloseReason, RtmpServerSession, RtmpSink } from '@sluice/protocols/rtmp'

/** One message as it came: an FLV tag body, or AMF0 for data. */
export type SinkMessage = { readonly kind: MediaKind; readonly timestampMs: number; readonly body: Uint8Array; readonly atMs: number }

type Parts = {
  readonly socket: Socket
  readonly session: RtmpServerSession
  readonly isRecording: boolean
  readonly stall: () => void
  readonly nowMs: () => number
  readonly onMessage?: ((session: SinkSession, message: SinkMessage) => void) | undefined
  readonly onClose?: ((session: SinkSession, reason: RtmpCloseReason) => void) | undefined
}

/** What came from one accepted publisher, and the handles to treat it badly. */
export class SinkSession implements RtmpSink {
  readonly app: string
  /** With its query; a query of the app stands before it. */
  readonly streamKey: string
  readonly encoder: string
  /** Tells connections apart: a publisher that goes on has the same one. */
  readonly remotePort: number
  /** In order of arrival; empty when the sink does not record. */
  readonly messages: SinkMessage[] = []
  readonly counts: Record<MediaKind, number> = { audio: 0, video: 0, data: 0 }
  bytes = 0
  /** Why it is over, or null. */
  ended: RtmpCloseReason | null = null
  readonly #socket: Socket
  readonly #session: RtmpServerSession
  readonly #isRecording: boolean
  readonly #stall: () => void
  readonly #nowMs: () => number
  readonly #onMessage: Parts['onMessage']
  readonly #onClose: Parts['onClose']

  constructor(request: PublishRequest, parts: Parts) {
    this.app = request.app
    this.streamKey = request.query === '' ? request.name : `${request.name}?${request.query}`
    this.encoder = request.encoder
    this.remotePort = request.remotePort
    this.#socket = parts.socket
    this.#session = parts.session
    this.#isRecording = parts.isRecording
    this.#stall = parts.stall
    this.#nowMs = parts.nowMs
    this.#onMessage = parts.onMessage
    this.#onClose = parts.onClose
  }

  onMessage(kind: MediaKind, timestampMs: number, body: Uint8Array): void {
    this.counts[kind]++
    this.bytes += body.length
    if (!this.#isRecording && this.#onMessage === undefined) return
    const message = { kind, timestampMs, body, atMs: this.#nowMs() }
    if (this.#isRecording) this.messages.push(message)
    this.#onMessage?.(this, message)
  }

  onClose(reason: RtmpCloseReason): void {
    this.ended = reason
    this.#onClose?.(this, reason)
  }

  /** Reads nothing more, and keeps the connection. */
  stall(): void {
    this.#stall()
  }

  /** Cuts the connection by RST. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  /** Sends FIN and goes on reading. */
  halfClose(): void {
    this.#socket.end()
  }

  /** Ends the session in good order, with `message` for the publisher. */
  close(message: string): void {
    this.#session.close(message)
  }
}
