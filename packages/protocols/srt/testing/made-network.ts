import type { Clock, Timer } from '@sluice/base/clock'
import { randomFrom, type SeededRandom } from '@sluice/testkit/random'
import type { UdpSocket } from '../udp-socket.ts'

/** What a path does to packets. Ratios 0..1; times in milliseconds; each direction alike and on its own. */
export type PathSettings = {
  seed: number
  /** One way. */
  delayMs: number
  /** Added to each packet, even over 0..jitterMs: packets overtake each other. */
  jitterMs?: number
  lossRatio?: number
  duplicateRatio?: number
  /** The path loses all for `lastsMs`, both ways, about once in `everyMs`. */
  burst?: { everyMs: number; lastsMs: number }
  /** Packets wait for the link, which is this fast; more than 200 ms of queue are lost. */
  rateBps?: number
}

type Parcel = { dueMs: number; order: number; packet: Uint8Array; from: MadeSocket; to: MadeSocket }

const MAX_QUEUE_MS = 200

/** Looks at each packet before it goes; false takes it away. */
export type Watcher = (packet: Uint8Array, from: UdpSocket) => boolean

/** A network in memory on a given clock: loss, delay, jitter, duplicates and rate by a seed, so that every run is the same. */
export class MadeNetwork {
  readonly #clock: Clock
  readonly #settings: PathSettings
  readonly #random: SeededRandom
  readonly #sockets = new Map<string, MadeSocket>()
  readonly #parcels: Parcel[] = []
  readonly #freeAtMs = new Map<MadeSocket, number>()
  #burstAtMs = Number.NEGATIVE_INFINITY
  #timer: Timer | null = null
  #order = 0
  /** Packets lost, by chance or by burst. */
  lost = 0
  watch: Watcher = () => true

  constructor(clock: Clock, settings: PathSettings) {
    this.#clock = clock
    this.#settings = settings
    this.#random = randomFrom(settings.seed)
  }

  /** A socket at `address` and `port`. */
  open(address: string, port: number): MadeSocket {
    const socket = new MadeSocket(this, address, port)
    this.#sockets.set(`${address}|${port}`, socket)
    return socket
  }

  close(socket: MadeSocket): void {
    this.#sockets.delete(`${socket.address}|${socket.port}`)
  }

  carry(packet: Uint8Array, from: MadeSocket, address: string, port: number): void {
    const to = this.#sockets.get(`${address}|${port}`)
    if (to === undefined || !this.watch(packet, from)) return
    const { lossRatio = 0, duplicateRatio = 0 } = this.#settings
    if (this.#isInBurst() || this.#random.next() < lossRatio) {
      this.lost++
      return
    }
    const copies = this.#random.next() < duplicateRatio ? 2 : 1
    for (let i = 0; i < copies; i++) this.#post(Uint8Array.from(packet), from, to)
    this.#arm()
  }

  #isInBurst(): boolean {
    const { burst } = this.#settings
    if (burst === undefined) return false
    const nowMs = this.#clock.nowMs()
    while (nowMs >= this.#burstAtMs + burst.lastsMs) this.#burstAtMs = nowMs + burst.everyMs * (0.5 + this.#random.next())
    return nowMs >= this.#burstAtMs
  }

  #post(packet: Uint8Array, from: MadeSocket, to: MadeSocket): void {
    const { delayMs, jitterMs = 0, rateBps } = this.#settings
    const nowMs = this.#clock.nowMs()
    let leavesMs = nowMs
    if (rateBps !== undefined) {
      leavesMs = Math.max(nowMs, this.#freeAtMs.get(from) ?? 0) + ((packet.length + 28) * 8000) / rateBps
      if (leavesMs - nowMs > MAX_QUEUE_MS) {
        this.lost++
        return
      }
      this.#freeAtMs.set(from, leavesMs)
    }
    const dueMs = leavesMs + delayMs + this.#random.next() * jitterMs
    const parcel = { dueMs, order: this.#order++, packet, from, to }
    let at = this.#parcels.length
    while (at > 0 && this.#parcels[at - 1]!.dueMs > dueMs) at--
    this.#parcels.splice(at, 0, parcel)
  }

  #arm(): void {
    this.#timer?.cancel()
    const next = this.#parcels[0]
    this.#timer = next === undefined ? null : this.#clock.after(Math.max(0, next.dueMs - this.#clock.nowMs()), () => this.#deliver())
  }

  #deliver(): void {
    const nowMs = this.#clock.nowMs()
    this.#timer = null
    while (this.#parcels.length > 0 && this.#parcels[0]!.dueMs <= nowMs) {
      const { packet, from, to } = this.#parcels.shift()!
      to.onPacket(packet, from.address, from.port)
    }
    this.#arm()
  }
}

/** A socket of a made network. */
export class MadeSocket implements UdpSocket {
  readonly address: string
  readonly port: number
  readonly #network: MadeNetwork
  onPacket: (packet: Uint8Array, address: string, port: number) => void = () => {}
  onError: (error: Error) => void = () => {}

  constructor(network: MadeNetwork, address: string, port: number) {
    this.#network = network
    this.address = address
    this.port = port
  }

  send(packet: Uint8Array, port: number, address: string): void {
    this.#network.carry(packet, this, address, port)
  }

  close(): void {
    this.#network.close(this)
  }
}
