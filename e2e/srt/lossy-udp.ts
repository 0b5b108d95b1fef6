import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { randomFrom } from '@sluice/testkit/random'

/** A bad line between a caller and a UDP port on loopback. `lost` counts packets that it took away, both ways; spoilt, it turns all bytes into noise. */
export type LossyUdp = { readonly port: number; readonly lost: number; lossRatio: number; isSpoilt: boolean; close(): void }

/** Packets arrive `delayMs` later, each direction alike, and are lost by chance; the chances come from a seed. */
export async function openLossyUdp(targetPort: number, line: { delayMs: number; lossRatio: number }): Promise<LossyUdp> {
  const random = randomFrom(7)
  const near = await bind()
  const far = new Map<string, Socket>()
  const state = { lost: 0, lossRatio: line.lossRatio, isSpoilt: false, isOpen: true }
  const pass = (socket: Socket, packet: Buffer, port: number): void => {
    if (random.next() < state.lossRatio) state.lost++
    else
      setTimeout(() => state.isOpen && socket.send(state.isSpoilt ? random.bytes(packet.length) : packet, port, '127.0.0.1'), line.delayMs)
  }
  const farFor = (from: RemoteInfo): Socket => {
    const name = String(from.port)
    const known = far.get(name)
    if (known !== undefined) return known
    const socket = createSocket('udp4')
    socket.on('error', () => {}) // the far end may be gone
    socket.on('message', (packet) => pass(near, packet, from.port))
    socket.bind(0, '127.0.0.1')
    far.set(name, socket)
    return socket
  }
  near.on('message', (packet, from) => pass(farFor(from), packet, targetPort))
  return {
    port: near.address().port,
    get lost() {
      return state.lost
    },
    get lossRatio() {
      return state.lossRatio
    },
    set lossRatio(ratio) {
      state.lossRatio = ratio
    },
    get isSpoilt() {
      return state.isSpoilt
    },
    set isSpoilt(isSpoilt) {
      state.isSpoilt = isSpoilt
    },
    close() {
      state.isOpen = false
      near.close()
      for (const socket of far.values()) socket.close()
    },
  }
}

async function bind(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}
