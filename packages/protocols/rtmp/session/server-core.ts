import { writeAmf0 } from '../amf0/index.ts'
import { type ConnectRequest, connectResult, readConnect } from '../command/connect.ts'
import type { EnhancedCapabilities } from '../command/enhanced.ts'
import { statusObject } from '../command/status.ts'
import { resolveStream, type StreamAddress } from '../command/stream-name.ts'
import { defaultAckWindowBytes, wireChunkBytes } from '../constants.ts'
import { ServerHandshake } from '../handshake/server-handshake.ts'
import type { RtmpLimits } from '../limits.ts'
import type { Command } from '../message/command.ts'
import { PeerBandwidthLimit } from '../message/set-peer-bandwidth.ts'
import { UserControlEvent } from '../message/user-control.ts'
import type { PlayVerdict, PublishVerdict, RtmpCloseReason, RtmpServerState, RtmpSink } from '../types.ts'
import type { MediaKind } from '../wire.ts'
import { MessageLink } from './message-link.ts'

/** Chunk payload bytes of our answers, as FMS and nginx-rtmp have it: small boxes are known to size a buffer by it. */
const answerChunkBytes = 4096
/** Message streams that one connection may create. Encoders create one; Flash clients a few. */
const maxMessageStreams = 16
const playerPingMs = 20_000

/** Someone asks to publish or play; the core waits for `answerPublish` or `answerPlay`. */
export type StreamRequest = StreamAddress & { connect: ConnectRequest }

/** What the core needs from its owner. All calls come from inside `push`, `tick`, `answer*` or `close`. */
export interface ServerCoreHost {
  send(wire: Uint8Array): void
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
 * `push` throws WireError when the peer breaks the protocol; the owner then calls `close` with it.
 */
export class ServerCore {
  readonly #limits: RtmpLimits
  readonly #host: ServerCoreHost
  readonly #handshake: ServerHandshake
  readonly #link: MessageLink
  readonly #messageStreams = new Set<number>()
  #state: RtmpServerState = 'handshake'
  #connect: ConnectRequest | null = null
  #sink: RtmpSink | null = null
  /** The message stream that publishes or plays, or asks to. */
  #activeStreamId = 0
  #nowMs: number
  #deadlineMs: number
  #pingDueMs = 0

  constructor(options: { limits: RtmpLimits; nowMs: number; host: ServerCoreHost }) {
    this.#limits = options.limits
    this.#host = options.host
    this.#nowMs = options.nowMs
    this.#deadlineMs = options.nowMs + options.limits.setupTimeoutMs
    this.#handshake = new ServerHandshake((wire) => options.host.send(wire))
    this.#link = new MessageLink(options.limits, {
      send: (wire) => options.host.send(wire),
      onCommand: (command, messageStreamId) => this.#onCommand(command, messageStreamId),
      onMedia: (kind, timestampMs, _messageStreamId, body) => this.#onMedia(kind, timestampMs, body),
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
    if (this.#state === 'publishing') this.#deadlineMs = nowMs + this.#limits.publisherIdleMs
    else if (this.#state === 'playing') this.#deadlineMs = nowMs + this.#limits.playerIdleMs
    let at = 0
    if (this.#state === 'handshake') {
      at = this.#handshake.push(bytes)
      this.#link.countReceived(at)
      if (!this.#handshake.isDone) return
      this.#state = 'connecting'
    }
    if (at < bytes.length) this.#link.push(at === 0 ? bytes : bytes.subarray(at))
    this.#sink?.onReadEnd?.()
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
      this.#dropLate(verdict)
      return
    }
    if (!verdict.accept) {
      // FMS has no code of its own for a wrong key; encoders show the description of any error status and stop.
      const code = verdict.code === 'in-use' ? 'NetStream.Publish.BadName' : 'NetStream.Publish.Denied'
      this.#refuse(code, verdict.description)
      return
    }
    this.#sink = verdict.sink
    this.#enter('publishing', this.#limits.publisherIdleMs)
    this.#link.sendUserControl(UserControlEvent.streamBegin, this.#activeStreamId)
    // FMLE and hardware encoders made after it wait for onFCPublish, the others for onStatus; each passes over the other.
    this.#link.sendCommand('onFCPublish', 0, [null, statusObject('status', 'NetStream.Publish.Start', 'Publishing.')])
    this.#sendStatus('status', 'NetStream.Publish.Start', 'Publishing.')
    this.#link.resume()
  }

  answerPlay(verdict: PlayVerdict): void {
    if (this.#state !== 'deciding') return
    if (!verdict.accept) {
      this.#refuse(verdict.code === 'not-found' ? 'NetStream.Play.StreamNotFound' : 'NetStream.Play.Failed', verdict.description)
      return
    }
    this.#enter('playing', this.#limits.playerIdleMs)
    this.#pingDueMs = this.#nowMs + playerPingMs
    this.#link.announceChunkBytes(wireChunkBytes)
    this.#link.sendUserControl(UserControlEvent.streamBegin, this.#activeStreamId)
    this.#sendStatus('status', 'NetStream.Play.Reset', 'Playing and resetting.')
    this.#sendStatus('status', 'NetStream.Play.Start', 'Started playing.')
    this.#link.sendData(writeAmf0(['|RtmpSampleAccess', true, true]), this.#activeStreamId)
    this.#link.sendData(writeAmf0(['onStatus', { code: 'NetStream.Data.Start' }]), this.#activeStreamId)
    this.#host.onPlayReady(this.#activeStreamId)
    this.#link.resume()
  }

  /** Ends the session, once: the peer is told when it publishes or plays and can still hear. */
  close(reason: RtmpCloseReason): void {
    if (this.#state === 'closed') return
    const canHear = reason.kind === 'local' || reason.kind === 'idle-timeout'
    if (canHear && this.#state === 'playing') {
      this.#link.sendUserControl(UserControlEvent.streamEof, this.#activeStreamId)
      this.#sendStatus('status', 'NetStream.Play.UnpublishNotify', 'The stream is over.')
    } else if (canHear && this.#state === 'publishing') {
      this.#sendStatus('error', 'NetStream.Publish.Failed', reason.message)
    }
    this.#endStream(reason)
    this.#state = 'closed'
    this.#host.onEnd(reason)
  }

  #enter(state: 'publishing' | 'playing', idleMs: number): void {
    this.#state = state
    this.#deadlineMs = this.#nowMs + idleMs
    this.#link.isMediaExpected = state === 'publishing'
  }

  /** Tells sink or player that it is over. */
  #endStream(reason: RtmpCloseReason): void {
    const wasPlaying = this.#state === 'playing'
    const sink = this.#sink
    this.#sink = null
    this.#link.isMediaExpected = false
    sink?.onClose(reason)
    if (wasPlaying) this.#host.onPlayEnd(reason)
  }

  #dropLate(verdict: PublishVerdict): void {
    if (verdict.accept) verdict.sink.onClose({ kind: 'fin', message: 'the publisher was gone before it was let in' })
  }

  #refuse(code: string, description: string): void {
    this.#sendStatus('error', code, description)
    this.#state = 'connected'
    this.close({ kind: 'local', code: 'RTMP_REFUSED', message: description })
  }

  #idleMessage(): string {
    if (this.#state === 'publishing') return `no byte from the publisher for ${this.#limits.publisherIdleMs} ms`
    if (this.#state === 'playing') return `no byte from the player for ${this.#limits.playerIdleMs} ms`
    const wanted = this.#state === 'handshake' ? 'a whole handshake' : 'a publish or play'
    return `${wanted} did not come within ${this.#limits.setupTimeoutMs} ms`
  }

  #onMedia(kind: MediaKind, timestampMs: number, body: Uint8Array): void {
    // Before an agreed publish, and after an unpublish, media is nobody's: encoders that do not wait for the answer send some.
    this.#sink?.onMessage(kind, timestampMs, body)
  }

  #sendStatus(level: 'status' | 'error', code: string, description: string): void {
    this.#link.sendCommand('onStatus', 0, [null, statusObject(level, code, description)], this.#activeStreamId)
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
        return
      case 'publish':
        this.#onPublishOrPlay(command, messageStreamId, 'publish')
        return
      case 'play':
      case 'play2':
        this.#onPublishOrPlay(command, messageStreamId, 'play')
        return
      case 'FCUnpublish':
      case 'closeStream':
        this.#onUnpublish(command.name, messageStreamId)
        return
      case 'deleteStream':
        this.#messageStreams.delete(Number(command.args[1] ?? 0))
        this.#onUnpublish(command.name, Number(command.args[1] ?? 0))
        return
      case 'pause':
        this.#onPause(command)
        return
      case 'seek':
        this.#sendStatus('status', 'NetStream.Seek.Notify', 'A live stream has one place: now.')
        return
      case 'getStreamLength':
        this.#answer(command, [null, 0])
        return
      case 'releaseStream':
      case 'FCPublish':
      case 'FCSubscribe':
      case '_checkbw':
        this.#answer(command, [null, undefined])
        return
      default:
        // receiveAudio, receiveVideo, answers to our pings of old, vendors' own: none needs an answer to go on.
        return
    }
  }

  #answer(command: Command, args: Parameters<MessageLink['sendCommand']>[2]): void {
    if (command.transactionId !== 0) this.#link.sendCommand('_result', command.transactionId, args)
  }

  #onConnect(command: Command): void {
    const connect = readConnect(command.args)
    this.#connect = connect
    this.#state = 'connected'
    this.#link.announceAckWindow(defaultAckWindowBytes)
    this.#link.sendPeerBandwidth(defaultAckWindowBytes, PeerBandwidthLimit.dynamic)
    this.#link.sendUserControl(UserControlEvent.streamBegin, 0)
    this.#link.announceChunkBytes(answerChunkBytes)
    this.#link.sendCommand('_result', command.transactionId, connectResult(connect))
  }

  #onCreateStream(command: Command): void {
    if (this.#messageStreams.size >= maxMessageStreams) {
      this.#link.sendCommand('_error', command.transactionId, [
        null,
        statusObject('error', 'NetConnection.Call.Failed', 'Too many streams.'),
      ])
      return
    }
    let id = 1
    while (this.#messageStreams.has(id)) id++
    this.#messageStreams.add(id)
    this.#answer(command, [null, id])
  }

  #onPublishOrPlay(command: Command, messageStreamId: number, verb: 'publish' | 'play'): void {
    if (this.#state !== 'connected' || this.#connect === null) {
      const code = verb === 'publish' ? 'NetStream.Publish.BadName' : 'NetStream.Play.Failed'
      const text = 'One stream a connection: this one has its stream already.'
      this.#link.sendCommand('onStatus', 0, [null, statusObject('error', code, text)], messageStreamId)
      return
    }
    const named = command.args[1]
    const address = resolveStream(this.#connect.app, typeof named === 'string' ? named : '')
    this.#activeStreamId = messageStreamId
    this.#state = 'deciding'
    this.#link.pause()
    const request = { ...address, connect: this.#connect }
    if (verb === 'publish') this.#host.onPublishRequest(request)
    else this.#host.onPlayRequest(request)
  }

  /** FCUnpublish, closeStream or deleteStream, whichever comes first, ends the stream; the connection may publish again. */
  #onUnpublish(by: string, messageStreamId: number): void {
    if (this.#state !== 'publishing' && this.#state !== 'playing') return
    // FCUnpublish goes out on stream 0; the other two name their stream.
    if (by !== 'FCUnpublish' && messageStreamId !== 0 && messageStreamId !== this.#activeStreamId) return
    const wasPublishing = this.#state === 'publishing'
    this.#endStream({ kind: 'unpublish', message: `the ${wasPublishing ? 'publisher' : 'player'} ended the stream by ${by}` })
    this.#state = 'connected'
    this.#deadlineMs = this.#nowMs + this.#limits.setupTimeoutMs
    if (!wasPublishing) return
    const text = 'The stream is no longer published.'
    if (by === 'FCUnpublish') {
      this.#link.sendCommand('onFCUnpublish', 0, [null, statusObject('status', 'NetStream.Unpublish.Success', text)])
    }
    this.#sendStatus('status', 'NetStream.Unpublish.Success', text)
  }

  #onPause(command: Command): void {
    const isPause = command.args[1] !== false
    const code = isPause ? 'NetStream.Pause.Notify' : 'NetStream.Unpause.Notify'
    this.#sendStatus('status', code, 'A live stream goes on meanwhile.')
  }
}
