import { createSocket, type Socket } from 'node:dgram'
import { systemClock } from '@sluice/base/clock'
import { MadeNetwork, type MadeSocket, type PathSettings } from './made-network.ts'

/**
 * A UDP relay on loopback with a made path in it: callers of `port` reach `targetPort`. One far-end socket for each caller.
 * `lost` counts what the path took away.
 */
export async function openLossProxy(
  targetPort: number,
  path: PathSettings,
): Promise<{ port: number; network: MadeNetwork; close(): void }> {
  const network = new MadeNetwork(systemClock, path)
  const near = await bind()
  let isClosed = false
  const far = new Map<number, Socket>()
  const entries = new Map<number, MadeSocket>()
  const opening = new Map<number, Uint8Array[]>()

  const open = async (callerPort: number): Promise<void> => {
    const socket = await bind()
    const atCaller = network.open('caller', callerPort)
    const atTarget = network.open('target', callerPort)
    atTarget.onPacket = (packet) => isClosed || socket.send(packet, targetPort, '127.0.0.1')
    atCaller.onPacket = (packet) => isClosed || near.send(packet, callerPort, '127.0.0.1')
    socket.on('message', (packet) => atTarget.send(packet, callerPort, 'caller'))
    far.set(callerPort, socket)
    entries.set(callerPort, atCaller)
    for (const packet of opening.get(callerPort) ?? []) atCaller.send(packet, callerPort, 'target')
    opening.delete(callerPort)
  }

  near.on('message', (packet, from) => {
    const entry = entries.get(from.port)
    if (entry !== undefined) return entry.send(packet, from.port, 'target')
    const waiting = opening.get(from.port)
    if (waiting !== undefined) waiting.push(packet)
    else {
      opening.set(from.port, [packet])
      open(from.port).catch(() => {})
    }
  })
  return {
    port: near.address().port,
    network,
    close() {
      isClosed = true
      near.close()
      for (const socket of far.values()) socket.close()
    },
  }
}

function bind(): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.on('error', () => {}) // the far end may be gone
  return new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket)))
}
