import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Clock, Timer } from '@sluice/base/clock'

/** What a wire does to the bytes that pass. */
export type WireTraits = {
  readonly bytesPerSecond: number | null
  readonly latencyMs: number
  readonly hasAcknowledgements: boolean
}

const acknowledgementBytes = 16
const acknowledgementType = 3

/** An Acknowledgement alone in one write, as our server sends it: a fmt-0 header and four bytes. Spec: RTMP 1.0 §5.4.3 */
const isAcknowledgement = (bytes: Uint8Array): boolean => bytes.length === acknowledgementBytes && bytes[7] === acknowledgementType

/** A socket read slowly, late, or without acknowledging: what lies between a publisher and a bad destination. */
export class EmulatedWire extends Duplex {
  readonly #socket: Socket
  readonly #traits: WireTraits
  readonly #clock: Clock
  readonly #timers = new Set<Timer>()
  #isStalled = false

  constructor(socket: Socket, traits: WireTraits, clock: Clock) {
    super({ allowHalfOpen: true })
    this.#socket = socket
    this.#traits = traits
    this.#clock = clock
    socket.on('data', (bytes: Uint8Array) => this.#take(bytes))
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
  }

  /** Reads nothing more. */
  stall(): void {
    this.#isStalled = true
    this.#socket.pause()
  }

  override _read(): void {
    if (!this.#isStalled && this.#timers.size === 0) this.#socket.resume()
  }

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#traits.hasAcknowledgements || !isAcknowledgement(bytes)) this.#socket.write(bytes, done)
    else done()
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    for (const timer of this.#timers) timer.cancel()
    this.#socket.destroy()
    done(error)
  }

  #take(bytes: Uint8Array): void {
    const { bytesPerSecond, latencyMs } = this.#traits
    const delayMs = latencyMs + (bytesPerSecond === null ? 0 : (bytes.length / bytesPerSecond) * 1000)
    // One read at a time where the rate is bounded; where bytes are only late, many are on their way.
    if (bytesPerSecond !== null) this.#socket.pause()
    if (delayMs === 0) this.#pass(bytes)
    else {
      const timer = this.#clock.after(delayMs, () => {
        this.#timers.delete(timer)
        this.#pass(bytes)
      })
      this.#timers.add(timer)
    }
  }

  #pass(bytes: Uint8Array): void {
    if (this.destroyed || this.readableEnded) return
    if (this.push(bytes)) this._read()
    else this.#socket.pause()
  }
}
