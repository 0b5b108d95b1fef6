import { Socket, type SocketConstructorOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Guard } from '@sluice/base/guard'

/** As much as libuv reads at once. */
const readBytes = 64 * 1024
/** One for all connections: from the read that fills it to the end of the call that takes it apart nothing else runs. */
const readBuffer = Buffer.allocUnsafeSlow(readBytes)

type Reads = { take: (bytes: Uint8Array) => void }
/** Of sockets that read so. */
const readsOf = new WeakMap<Duplex, Reads>()

/**
 * The connection of an accepted socket as one whose reads go into one buffer that is used again, past the stream's own queue: at 30 reads a
 * second that is half of what a read costs. Node has it for sockets that connect (`onread`) and not for accepted ones. The server was made
 * with `pauseOnConnect`. `accepted` is an empty shell from then on, which ends with the connection, so that its server counts right.
 */
export function readDirectly(accepted: Socket, guard: Guard): Socket {
  const shell: { _handle?: object | null } & Socket = accepted
  const handle = shell._handle
  if (handle === undefined || handle === null) return accepted.resume()
  shell._handle = null
  const reads: Reads = { take: () => {} }
  const callback = (byteCount: number, buffer: Uint8Array): boolean => {
    reads.take(buffer.subarray(0, byteCount))
    return true
  }
  // Its types know only a handle that is not connected yet; Node's own servers make their sockets of these.
  const socket = new Socket({ handle, onread: { buffer: readBuffer, callback } } as SocketConstructorOpts)
  readsOf.set(socket, reads)
  guard.once(socket, 'close', () => accepted.destroy())
  return socket
}

/**
 * Has `take` called with each read of a socket out of `readDirectly`: the bytes are there until it returns. It must not throw. False: the
 * socket is another one, whose bytes come with `data`.
 */
export function takeReads(socket: Duplex, take: (bytes: Uint8Array) => void): boolean {
  const reads = readsOf.get(socket)
  if (reads !== undefined) reads.take = take
  return reads !== undefined
}
