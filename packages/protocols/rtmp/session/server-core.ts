import { type ConnectRequest, readConnect } from '../command/connect.ts'
import type { EnhancedCapabilities } from '../command/enhanced.ts'
import { statusObject } from '../command/status.ts'
import { resolveStream, type StreamAddress } from '../command/stream-name.ts'
import { ServerHandshake } from '../handshake/server-handshake.ts'
import type { RtmpLimits } from '../limits.ts'
import type { Command } from '../message/command.ts'
import { UserControlEvent } from '../message/user-control.ts'
import type { PlayVerdict, PublishVerdict, RtmpCloseReason, RtmpServerState, RtmpSink } from '../types.ts'
import type { MediaKind } from '../wire.ts'
import { MessageLink, type Outbox } from './message-link.ts'
import { replyConnect, replyPlay, replyPublish, replyUnpublish, sendPlayOver, sendStatus } from './server-replies.ts'

/** Message streams that one connection may create. Encoders create one; Flash clients a few. */
const maxMessageStreams = 16
const playerPingMs = 20_000
/** A publisher's least in `publisherIdleMs`: a tenth of what audio of 4 kbit/s sends. */
const leastBytes = 1_500

/** Someone asks to publish or play; the core waits for `answerPublish` or `answerPlay`. */
export type StreamRequest = StreamAddress & { connect: ConnectRequest }

/** What the core needs from its owner. All calls come from inside `push`, `tick`, `answer*` or `close`. */
export interface ServerCoreHost {
  send(wire: Uint8Array): void
  readonly outbox?: Outbox
  onPublishRequest(request: StreamRequest): void
  onPlayRequest(request: StreamRequest): void
  /** The player may be fed from now on. */
  onPlayReady(messageStreamId: number): void
  /** The player is over; `onEnd` may follow or not. */
  onPlayEnd(reason: RtmpCloseReason): void
  /** Last call: what was sent should still go out, then the socket is to be closed. */
  onEnd(reason: RtmpCloseReason): void
}

/**
 * The server's side of one connection, without socket and timer: bytes and time in, bytes and calls out.
 * `push` and a late `answer*` throw WireError when the peer breaks the protocol; the owner then calls `close` with it.
 */
export class ServerCore {
  readonly #limits: RtmpLimits
  readonly #host: ServerCoreHost
  readonly #handshake: ServerHandshake
  readonly #link: MessageLink
  // bound: `maxMessageStreams`, more are refused
  readonly #messageStreams = new Set<number>()
  #state: RtmpServerState = 'handshake'
  #connect: ConnectRequest | null = null
  #sink: RtmpSink | null = null
  /** The message stream that publishes or plays, or asks to. */
  #activeStreamId = 0
  /** What releaseStream or FCPublish named last. */
  #namedBefore = ''
  #nowMs: number
  #deadlineMs: number
  #pingDueMs = 0
  /** Since the publisher's deadline was set. */
  #idleBytes = 0

  constructor(options: { limits: RtmpLimits; nowMs: number; host: ServerCoreHost }) {
    const { limits, host, nowMs } = options
    this.#limits = limits
    this.#host = host
    this.#nowMs = nowMs
    this.#deadlineMs = nowMs + limits.setupTimeoutMs
    this.#handshake = new ServerHandshake((wire) => host.send(wire))
    this.#link = new MessageLink(limits, {
      send: (wire) => host.send(wire),
      outbox: host.outbox,
      onCommand: (command, messageStreamId) => this.#onCommand(command, messageStreamId),
      onMedia: (kind, timestampMs, _messageStreamId, body) => this.#onMedia(kind, timestampMs, body),
      onBroken: (name) => this.#onBroken(name),
      onUnknown: (name) => this.#sink?.onLeftOut?.('unknown', name),
    })
  }

  get state(): RtmpServerState {
    return this.#state
  }

  /** What the client said of Enhanced RTMP. */
  get enhanced(): EnhancedCapabilities | null {
    return this.#connect?.enhanced ?? null
  }

  /** When `tick` has work to do next, on the scale of `nowMs`. */
  get dueMs(): number {
    return this.#state === 'playing' ? Math.min(this.#deadlineMs, this.#pingDueMs) : this.#deadlineMs
  }

  /** Takes the bytes of one socket read. */
  push(bytes: Uint8Array, nowMs: number): void {
    if (this.#state === 'closed') return
    this.#nowMs = nowMs
    if (this.#state === 'publishing') this.#keepPublisher(bytes.length, nowMs)
    else if (this.#state === 'playing') this.#deadlineMs = nowMs + this.#limits.playerIdleMs
    let at = 0
    if (this.#state === 'handshake') {
      at = this.#handshake.push(bytes)
      this.#link.countReceived(at)
      if (!this.#handshake.isDone) return
      this.#state = 'connecting'
    }
    if (at < bytes.length) this.#link.push(at === 0 ? bytes : bytes.subarray(at), nowMs)
    this.#sink?.onReadEnd?.()
  }

  /** Bytes that trickle are no sign of life: less than the thinnest sound, and the input would be held for nothing. */
  #keepPublisher(byteCount: number, nowMs: number): void {
    this.#idleBytes += byteCount
    if (this.#idleBytes < leastBytes) return
    this.#idleBytes = 0
    this.#deadlineMs = nowMs + this.#limits.publisherIdleMs
  }

  /** Time has come to `nowMs`. */
  tick(nowMs: number): void {
    if (this.#state === 'closed') return
    this.#nowMs = nowMs
    if (nowMs >= this.#deadlineMs) {
      this.close({ kind: 'idle-timeout', code: 'RTMP_IDLE', message: this.#idleMessage() })
    } else if (this.#state === 'playing' && nowMs >= this.#pingDueMs) {
      this.#pingDueMs = nowMs + playerPingMs
      this.#link.sendUserControl(UserControlEvent.pingRequest, nowMs)
    }
  }

  answerPublish(verdict: PublishVerdict): void {
    if (this.#state !== 'deciding') {
      if (verdict.accept) verdict.sink.onClose({ kind: 'fin', message: 'the publisher was gone before it was let in' })
    } else if (!verdict.accept) {
      // No code says "wrong key" to all: GStreamer knows Denied, OBS and ffmpeg show any error's description or just the close.
      this.#refuse(verdict.code === 'in-use' ? 'NetStream.Publish.BadName' : 'NetStream.Publish.Denied', verdict.description)
    } else {
      this.#sink = verdict.sink
      this.#enter('publishing', this.#limits.publisherIdleMs)
      replyPublish(this.#link, this.#activeStreamId)
      this.#link.resume()
      this.#sink?.onReadEnd?.() // what waited has been read by now, if the answer came late
    }
  }

  answerPlay(verdict: PlayVerdict): void {
    if (this.#state !== 'deciding') return
    if (!verdict.accept) {
      this.#refuse(verdict.code === 'not-found' ? 'NetStream.Play.StreamNotFound' : 'NetStream.Play.Failed', verdict.description)
      return
    }
    this.#enter('playing', this.#limits.playerIdleMs)
    this.#pingDueMs = this.#nowMs + playerPingMs
    replyPlay(this.#link, this.#activeStreamId)
    this.#host.onPlayReady(this.#activeStreamId)
    this.#link.resume()
  }

  /** Ends the session, once: the peer is told when it publishes or plays and can still hear. */
  close(reason: RtmpCloseReason): void {
    const was = this.#state
    if (was === 'closed') return
    this.#state = 'closed'
    if (reason.kind !== 'fin' && reason.kind !== 'reset') this.#sayWhy(was, reason)
    // A sink that throws must not keep the socket.
    try {
      this.#endStream(was, reason)
    } finally {
      this.#host.onEnd(reason)
    }
  }

  /** Last words, for the encoder's user. Before connect there is no form for them. */
  #sayWhy(was: RtmpServerState, reason: RtmpCloseReason): void {
    if (was === 'handshake' || was === 'connecting' || reason.code === 'RTMP_REFUSED') return
    if (was === 'playing') sendPlayOver(this.#link, this.#activeStreamId)
    else if (was === 'publishing') sendStatus(this.#link, this.#activeStreamId, 'error', 'NetStream.Publish.Failed', reason.message)
    else sendStatus(this.#link, 0, 'error', 'NetConnection.Connect.Closed', reason.message)
  }

  #enter(state: 'publishing' | 'playing', idleMs: number): void {
    this.#state = state
    this.#deadlineMs = this.#nowMs + idleMs
    this.#idleBytes = 0
    this.#link.isMediaExpected = state === 'publishing'
  }

  /** Tells sink or player that it is over. The state is another one already: what they call back finds no stream. */
  #endStream(was: RtmpServerState, reason: RtmpCloseReason): void {
    const sink = this.#sink
    this.#sink = null
    this.#link.isMediaExpected = false
    sink?.onClose(reason)
    if (was === 'playing') this.#host.onPlayEnd(reason)
  }

  #refuse(code: string, description: string): void {
    sendStatus(this.#link, this.#activeStreamId, 'error', code, description)
    this.close({ kind: 'local', code: 'RTMP_REFUSED', message: description })
  }

  #idleMessage(): string {
    if (this.#state === 'publishing') return `no media from the publisher for ${this.#limits.publisherIdleMs / 1000} s`
    if (this.#state === 'playing') return `no byte from the player for ${this.#limits.playerIdleMs / 1000} s`
    const wanted = this.#state === 'handshake' ? 'a whole handshake' : this.#state === 'deciding' ? 'a decision' : 'a publish or play'
    return `${wanted} did not come within ${this.#limits.setupTimeoutMs / 1000} s`
  }

  #onMedia(kind: MediaKind, timestampMs: number, body: Uint8Array): void {
    // Before an agreed publish, and after an unpublish, media is nobody's: encoders that do not wait for the answer send some.
    this.#sink?.onMessage(kind, timestampMs, body)
  }

  /** Before somebody is let in, what can't be read ends the session: it is no encoder. After that it costs the one message. */
  #onBroken(name: string): boolean {
    if (this.#state !== 'publishing' && this.#state !== 'playing') return false
    this.#sink?.onLeftOut?.('broken', name)
    return true
  }

  #onCommand(command: Command, messageStreamId: number): void {
    if (this.#state === 'closed') return
    if (this.#state === 'connecting') {
      if (command.name === 'connect') this.#onConnect(command)
      return
    }
    switch (command.name) {
      case 'createStream':
        this.#onCreateStream(command)
        break
      case 'publish':
      case 'play':
        this.#onStreamRequest(command.name, command.args[1], messageStreamId)
        break
      case 'play2':
        this.#onStreamRequest('play', play2Name(command), messageStreamId)
        break
      case 'FCUnpublish':
        this.#onStreamEnd(command.name, this.#activeStreamId) // goes out on stream 0 and names the stream by its key
        break
      case 'closeStream':
        this.#onStreamEnd(command.name, messageStreamId)
        break
      case 'deleteStream':
        this.#onDeleteStream(command)
        break
      case 'pause':
        this.#onPause(command)
        break
      case 'seek':
        sendStatus(this.#link, messageStreamId, 'status', 'NetStream.Seek.Notify', 'A live stream has one place: now.')
        break
      case 'getStreamLength':
        this.#answer(command, 0)
        break
      case 'releaseStream':
      case 'FCPublish':
        if (typeof command.args[1] === 'string') this.#namedBefore = command.args[1]
        this.#answer(command, undefined)
        break
      case 'FCSubscribe':
      case '_checkbw':
        this.#answer(command, undefined)
        break
      default:
        break // receiveAudio, receiveVideo and vendors' own: none is needed to go on
    }
  }

  #answer(command: Command, result: number | undefined): void {
    if (command.transactionId !== 0) this.#link.sendCommand('_result', command.transactionId, [null, result])
  }

  #onConnect(command: Command): void {
    this.#connect = readConnect(command.args)
    this.#state = 'connected'
    replyConnect(this.#link, command.transactionId, this.#connect)
  }

  #onCreateStream(command: Command): void {
    if (this.#messageStreams.size >= maxMessageStreams) {
      const status = statusObject('error', 'NetConnection.Call.Failed', `At most ${maxMessageStreams} streams a connection.`)
      this.#link.sendCommand('_error', command.transactionId, [null, status])
      return
    }
    let id = 1
    while (this.#messageStreams.has(id)) id++
    this.#messageStreams.add(id)
    this.#answer(command, id)
  }

  #onStreamRequest(verb: 'publish' | 'play', named: unknown, messageStreamId: number): void {
    if (this.#state !== 'connected' || this.#connect === null) {
      const code = verb === 'publish' ? 'NetStream.Publish.BadConnection' : 'NetStream.Play.Failed'
      sendStatus(this.#link, messageStreamId, 'error', code, 'One stream a connection: this one has its stream already.')
      return
    }
    this.#activeStreamId = messageStreamId
    this.#state = 'deciding'
    this.#link.pause()
    // FMLE's calls before publish name the stream as well; a box may leave it away after them.
    const name = typeof named === 'string' && named !== '' ? named : this.#namedBefore
    const request = { ...resolveStream(this.#connect.app, name), connect: this.#connect }
    if (verb === 'publish') this.#host.onPublishRequest(request)
    else this.#host.onPlayRequest(request)
  }

  #onDeleteStream(command: Command): void {
    const id = command.args[1]
    if (typeof id !== 'number') return
    this.#messageStreams.delete(id)
    this.#onStreamEnd(command.name, id)
  }

  /** FCUnpublish, closeStream or deleteStream, whichever comes first, ends the stream; the connection may publish again. */
  #onStreamEnd(by: string, messageStreamId: number): void {
    const was = this.#state
    if ((was !== 'publishing' && was !== 'playing') || messageStreamId !== this.#activeStreamId) return
    this.#state = 'connected'
    this.#deadlineMs = this.#nowMs + this.#limits.setupTimeoutMs
    if (was === 'publishing') replyUnpublish(this.#link, this.#activeStreamId, by)
    this.#endStream(was, { kind: 'unpublish', message: `the ${was === 'publishing' ? 'publisher' : 'player'} ended the stream by ${by}` })
  }

  #onPause(command: Command): void {
    const code = command.args[1] === false ? 'NetStream.Unpause.Notify' : 'NetStream.Pause.Notify'
    sendStatus(this.#link, this.#activeStreamId, 'status', code, 'A live stream goes on meanwhile.')
  }
}

/** play2 names its stream inside an object. Spec: RTMP 1.0 §7.2.2.2 */
function play2Name(command: Command): unknown {
  const options = command.args[1]
  return typeof options === 'object' && options !== null && 'streamName' in options ? options['streamName'] : undefined
}
