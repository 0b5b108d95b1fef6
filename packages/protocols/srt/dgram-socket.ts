// node:dgram in a file of its own: server, caller and rendezvous all stand on it.
import { createSocket, type Socket } from 'node:dgram'
import { Guard } from '@sluice/base/guard'
import type { Logger } from '@sluice/base/log'
import type { UdpSocket } from './udp-socket.ts'

/** Where a socket is bound, and to whom it is connected. `host` undefined: all addresses, IPv4 and IPv6. */
export type DgramOptions = {
  host?: string | undefined
  port: number
  /** Only packets from here are received, and sending needs no address. */
  peer?: { address: string; port: number } | undefined
  /** Asked of the kernel, which may grant less (`net.core.rmem_max`). */
  receiveBufferBytes?: number | undefined
  reusePort?: boolean | undefined
  log: Logger
}

/** A bound UDP socket of the kernel. `receiveBufferBytes`: what the kernel granted. Rejects with the system's error (EADDRINUSE, EACCES). */
export async function openDgramSocket(options: DgramOptions): Promise<UdpSocket & { readonly receiveBufferBytes: number }> {
  const isIpv6 = options.host === undefined ? true : options.host.includes(':')
  try {
    return await open(options, isIpv6 ? 'udp6' : 'udp4')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const isWithoutIpv6 = options.host === undefined && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')
    if (!isWithoutIpv6) throw error
    return await open(options, 'udp4')
  }
}

async function open(options: DgramOptions, type: 'udp4' | 'udp6'): Promise<UdpSocket & { readonly receiveBufferBytes: number }> {
  const socket = createSocket({
    type,
    reusePort: options.reusePort ?? false,
    // Addresses are numeric already: without this each send waits for the next turn of the event loop.
    lookup: (host, _options, done) => done(null, host, type === 'udp6' ? 6 : 4),
  })
  const { peer } = options
  try {
    await bind(socket, options.port, options.host)
    if (peer !== undefined) await connect(socket, peer)
  } catch (error) {
    socket.close()
    throw error
  }
  if (options.receiveBufferBytes !== undefined) setBuffers(socket, options.receiveBufferBytes)
  let isClosed = false
  let isFull = false
  let sent = 0
  const out = {
    port: socket.address().port,
    receiveBufferBytes: socket.getRecvBufferSize(),
    onPacket: (_packet: Uint8Array, _address: string, _port: number): void => {},
    onError: (_error: Error): void => {},
    send: (packet: Uint8Array, port: number, address: string): void => {
      if (isClosed) return
      if (sent++ % lookEach === 0) isFull = socket.getSendQueueSize() > maxQueuedBytes
      if (isFull) return
      // Without offset and length Node makes no views of the packet.
      if (peer === undefined) socket.send(packet, port, address)
      else socket.send(packet)
    },
    close: (): void => {
      if (!isClosed) socket.close()
      isClosed = true
    },
  }
  // What a packet sets off is guarded for its connection by the endpoint; this is the net under that.
  const guard = new Guard('a UDP socket', options.log)
  guard.on(socket, 'message', (packet: Uint8Array, from: { address: string; port: number }) =>
    out.onPacket(packet, from.address, from.port),
  )
  guard.on(socket, 'error', (error: Error) => out.onError(error))
  return out
}

function bind(socket: Socket, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ port, ...(host === undefined ? {} : { address: host }) }, () => {
      socket.removeListener('error', reject)
      resolve()
    })
  })
}

function connect(socket: Socket, peer: { address: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.connect(peer.port, peer.address, (error?: Error) => (error ? reject(error) : resolve()))
  })
}

/** What the system has not taken yet, beyond which packets are lost as on any full network: without it a blocked way would fill memory. */
const maxQueuedBytes = 8 * 1024 * 1024
/** The queue is looked at once in so many packets. */
const lookEach = 64

/** The kernel's default of 208 KB holds 33 ms at 50 Mbit/s: one pause of the event loop would show as loss. */
function setBuffers(socket: Socket, bytes: number): void {
  try {
    socket.setRecvBufferSize(bytes)
    socket.setSendBufferSize(bytes)
  } catch {
    // The size that was granted is read back and reported by whoever opened the socket.
  }
}
