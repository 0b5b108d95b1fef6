import { WireError } from '@sluice/base/errors'
import { Unwrapper } from '@sluice/base/serial'
import type { AmfWritable } from '../amf0/index.ts'
import { ChunkReader } from '../chunk/reader.ts'
import { writeChunks } from '../chunk/writer.ts'
import { ChunkStreamId, defaultAckWindowBytes, defaultChunkBytes, MessageType } from '../constants.ts'
import type { RtmpLimits } from '../limits.ts'
import { readAbort } from '../message/abort.ts'
import { readAcknowledgement, writeAcknowledgement } from '../message/acknowledgement.ts'
import { readAggregate } from '../message/aggregate.ts'
import { type Command, readCommand, writeCommand } from '../message/command.ts'
import { readSetChunkSize, writeSetChunkSize } from '../message/set-chunk-size.ts'
import { writeSetPeerBandwidth } from '../message/set-peer-bandwidth.ts'
import { readUserControl, type UserControl, UserControlEvent, writeUserControl } from '../message/user-control.ts'
import { readWindowAckSize, writeWindowAckSize } from '../message/window-ack-size.ts'
import type { MediaKind } from '../wire.ts'
import { ControlBudget, type ControlKind } from './control-budget.ts'
import { UnreadAnswers } from './unread-answers.ts'

/** So many messages of command size may be begun at once by one who may not send media. */
const strangerMessages = 2

/** How far what was sent has got: all bytes handed to the socket, media included, and those that the kernel has not taken. */
export type Outbox = { readonly sentBytes: number; readonly queuedBytes: number }

/** What the two sessions have to do with what comes in. All are called from inside `push`. */
export type LinkHandler = {
  send(wire: Uint8Array): void
  /** Absent where nothing can wait, as in tests. */
  readonly outbox?: Outbox | undefined
  onCommand(command: Command, messageStreamId: number): void
  /** `body` belongs to the callee. Data bodies are AMF0 without an AMF3 envelope. */
  onMedia(kind: MediaKind, timestampMs: number, messageStreamId: number, body: Uint8Array): void
  onUserControl?(message: UserControl): void
  /** The far end has received so many bytes: unwrapped, as it counts. */
  onAcknowledged?(receivedBytes: number): void
  /** A whole message could not be read. True: the session goes on without it. The chunk layer's own errors always end it. */
  onBroken?(name: string): boolean
  /** A whole message of a kind that nobody here takes. */
  onUnknown?(name: string): void
}

/** Names of message types for the operator. */
const typeNames: Readonly<Record<number, string>> = {
  [MessageType.setChunkSize]: 'Set Chunk Size message',
  [MessageType.abort]: 'Abort message',
  [MessageType.acknowledgement]: 'Acknowledgement message',
  [MessageType.userControl]: 'User Control message',
  [MessageType.windowAckSize]: 'Window Acknowledgement Size message',
  [MessageType.setPeerBandwidth]: 'Set Peer Bandwidth message',
  [MessageType.audio]: 'audio message',
  [MessageType.video]: 'video message',
  [MessageType.dataAmf3]: 'data message',
  [MessageType.dataAmf0]: 'data message',
  [MessageType.sharedObjectAmf3]: 'shared object message',
  [MessageType.sharedObjectAmf0]: 'shared object message',
  [MessageType.commandAmf3]: 'command message',
  [MessageType.commandAmf0]: 'command message',
  [MessageType.aggregate]: 'aggregate message',
}
/** A peer that asks too much, or does not read: its messages are sound, and it is not. */
const excesses: readonly string[] = ['RTMP_UNREAD', 'RTMP_FLOOD']
const nameOf = (type: number): string => typeNames[type] ?? `message of type ${type}`

/**
 * The layer that client and server share once the handshake is over: chunks to messages and back, and the protocol's own
 * housekeeping: chunk sizes, aborts, acknowledgements, pings. Pure. Spec: RTMP 1.0 §5.4, §6.2, §7.1
 */
export class MessageLink {
  readonly #handler: LinkHandler
  readonly #limits: RtmpLimits
  readonly #reader: ChunkReader
  readonly #ackedBytes = new Unwrapper(32)
  readonly #unread: UnreadAnswers
  readonly #budget = new ControlBudget()
  #outChunkBytes = defaultChunkBytes
  #ackWindowBytes = defaultAckWindowBytes
  #receivedBytes = 0
  #reportedBytes = 0
  /** A publish or play is agreed: media of full size may come. */
  isMediaExpected = false

  constructor(limits: RtmpLimits, handler: LinkHandler) {
    this.#limits = limits
    this.#handler = handler
    this.#unread = new UnreadAnswers(limits.maxUnreadBytes)
    this.#reader = new ChunkReader({
      maxChunkStreams: limits.maxChunkStreams,
      maxPartialBytes: () => (this.isMediaExpected ? limits.maxPartialBytes : strangerMessages * limits.maxCommandBytes),
      maxBodyBytes: (type) => this.#maxBodyBytes(type),
      onTooLarge: (type) => this.#passesOver(type),
      onMessage: (type, timestampMs, messageStreamId, body) => this.#takeMessage(type, timestampMs, messageStreamId, body),
    })
  }

  /** Takes bytes after the handshake. Throws WireError, also for a peer that asks too much or does not read our answers. */
  push(bytes: Uint8Array, nowMs: number): void {
    this.#receivedBytes += bytes.length
    this.#budget.noteTime(nowMs)
    this.#reader.push(bytes)
    if (this.#receivedBytes - this.#reportedBytes < this.#ackWindowBytes) return
    this.#acknowledge()
    this.#checkUnread()
  }

  /** Counts bytes that did not pass through `push`: the handshake's. */
  countReceived(byteCount: number): void {
    this.#receivedBytes += byteCount
  }

  pause(): void {
    this.#reader.pause()
  }

  resume(): void {
    this.#reader.resume()
  }

  /** Our chunk payload size from the next message on; the peer is told. */
  announceChunkBytes(chunkBytes: number): void {
    this.#sendControl(MessageType.setChunkSize, writeSetChunkSize({ type: 'setChunkSize', chunkBytes }))
    this.#outChunkBytes = chunkBytes
  }

  /** Asks the peer to acknowledge after each `windowBytes` that it received from us. */
  announceAckWindow(windowBytes: number): void {
    this.#sendControl(MessageType.windowAckSize, writeWindowAckSize({ type: 'windowAckSize', windowBytes }))
  }

  sendPeerBandwidth(windowBytes: number, limit: number): void {
    this.#sendControl(MessageType.setPeerBandwidth, writeSetPeerBandwidth({ type: 'setPeerBandwidth', windowBytes, limit }))
  }

  sendUserControl(event: number, value: number, bufferMs = 0): void {
    this.#sendControl(MessageType.userControl, writeUserControl({ type: 'userControl', event, value, bufferMs }))
  }

  sendCommand(name: string, transactionId: number, args: readonly AmfWritable[], messageStreamId = 0): void {
    const body = writeCommand(name, transactionId, args)
    this.#send(writeChunks(ChunkStreamId.command, MessageType.commandAmf0, 0, messageStreamId, [body], this.#outChunkBytes))
  }

  /** A data message with a body that is AMF0 already. */
  sendData(body: Uint8Array, messageStreamId: number): void {
    this.#send(writeChunks(ChunkStreamId.data, MessageType.dataAmf0, 0, messageStreamId, [body], this.#outChunkBytes))
  }

  #sendControl(type: number, body: Uint8Array): void {
    this.#send(writeChunks(ChunkStreamId.control, type, 0, 0, [body], this.#outChunkBytes))
  }

  /** All that this layer says, in every role and state: nothing of it is media, and all of it counts as answers. */
  #send(wire: Uint8Array): void {
    this.#handler.send(wire)
    const { outbox } = this.#handler
    if (outbox !== undefined) this.#unread.add(wire.length, outbox.sentBytes)
  }

  #checkUnread(): void {
    const { outbox } = this.#handler
    const excess = outbox === undefined ? null : this.#unread.excess(outbox.sentBytes - outbox.queuedBytes)
    if (excess !== null) throw new WireError('RTMP_UNREAD', 0, excess)
  }

  #spend(kind: ControlKind): void {
    const excess = this.#budget.excess(kind)
    if (excess !== null) throw new WireError('RTMP_FLOOD', 0, excess)
  }

  #acknowledge(): void {
    this.#reportedBytes = this.#receivedBytes
    this.#sendControl(MessageType.acknowledgement, writeAcknowledgement({ type: 'acknowledgement', receivedBytes: this.#receivedBytes }))
  }

  #maxBodyBytes(type: number): number {
    const { maxCommandBytes, maxDataBytes, maxMediaBytes } = this.#limits
    if (!this.isMediaExpected) return maxCommandBytes
    if (type === MessageType.audio || type === MessageType.video || type === MessageType.aggregate) return maxMediaBytes
    return type === MessageType.dataAmf0 || type === MessageType.dataAmf3 ? maxDataBytes : maxCommandBytes
  }

  /** A type that exists shows that the chunks are read aright: what is too large is left out. Any other is a lost framing. */
  #passesOver(type: number): boolean {
    return type in typeNames && this.#handler.onBroken?.(`${nameOf(type)} above the limit`) === true
  }

  /** A message is whole, so that what stands behind it is found again whatever is in it. */
  #takeMessage(type: number, timestampMs: number, messageStreamId: number, body: Uint8Array): void {
    try {
      this.#onMessage(type, timestampMs, messageStreamId, body)
    } catch (err) {
      if (!(err instanceof WireError) || excesses.includes(err.code) || this.#handler.onBroken?.(nameOf(type)) !== true) throw err
    }
  }

  #onMessage(type: number, timestampMs: number, messageStreamId: number, body: Uint8Array): void {
    switch (type) {
      case MessageType.audio:
        this.#handler.onMedia('audio', timestampMs, messageStreamId, body)
        return
      case MessageType.video:
        this.#handler.onMedia('video', timestampMs, messageStreamId, body)
        return
      case MessageType.dataAmf0:
        this.#handler.onMedia('data', timestampMs, messageStreamId, body)
        return
      case MessageType.dataAmf3:
        this.#handler.onMedia('data', timestampMs, messageStreamId, body.subarray(envelopeBytes(body)))
        return
      case MessageType.commandAmf0:
        this.#onCommand(body, 0, messageStreamId)
        return
      case MessageType.commandAmf3:
        this.#onCommand(body, envelopeBytes(body), messageStreamId)
        return
      case MessageType.aggregate:
        readAggregate(body, timestampMs, (partType, partMs, part) => {
          // An FLV tag is audio, video or data; anything else in there is nobody's.
          if (isFlvTagType(partType)) this.#onMessage(partType, partMs, messageStreamId, part)
          else this.#handler.onUnknown?.(`part of type ${partType} in an aggregate message`)
        })
        return
      default:
        this.#onControl(type, body)
        return
    }
  }

  #onCommand(body: Uint8Array, at: number, messageStreamId: number): void {
    this.#spend('asking')
    this.#handler.onCommand(readCommand(body, at), messageStreamId)
    this.#checkUnread()
  }

  #onControl(type: number, body: Uint8Array): void {
    if (type === MessageType.acknowledgement) this.#spend('acknowledging')
    else if (type !== MessageType.userControl) this.#spend('telling')
    switch (type) {
      case MessageType.setChunkSize:
        this.#reader.setChunkBytes(readSetChunkSize(body).chunkBytes)
        return
      case MessageType.abort:
        this.#reader.abort(readAbort(body).chunkStreamId)
        return
      case MessageType.acknowledgement:
        this.#handler.onAcknowledged?.(this.#ackedBytes.unwrap(readAcknowledgement(body).receivedBytes))
        return
      case MessageType.windowAckSize: {
        const { windowBytes } = readWindowAckSize(body)
        // 0 asks for nothing that can be done; a tiny window costs at most one answer a read.
        if (windowBytes > 0) this.#ackWindowBytes = windowBytes
        return
      }
      case MessageType.userControl: {
        const message = readUserControl(body)
        const isPing = message.event === UserControlEvent.pingRequest
        this.#spend(isPing ? 'asking' : 'telling')
        if (isPing) this.sendUserControl(UserControlEvent.pingResponse, message.value)
        this.#handler.onUserControl?.(message)
        this.#checkUnread()
        return
      }
      default:
        // Set Peer Bandwidth changes nothing for us; shared objects and types that we do not know ask for no answer.
        if (type !== MessageType.setPeerBandwidth) this.#handler.onUnknown?.(nameOf(type))
        return
    }
  }
}

const isFlvTagType = (type: number): boolean => type === MessageType.audio || type === MessageType.video || type === MessageType.dataAmf0

/** Types 15 and 17 put one byte before their values: 0 for AMF0 values, which all known peers mean. */
const envelopeBytes = (body: Uint8Array): 0 | 1 => (body[0] === 0 ? 1 : 0)
