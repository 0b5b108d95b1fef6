import { addressGroup } from '@sluice/base/address'
import { readU32 } from '@sluice/base/bytes'
import type { Clock, Timer } from '@sluice/base/clock'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import { Connection, type ConnectionFacts } from './connection.ts'
import { ControlType, headerBytes, idleTickMs } from './constants.ts'
import { randomKey } from './crypto.ts'
import type { SrtCloseReason } from './errors.ts'
import { isControlPacket, readControlType, readDestinationId } from './packet/header.ts'
import type { KeyExchange } from './session/key-exchange.ts'
import type { SessionSettings } from './session/settings.ts'
import type { UdpSocket } from './udp-socket.ts'

/** What an endpoint counts besides its connections. */
export type EndpointCounters = { receivedPackets: number; strayPackets: number; spoofedPackets: number }

/** Takes the handshake packets, and is called while a handshake is under way. */
export type HandshakeSide = {
  onHandshake(packet: Uint8Array, address: string, port: number, nowMs: number): void
  /** Does what is due; returns the milliseconds after which it wants to be called again, Infinity for never. */
  onTick(nowMs: number): number
}

/** One UDP socket and the connections on it: packets go by socket id, and only from the address of their connection. */
export class Endpoint {
  /** After a connection's own `onClose`: for an owner that holds one connection and its socket. */
  onGone: (reason: SrtCloseReason) => void = () => {}
  readonly counters: EndpointCounters = { receivedPackets: 0, strayPackets: 0, spoofedPackets: 0 }
  readonly #socket: UdpSocket
  readonly #clock: Clock
  readonly #side: HandshakeSide
  // bound: the limit of connections of the listener
  readonly #connections = new Map<number, Connection>()
  // bound: one an address with a connection
  readonly #byAddress = new Map<string, number>()
  readonly #guard: Guard
  #timer: Timer | null = null
  #timerAtMs = Number.POSITIVE_INFINITY
  #sideAtMs = Number.POSITIVE_INFINITY
  #isClosed = false

  constructor(socket: UdpSocket, clock: Clock, side: HandshakeSide, log: Logger) {
    this.#socket = socket
    this.#guard = new Guard('an SRT connection', log)
    this.#clock = clock
    this.#side = side
    socket.onPacket = (packet, address, port) => this.#onPacket(packet, address, port)
  }

  /** Connections on the socket now. */
  get size(): number {
    return this.#connections.size
  }

  /** Connections with peers at `address` now; an IPv6 /64 counts as one address. */
  countFrom(address: string): number {
    return this.#byAddress.get(addressGroup(address)) ?? 0
  }

  connections(): IterableIterator<Connection> {
    return this.#connections.values()
  }

  /** A socket id that no connection here has: 1..0x3fffffff, not to be guessed. */
  makeSocketId(): number {
    for (;;) {
      const id = readU32(randomKey(4), 0) & 0x3fff_ffff
      if (id !== 0 && !this.#connections.has(id)) return id
    }
  }

  /** Sends a packet that belongs to no connection yet. */
  send(packet: Uint8Array, port: number, address: string): void {
    this.#socket.send(packet, port, address)
  }

  /** Makes the connection that a handshake agreed on; it is served from now on. */
  openConnection(facts: ConnectionFacts, settings: SessionSettings, keys: KeyExchange | null): Connection {
    const connection: Connection = new Connection(facts, settings, keys, this.#clock, {
      send: (packet, port, address) => this.#socket.send(packet, port, address),
      arm: () => this.#armFor(connection, this.#clock.nowMs()),
      gone: (reason) => {
        this.#remove(settings.localSocketId, facts.remoteAddress)
        this.onGone(reason)
      },
    })
    this.#connections.set(settings.localSocketId, connection)
    this.#byAddress.set(addressGroup(facts.remoteAddress), this.countFrom(facts.remoteAddress) + 1)
    this.#armFor(connection, this.#clock.nowMs())
    return connection
  }

  /** A handshake has begun or gone on: its side is called from now on, as long as it wants. */
  wake(): void {
    const nowMs = this.#clock.nowMs()
    this.#sideAtMs = Math.min(this.#sideAtMs, nowMs + idleTickMs)
    this.#arm(this.#sideAtMs, nowMs)
  }

  /** Closes the socket. Connections that are left are aborted. */
  close(): void {
    if (this.#isClosed) return
    for (const connection of [...this.#connections.values()]) connection.abort()
    this.#isClosed = true
    this.#timer?.cancel()
    this.#timer = null
    this.#socket.close()
  }

  #tick = (): void => {
    this.#timer = null
    const nowMs = this.#clock.nowMs()
    let nextMs = Number.POSITIVE_INFINITY
    for (const connection of this.#connections.values()) {
      const { session } = connection
      // Each by itself: one that throws must not keep the time from the others.
      try {
        if (session.nextTickMs(nowMs) <= nowMs) session.tick(nowMs)
      } catch (error) {
        this.#fail(connection, error)
      }
      nextMs = Math.min(nextMs, session.nextTickMs(nowMs))
    }
    if (this.#sideAtMs <= nowMs) this.#sideAtMs = nowMs + (this.#guard.run(() => this.#side.onTick(nowMs)) ?? idleTickMs)
    this.#arm(Math.min(nextMs, this.#sideAtMs), nowMs)
  }

  #armFor(connection: Connection, nowMs: number): void {
    this.#arm(connection.session.nextTickMs(nowMs), nowMs)
  }

  /** Sets the timer unless it comes soon enough. One that comes too soon is left: moving it costs as much as letting it find nothing due. */
  #arm(atMs: number, nowMs: number): void {
    if (this.#isClosed || atMs === Number.POSITIVE_INFINITY) return
    if (this.#timer !== null && this.#timerAtMs <= atMs) return
    this.#timer?.cancel()
    this.#timerAtMs = atMs
    // Timers count whole milliseconds from the start of the event loop's turn: without the one more they find nothing due yet.
    this.#timer = this.#clock.after(Math.max(0, Math.ceil(atMs - nowMs) + 1), this.#tick)
  }

  #onPacket(packet: Uint8Array, address: string, port: number): void {
    this.counters.receivedPackets++
    if (packet.length < headerBytes) {
      this.counters.strayPackets++
      return
    }
    const nowMs = this.#clock.nowMs()
    const id = readDestinationId(packet)
    const connection = id === 0 ? undefined : this.#connections.get(id)
    const isHandshake = isControlPacket(packet) && readControlType(packet) === ControlType.handshake
    if (isHandshake) {
      this.#guard.run(() => this.#side.onHandshake(packet, address, port, nowMs))
      return
    }
    if (connection === undefined) {
      this.counters.strayPackets++
      return
    }
    if (connection.socketAddress !== address || connection.remotePort !== port) {
      this.counters.spoofedPackets++
      return
    }
    try {
      connection.session.push(packet, nowMs)
    } catch (error) {
      this.#fail(connection, error)
    }
    this.#armFor(connection, nowMs)
  }

  #fail(connection: Connection, error: unknown): void {
    this.#guard.fault(error)
    this.#guard.run(() => connection.fail())
  }

  #remove(socketId: number, address: string): void {
    if (!this.#connections.delete(socketId)) return
    const left = this.countFrom(address) - 1
    if (left <= 0) this.#byAddress.delete(addressGroup(address))
    else this.#byAddress.set(addressGroup(address), left)
  }
}
