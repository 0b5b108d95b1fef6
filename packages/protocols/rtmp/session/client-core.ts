import type { Failure } from '@sluice/base/errors'
import type { AmfObject } from '../amf0/index.ts'
import { connectObject, readConnectResult } from '../command/connect.ts'
import type { EnhancedCapabilities } from '../command/enhanced.ts'
import { classifyRefusal, endOfPlay, maskOf, type RefusalPhase } from '../command/refusal.ts'
import { readStatus, type Status } from '../command/status.ts'
import { wireChunkBytes } from '../constants.ts'
import { ClientHandshake } from '../handshake/client-handshake.ts'
import type { RtmpLimits } from '../limits.ts'
import type { Command } from '../message/command.ts'
import { UserControlEvent } from '../message/user-control.ts'
import type { MediaKind } from '../wire.ts'
import { MessageLink, type Outbox } from './message-link.ts'

/** Transaction ids of our calls: one call of each kind a connection. */
const Transaction = { connect: 1, releaseStream: 2, fcPublish: 3, createStream: 4, start: 5 } as const

/** How much a player tells the server to keep ready. Live servers pass over it; FMS starts sooner with it. */
const playerBufferMs = 1000

export type ClientCoreState = 'handshake' | 'connecting' | 'creating' | 'starting' | 'live' | 'closed'

export type ClientCoreOptions = {
  role: 'publish' | 'play'
  app: string
  tcUrl: string
  /** Publish's or play's name, byte for byte, with its own query. */
  streamName: string
  enhanced: boolean
  extras: AmfObject
  ackWindowBytes: number
  /** Is ready as soon as connect was answered, and goes no further. */
  onlyConnect?: boolean
  limits: RtmpLimits
  host: ClientCoreHost
}

/** What the core needs from its owner. All calls come from inside `start`, `push` or `close`. */
export interface ClientCoreHost {
  send(wire: Uint8Array): void
  readonly outbox?: Outbox
  onReady(messageStreamId: number): void
  /** Players only. `body` is the callee's. */
  onMedia(kind: MediaKind, timestampMs: number, body: Uint8Array): void
  /** Players only: a message beside the media was left out. */
  onLeftOut?(what: 'broken' | 'unknown', name: string): void
  /** The server has received so many bytes, as it counts. */
  onAcknowledged(receivedBytes: number): void
  /** The server refused; `status` is what it said, for those who can answer a challenge. Last call. */
  onFailure(failure: Failure, status: Status): void
  /** The server asks us to connect anew (Enhanced RTMP), now or soon. */
  onReconnectRequest?(): void
}

/** The client's side of one connection, publisher or player, without socket and timer. `push` throws WireError. */
export class ClientCore {
  readonly #options: ClientCoreOptions
  readonly #host: ClientCoreHost
  readonly #mask: (text: string) => string
  readonly #handshake: ClientHandshake
  readonly #link: MessageLink
  #state: ClientCoreState = 'handshake'
  #messageStreamId = 0
  #peer: EnhancedCapabilities | null = null

  constructor(options: ClientCoreOptions) {
    this.#options = options
    this.#host = options.host
    this.#mask = maskOf(options.streamName)
    this.#handshake = new ClientHandshake((wire) => this.#host.send(wire))
    this.#link = new MessageLink(options.limits, {
      send: (wire) => this.#host.send(wire),
      outbox: options.host.outbox,
      onCommand: (command) => this.#onCommand(command),
      onMedia: (kind, timestampMs, _messageStreamId, body) => this.#onMedia(kind, timestampMs, body),
      onUserControl: (message) => this.#onUserControl(message.event),
      onBroken: (name) => this.#onBroken(name),
      onUnknown: (name) => this.#host.onLeftOut?.('unknown', name),
      onAcknowledged: (receivedBytes) => this.#host.onAcknowledged(receivedBytes),
    })
  }

  get state(): ClientCoreState {
    return this.#state
  }

  get messageStreamId(): number {
    return this.#messageStreamId
  }

  /** What the server said of Enhanced RTMP; null when nothing. */
  get peer(): EnhancedCapabilities | null {
    return this.#peer
  }

  /** The connection stands: begins the handshake. */
  start(): void {
    this.#handshake.start()
  }

  push(bytes: Uint8Array, nowMs: number): void {
    if (this.#state === 'closed') return
    let at = 0
    if (this.#state === 'handshake') {
      at = this.#handshake.push(bytes)
      this.#link.countReceived(at)
      if (!this.#handshake.isDone) return
      this.#sendConnect()
    }
    if (at < bytes.length) this.#link.push(at === 0 ? bytes : bytes.subarray(at), nowMs)
  }

  /** Asks the server to acknowledge after each so many bytes from now on. */
  announceAckWindow(windowBytes: number): void {
    if (this.#state !== 'closed' && this.#state !== 'handshake') this.#link.announceAckWindow(windowBytes)
  }

  /** Says goodbye as the server expects it from our role. The owner closes the socket after what was sent. */
  close(): void {
    if (this.#state === 'live' || this.#state === 'starting') {
      if (this.#options.role === 'publish') this.#link.sendCommand('FCUnpublish', 0, [null, this.#options.streamName])
      this.#link.sendCommand('deleteStream', 0, [null, this.#messageStreamId])
    }
    this.#state = 'closed'
  }

  #sendConnect(): void {
    const { app, tcUrl, role, enhanced, extras } = this.#options
    this.#state = 'connecting'
    this.#link.sendCommand('connect', Transaction.connect, [
      connectObject({ app, tcUrl, isPublisher: role === 'publish', enhanced, extras }),
    ])
  }

  #onCommand(command: Command): void {
    if (this.#state === 'closed') return
    switch (command.name) {
      case '_result':
        this.#onResult(command)
        break
      case '_error':
        this.#onError(command)
        break
      case 'onStatus':
        this.#onStatus(command)
        break
      case 'close':
        this.#fail({ level: 'error', code: 'NetConnection.Connect.Closed', description: 'the server said close', properties: {} })
        break
      case '_onbwcheck':
        this.#link.sendCommand('_result', command.transactionId, [null, 0])
        break
      default:
        break // onBWDone, onFCPublish, onFCSubscribe, vendors' own
    }
  }

  #onResult(command: Command): void {
    if (this.#state === 'connecting' && command.transactionId === Transaction.connect) {
      this.#peer = readConnectResult(command.args)
      this.#state = 'creating'
      if (this.#options.onlyConnect === true) {
        this.#host.onReady(0)
        return
      }
      // Behind connect, as ffmpeg has it. OBS announces its chunk size before, but says nothing of a window there.
      this.#link.announceChunkBytes(wireChunkBytes)
      this.#link.announceAckWindow(this.#options.ackWindowBytes)
      if (this.#options.role === 'publish') {
        this.#link.sendCommand('releaseStream', Transaction.releaseStream, [null, this.#options.streamName])
        this.#link.sendCommand('FCPublish', Transaction.fcPublish, [null, this.#options.streamName])
      }
      this.#link.sendCommand('createStream', Transaction.createStream, [null])
    } else if (this.#state === 'creating' && command.transactionId === Transaction.createStream) {
      const id = command.args[1]
      this.#messageStreamId = typeof id === 'number' && id >= 0 && id <= 0xffffffff ? id : 1
      this.#state = 'starting'
      this.#startStream()
    }
  }

  #startStream(): void {
    const { role, streamName } = this.#options
    if (role === 'publish') {
      this.#link.sendCommand('publish', Transaction.start, [null, streamName, 'live'], this.#messageStreamId)
      return
    }
    this.#link.isMediaExpected = true // servers send the first media before, or without, their status
    this.#link.sendCommand('play', Transaction.start, [null, streamName, -2000], this.#messageStreamId)
    this.#link.sendUserControl(UserControlEvent.setBufferLength, this.#messageStreamId, playerBufferMs)
  }

  #onError(command: Command): void {
    // releaseStream and FCPublish may fail: servers answer "no such stream" to names that nobody used before.
    const isOurs = command.transactionId === Transaction.connect || command.transactionId >= Transaction.createStream
    if (this.#state === 'live' || !isOurs) return
    this.#fail(readStatus(command.args) ?? { level: 'error', code: '', description: '', properties: {} })
  }

  #onStatus(command: Command): void {
    const status = readStatus(command.args)
    if (status === null) return
    if (status.code === 'NetConnection.Connect.ReconnectRequest') this.#host.onReconnectRequest?.()
    else if (status.level === 'error' || isStreamOver(status.code, this.#options.role)) this.#fail(status)
    else if (status.code === 'NetStream.Publish.Start' || status.code === 'NetStream.Play.Start') this.#onStarted()
  }

  #onStarted(): void {
    if (this.#state !== 'starting') return
    this.#state = 'live'
    this.#host.onReady(this.#messageStreamId)
  }

  #onMedia(kind: MediaKind, timestampMs: number, body: Uint8Array): void {
    if (this.#options.role !== 'play' || this.#state === 'closed') return
    this.#onStarted()
    this.#host.onMedia(kind, timestampMs, body)
  }

  /** A server that said yes to connect may say odd things beside the media: they end nothing. */
  #onBroken(name: string): boolean {
    if (this.#state === 'handshake' || this.#state === 'connecting') return false
    this.#host.onLeftOut?.('broken', name)
    return true
  }

  #onUserControl(event: number): void {
    if (event !== UserControlEvent.streamEof || this.#options.role !== 'play' || this.#state !== 'live') return
    this.#fail({ level: 'status', code: 'NetStream.Play.Stop', description: 'the stream is over', properties: {} })
  }

  #fail(status: Status): void {
    if (this.#state === 'closed') return
    const phase: RefusalPhase = this.#state === 'live' ? 'live' : this.#state === 'starting' ? this.#options.role : 'connect'
    this.#state = 'closed'
    this.#host.onFailure(classifyRefusal(status, phase, this.#mask), status)
  }
}

/** Statuses that are no errors and yet mean that nothing more will come, or be taken. */
function isStreamOver(code: string, role: 'publish' | 'play'): boolean {
  if (code === 'NetConnection.Connect.Closed' || code === 'NetConnection.Connect.AppShutdown') return true
  if (role === 'publish') return code === 'NetStream.Unpublish.Success'
  return endOfPlay.includes(code)
}
