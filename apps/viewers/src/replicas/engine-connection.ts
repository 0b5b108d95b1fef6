import type { Socket } from 'node:net'
import type { Clock, Timer } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import { RecordReader } from '@sluice/base/records'
import {
  type FromViewers,
  maxStoreRecordBytes,
  readToViewers,
  storeLinkVersion,
  type ToViewers,
  writeFromViewers,
} from '@sluice/media/store-link'
import type { ChannelReplica } from './channel-replica.ts'
import type { Replicas } from './replicas.ts'

export type EngineConnectionParts = { readonly clock: Clock; readonly log: Logger; readonly replicas: Replicas }
type Handlers = { readonly onHello: (engineId: string) => void; readonly onClose: () => void }
type Following = Exclude<ToViewers, { type: 'hello' }>

/** From the accepted connection to an engine's hello, which comes at once. */
const helloMs = 10_000

/** One engine that tells its channels, from its hello to the end of its connection. */
export class EngineConnection {
  readonly #socket: Socket
  readonly #parts: EngineConnectionParts
  readonly #handlers: Handlers
  readonly #channels: Guard
  readonly #deadline: Timer
  // bound: one a channel of the engine; a new slot of a channel, `gone` and the end of the connection take them
  readonly #slots = new Map<number, ChannelReplica>()
  #engineId: string | null = null
  #isClosed = false

  constructor(socket: Socket, parts: EngineConnectionParts, handlers: Handlers) {
    this.#socket = socket
    this.#parts = parts
    this.#handlers = handlers
    const { log, clock } = parts
    this.#channels = new Guard('a channel that is watched', log)
    this.#deadline = clock.after(helloMs, () => this.#engineId === null && this.close())
    const guard = new Guard('the store link', log, () => this.close())
    const reader = new RecordReader(maxStoreRecordBytes)
    guard.on(socket, 'data', (bytes: Uint8Array) => {
      try {
        reader.push(bytes, (record) => this.#take(record))
      } catch (error) {
        log.error({ error: messageOf(error) }, 'an engine sent something that is not a message of the store link')
        this.close()
      }
    })
    guard.on(socket, 'error', () => this.close())
    guard.on(socket, 'close', () => this.close())
  }

  /** Null: it has not said hello. */
  get engineId(): string | null {
    return this.#engineId
  }

  /** An engine that does not read keeps its old figures: nothing waits for it here. */
  sendFigures(): void {
    if (this.#engineId === null || this.#socket.writableNeedDrain) return
    this.#send({ type: 'figures', channels: this.#parts.replicas.figuresOf(this.#engineId) })
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#deadline.cancel()
    this.#socket.destroy()
    this.#handlers.onClose()
    if (this.#engineId !== null) this.#parts.replicas.lose(this.#engineId)
  }

  #send(message: FromViewers): void {
    for (const piece of writeFromViewers(message)) this.#socket.write(piece)
  }

  #take(record: Uint8Array): void {
    const message = this.#isClosed ? null : readToViewers(record)
    if (message === null) return
    if (message.type === 'hello') this.#greet(message)
    else if (this.#engineId !== null) this.#follow(this.#engineId, message)
    else this.close()
  }

  #greet({ version, engineId }: Extract<ToViewers, { type: 'hello' }>): void {
    if (version !== storeLinkVersion) {
      const message = 'this engine is another version of Sluice: its channels cannot be watched until it is replaced'
      this.#parts.log.error({ engine: engineId, version, expected: storeLinkVersion }, message)
      this.close()
      return
    }
    this.#handlers.onHello(engineId)
    this.#engineId = engineId
    this.#send({ type: 'welcome', version: storeLinkVersion })
  }

  #follow(engineId: string, message: Following): void {
    const { replicas } = this.#parts
    if (message.type === 'keep') replicas.keep(engineId, new Set(message.channelIds))
    else if (message.type === 'channel') this.#followChannel(engineId, message)
    // A fault of one channel must not end what the others are told by.
    else if (message.type === 'entry') this.#channels.run(() => this.#apply(engineId, message))
    else this.#remove(engineId, message.slot)
  }

  #followChannel(engineId: string, { type: _, slot, ...facts }: Extract<ToViewers, { type: 'channel' }>): void {
    const { replicas } = this.#parts
    const known = this.#slots.get(slot)
    if (known !== undefined) {
      if (replicas.isOf(engineId, known)) replicas.setFacts(known, facts)
      return
    }
    // The store that it had before, in another slot, is told no longer.
    for (const [other, { channelId }] of this.#slots) if (channelId === facts.channelId) this.#slots.delete(other)
    const { replica, answer } = replicas.follow(engineId, facts)
    this.#slots.set(slot, replica)
    if (answer !== null) this.#send({ type: 'position', storeId: facts.storeId, after: answer })
  }

  #apply(engineId: string, { slot, entry }: Extract<Following, { type: 'entry' }>): void {
    const replica = this.#slots.get(slot)
    if (replica !== undefined && this.#parts.replicas.isOf(engineId, replica)) replica.apply(entry)
  }

  #remove(engineId: string, slot: number): void {
    const replica = this.#slots.get(slot)
    this.#slots.delete(slot)
    if (replica !== undefined) this.#parts.replicas.remove(engineId, replica.channelId)
  }
}
