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

/** The descriptor, while the socket still owns it and holds no bytes that must go before others; else -1. */
export function freeDescriptor(socket: Socket, descriptor: Descriptor): number {
  return (socket as Handled)._handle === descriptor.handle && socket.writableLength === 0 ? descriptor.fd : -1
}

/**
 * Gives `bytes` to the kernel at once, past the stream, which takes a request object, a queue entry and a tick for each write. What the
 * kernel does not take, and whatever fails, goes the stream's way, errors included. The stream's order is kept: while it holds bytes, it gets
 * these too. `descriptor`: of this socket.
 */
export function writeAtOnce(socket: Socket, descriptor: Descriptor, bytes: Uint8Array): void {
  const fd = freeDescriptor(socket, descriptor)
  writeRest(socket, bytes, fd < 0 ? 0 : tryWrite(fd, bytes))
}

/** What the kernel did not take of `bytes` goes to the stream. */
export function writeRest(socket: Socket, bytes: Uint8Array, takenBytes: number): void {
  if (takenBytes < bytes.length) socket.write(takenBytes === 0 ? bytes : bytes.subarray(takenBytes))
}

function tryWrite(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes)
  } catch {
    // Full, or broken: the stream finds out by itself, and tells it as an event.
    return 0
  }
}

/** The same bytes to many free descriptors, in one go: from `add` to `write` nothing may run that closes one of them. */
export class DirectWrites {
  #fds = new Int32Array(16)
  #takenBytes = new Int32Array(16)
  #count = 0

  clear(): void {
    this.#count = 0
  }

  add(fd: number): void {
    if (this.#count === this.#fds.length) {
      const fds = new Int32Array(this.#count * 2)
      fds.set(this.#fds)
      this.#fds = fds
      this.#takenBytes = new Int32Array(this.#count * 2)
    }
    this.#fds[this.#count++] = fd
  }

  write(bytes: Uint8Array): void {
    for (let i = 0; i < this.#count; i++) this.#takenBytes[i] = tryWrite(this.#fds[i]!, bytes)
  }

  /** Whether each descriptor took `bytes`. */
  hasTakenAll(bytes: number): boolean {
    for (let i = 0; i < this.#count; i++) if (this.#takenBytes[i] !== bytes) return false
    return true
  }

  /** Of those given to the descriptor that was added as the `i`th. */
  takenBytes(i: number): number {
    return this.#takenBytes[i]!
  }
}
