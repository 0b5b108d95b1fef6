import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

const headEnd = '\r\n\r\n'

/**
 * A TCP connection as an HTTP server sees it: one request at a time. Node's own server reads and parses 64 kB of pipelined
 * requests before it minds that nobody reads the answers; here the next one waits in the socket until the one before was answered.
 */
export class PacedConnection extends Duplex {
  readonly #socket: Socket
  // bound: what one read of the socket gave, which then rests until this is handed on
  #unread: Buffer | null = null
  #isWanted = false
  #held = 0
  #hasEnded = false
  #isEnding = false

  constructor(socket: Socket) {
    super({ allowHalfOpen: true, readableHighWaterMark: 1 })
    this.#socket = socket
    socket.on('data', (bytes) => this.#receive(bytes))
    socket.on('end', () => {
      this.#hasEnded = true
      this.#feed()
    })
    socket.on('error', () => this.destroy())
    socket.on('close', () => this.destroy())
    socket.pause()
  }

  /** The socket that was accepted. */
  get accepted(): Socket {
    return this.#socket
  }
  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress
  }
  get bytesWritten(): number {
    return this.#socket.bytesWritten
  }
  /** Bytes that the kernel took of what was written. */
  get takenBytes(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength
  }

  /** A request came in whole: the next one waits until all before it are answered. */
  hold(): void {
    this.#held++
    this.#feed()
  }
  /** It is read in another turn of the loop: else a connection that pipelines keeps all others from theirs. */
  release(): void {
    this.#held--
    if (this.#unread === null) this.#feed()
    else setImmediate(() => this.#feed())
  }

  /** Ends it at once, and with it what the kernel holds for a peer that takes nothing. */
  reset(): void {
    this.#socket.resetAndDestroy()
    this.destroy()
  }

  override _read(): void {
    this.#isWanted = true
    this.#feed()
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, done)
  }

  override _writev(parts: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.cork()
    parts.forEach(({ chunk }, i) => {
      this.#socket.write(chunk, i === parts.length - 1 ? done : undefined)
    })
    this.#socket.uncork()
  }

  /** What still comes is read and thrown away: a reset would take the last answer with it. */
  override _final(done: (error?: Error | null) => void): void {
    this.#isEnding = true
    this.#unread = null
    this.#socket.resume()
    this.#socket.end(() => done())
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#unread = null
    this.#socket.destroy()
    done(error)
  }

  #receive(bytes: Buffer): void {
    if (this.#isEnding || this.destroyed) return
    this.#unread = this.#unread === null ? bytes : Buffer.concat([this.#unread, bytes])
    this.#socket.pause()
    this.#feed()
  }

  /**
   * Up to the end of one head: whatever follows is another request, or a body that nobody reads.
   * While an answer is on its way one read is kept open, since only a read notices that the client has left.
   */
  #feed(): void {
    const isHeld = this.#held > 0
    if (this.destroyed || (!this.#isWanted && !isHeld)) return
    const unread = this.#unread
    if (unread === null && !this.#hasEnded) this.#socket.resume()
    if (isHeld) return
    if (unread === null) {
      if (this.#hasEnded) this.push(null)
      return
    }
    const at = unread.indexOf(headEnd)
    const length = at < 0 ? unread.length : at + headEnd.length
    this.#unread = length === unread.length ? null : unread.subarray(length)
    this.#isWanted = false
    this.push(unread.subarray(0, length))
  }
}

/** The socket that was accepted, of what a request calls its socket. */
export const acceptedSocket = (socket: object): object => (socket instanceof PacedConnection ? socket.accepted : socket)
