import { readU32 } from '@sluice/base/bytes'
import type { Clock } from '@sluice/base/clock'
import type { UdpSocket } from '@sluice/protocols/srt'
import type { SrtSinkBehaviour } from './behaviour.ts'

/** First word of a control packet: a bit that says so, and the type. Spec: draft-sharabayko-srt-01 §3.2 */
const controlBit = 0x8000_0000
const ackWord = 0x8002_0000
const noiseBytes = 64

type Peer = { behaviour: SrtSinkBehaviour; isCut: boolean }

/** A UDP socket with a bad network, or a bad program, behind it: what each peer meets is decided by its first packet. */
export class EmulatedDatagrams implements UdpSocket {
  readonly #socket: UdpSocket
  readonly #clock: Clock
  readonly #behaviour: () => SrtSinkBehaviour
  readonly #peers = new Map<string, Peer>()
  #noiseSeed = 1
  onPacket: UdpSocket['onPacket'] = () => {}

  constructor(socket: UdpSocket, clock: Clock, behaviour: () => SrtSinkBehaviour) {
    this.#socket = socket
    this.#clock = clock
    this.#behaviour = behaviour
    socket.onPacket = (packet, address, port) => this.#hear(packet, address, port)
  }

  get port(): number {
    return this.#socket.port
  }

  set onError(onError: UdpSocket['onError']) {
    this.#socket.onError = onError
  }

  /** Peers so far: one for each attempt of a caller that takes a new port. */
  get peersTotal(): number {
    return this.#peers.size
  }

  /** What the peer meets. */
  behaviourFor(address: string, port: number): SrtSinkBehaviour {
    return this.#peer(address, port).behaviour
  }

  /** From now on the peer's media is lost, and with `vanish` everything, both ways. */
  cut(address: string, port: number): void {
    this.#peer(address, port).isCut = true
  }

  send(packet: Uint8Array, port: number, address: string): void {
    const { behaviour, isCut } = this.#peer(address, port)
    if (isCut && behaviour.type === 'vanish') return
    if (behaviour.type === 'never-acknowledge' && isAck(packet)) return
    if (behaviour.type !== 'late') this.#socket.send(packet, port, address)
    else this.#clock.after(behaviour.latencyMs, () => this.#socket.send(packet, port, address))
  }

  close(): void {
    this.#socket.close()
  }

  #hear(packet: Uint8Array, address: string, port: number): void {
    const { behaviour, isCut } = this.#peer(address, port)
    if (behaviour.type === 'silent') return
    if (behaviour.type === 'garbage') {
      this.#socket.send(this.#noise(), port, address)
      return
    }
    if (isCut && (behaviour.type === 'vanish' || !isControl(packet))) return
    if (behaviour.type !== 'late') this.onPacket(packet, address, port)
    else this.#clock.after(behaviour.latencyMs, () => this.onPacket(packet, address, port))
  }

  #peer(address: string, port: number): Peer {
    const name = `${address} ${port}`
    const peer = this.#peers.get(name) ?? { behaviour: this.#behaviour(), isCut: false }
    this.#peers.set(name, peer)
    return peer
  }

  #noise(): Uint8Array {
    this.#noiseSeed = (this.#noiseSeed * 48_271) % 0x7fff_ffff
    return Uint8Array.from({ length: noiseBytes }, (_, i) => (this.#noiseSeed >>> (i % 24)) & 0xff)
  }
}

const isControl = (packet: Uint8Array): boolean => packet.length >= 4 && (readU32(packet, 0) & controlBit) !== 0
const isAck = (packet: Uint8Array): boolean => packet.length >= 4 && readU32(packet, 0) >>> 16 === ackWord >>> 16
