import { writeSync } from 'node:fs'
import type { Socket } from 'node:net'

/** What Node's sockets have beside their types; the handle is null once the descriptor is closed. */
type Handled = Socket & { readonly _handle?: { readonly fd?: number } | null }

/** A connected socket's handle and the descriptor that it owns: good for as long as the socket has this handle. */
export type Descriptor = { readonly handle: object; readonly fd: number }

/** Of a connected socket without TLS; null where Node does not show it. */
export function descriptorOf(socket: Socket): Descriptor | null {
  const handle = (socket as Handled)._handle
  const fd = handle?.fd ?? -1
  return handle === undefined || handle === null || fd < 0 ? null : { handle, fd }
}

/**
 * Gives `bytes` to the kernel at once, past the stream, which takes a request object, a queue entry and a tick for each write. What the
 * kernel does not take, and whatever fails, goes the stream's way, errors included. The stream's order is kept: while it holds bytes, it gets
 * these too. `descriptor`: of this socket.
 */
export function writeAtOnce(socket: Socket, descriptor: Descriptor, bytes: Uint8Array): void {
  if ((socket as Handled)._handle !== descriptor.handle || socket.writableLength > 0) {
    socket.write(bytes)
    return
  }
  let taken = 0
  try {
    taken = writeSync(descriptor.fd, bytes)
  } catch {
    // Full, or broken: the stream finds out by itself, and tells it as an event.
  }
  if (taken < bytes.length) socket.write(taken === 0 ? bytes : bytes.subarray(taken))
}
