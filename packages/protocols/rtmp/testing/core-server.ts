import { concatBytes } from '@sluice/base/bytes'
import { type AmfValue, type AmfWritable, writeAmf0 } from '../amf0/index.ts'
import { ChunkReader } from '../chunk/reader.ts'
import { writeChunks } from '../chunk/writer.ts'
import { ChunkStreamId, MessageType } from '../constants.ts'
import { defaultRtmpLimits, type RtmpLimits } from '../limits.ts'
import { type Command, readCommand } from '../message/command.ts'
import { readSetChunkSize } from '../message/set-chunk-size.ts'
import type { Outbox } from '../session/message-link.ts'
import { ServerCore, type ServerCoreHost, type StreamRequest } from '../session/server-core.ts'
import type { PlayVerdict, PublishVerdict, RtmpCloseReason } from '../types.ts'
import type { MediaKind } from '../wire.ts'

/** A handshake as a client of the simple form sends it: C0, C1 and C2 at once. */
export function simpleHandshake(): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * 1536)
  bytes[0] = 3
  return bytes
}

/** One command as wire bytes of chunk size 128. */
export const commandWire = (name: string, transactionId: number, args: readonly AmfWritable[], messageStreamId = 0): Uint8Array =>
  messageWire(MessageType.commandAmf0, writeAmf0([name, transactionId, ...args]), messageStreamId)

export const messageWire = (type: number, body: Uint8Array, messageStreamId = 0, timestampMs = 0): Uint8Array =>
  writeChunks(ChunkStreamId.command, type, timestampMs, messageStreamId, [body], 128)

export const connectWire = (object: { [name: string]: AmfValue } = {}): Uint8Array =>
  commandWire('connect', 1, [{ app: 'live', tcUrl: 'rtmp://h/live', flashVer: 'test', ...object }])

/** All that a client sends up to its publish. */
export const publishWire = (name = 'key'): Uint8Array =>
  concatBytes([
    simpleHandshake(),
    connectWire(),
    commandWire('createStream', 4, [null]),
    commandWire('publish', 5, [null, name, 'live'], 1),
  ])

export const playWire = (name = 'key'): Uint8Array =>
  concatBytes([simpleHandshake(), connectWire(), commandWire('createStream', 2, [null]), commandWire('play', 3, [null, name], 1)])

/** A server core with a host that notes what it is told. Verdicts are given at once unless `late`. */
export class CoreServer implements ServerCoreHost {
  readonly core: ServerCore
  readonly requests: StreamRequest[] = []
  readonly media: { kind: MediaKind; timestampMs: number; bytes: number }[] = []
  readonly leftOut: { what: 'broken' | 'unknown'; name: string }[] = []
  readonly said: { type: number; body: Uint8Array }[] = []
  readonly ends: RtmpCloseReason[] = []
  readonly sinkEnds: RtmpCloseReason[] = []
  readonly playEnds: RtmpCloseReason[] = []
  readEnds = 0
  sentBytes = 0
  publishVerdict: PublishVerdict | 'late'
  playVerdict: PlayVerdict | 'late' = { accept: true, onReady: () => {} }
  readonly #reader: ChunkReader
  #skipBytes = 1 + 2 * 1536

  readonly outbox?: Outbox
  readonly #onSent: (wire: Uint8Array) => void

  /** `outbox`: notes what is sent, and says what of it was read. */
  constructor(options: { limits?: Partial<RtmpLimits>; nowMs?: number; outbox?: Outbox & { send(wire: Uint8Array): void } } = {}) {
    const { outbox } = options
    if (outbox !== undefined) this.outbox = outbox
    this.#onSent = (wire) => outbox?.send(wire)
    this.core = new ServerCore({ limits: { ...defaultRtmpLimits, ...options.limits }, nowMs: options.nowMs ?? 0, host: this })
    this.publishVerdict = { accept: true, sink: this.makeSink() }
    this.#reader = new ChunkReader({
      maxChunkStreams: 64,
      maxPartialBytes: () => 1 << 24,
      maxBodyBytes: () => 1 << 24,
      onMessage: (type, _timestampMs, _messageStreamId, body) => {
        if (type === MessageType.setChunkSize) this.#reader.setChunkBytes(readSetChunkSize(body).chunkBytes)
        this.said.push({ type, body })
      },
    })
  }

  makeSink(): (PublishVerdict & { accept: true })['sink'] {
    return {
      onMessage: (kind, timestampMs, body) => this.media.push({ kind, timestampMs, bytes: body.length }),
      onLeftOut: (what, name) => this.leftOut.push({ what, name }),
      onReadEnd: () => this.readEnds++,
      onClose: (reason) => this.sinkEnds.push(reason),
    }
  }

  /** Commands that the server sent, in order. */
  get commands(): Command[] {
    return this.said.filter(({ type }) => type === MessageType.commandAmf0).map(({ body }) => readCommand(body))
  }

  /** Status codes that the server sent, in order. */
  get statusCodes(): string[] {
    return this.commands.filter(({ name }) => name === 'onStatus').map(({ args }) => String((args[1] as { code?: unknown }).code))
  }

  send(wire: Uint8Array): void {
    this.sentBytes += wire.length
    this.#onSent(wire)
    const skip = Math.min(this.#skipBytes, wire.length)
    this.#skipBytes -= skip
    this.#reader.push(wire.subarray(skip))
  }

  onPublishRequest(request: StreamRequest): void {
    this.requests.push(request)
    if (this.publishVerdict !== 'late') this.core.answerPublish(this.publishVerdict)
  }

  onPlayRequest(request: StreamRequest): void {
    this.requests.push(request)
    if (this.playVerdict !== 'late') this.core.answerPlay(this.playVerdict)
  }

  onPlayReady(): void {}

  onPlayEnd(reason: RtmpCloseReason): void {
    this.playEnds.push(reason)
  }

  onEnd(reason: RtmpCloseReason): void {
    this.ends.push(reason)
  }
}
