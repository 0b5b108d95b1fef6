import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Clock, Timer } from '@sluice/base/clock'

/** What a wire does to the bytes that pass. `latencyMs` is that of each direction. */
export type WireTraits = {
  readonly bytesPerSecond: number | null
  readonly latencyMs: number
  readonly hasAcknowledgements: boolean
}

const acknowledgementBytes = 16
const acknowledgementType = 3
/** So much is read at once where the rate is bounded: a kernel that hands over 64 KiB would make one long pause of a slow reader. */
const slowReadMs = 250

/** An Acknowledgement alone in one write, as our server sends it: a fmt-0 header and four bytes. Spec: RTMP 1.0 §5.4.3 */
const isAcknowledgement = (bytes: Uint8Array): boolean => bytes.length === acknowledgementBytes && bytes[7] === acknowledgementType

/** A socket read slowly, late, or without acknowledging: what lies between a publisher and a bad destination. */
export class EmulatedWire extends Duplex {
  readonly #socket: Socket
  readonly #traits: WireTraits
  readonly #clock: Clock
  readonly #timers = new Set<Timer>()
  #isStalled = false
  /** Read from the socket and not yet passed on, where the rate is bounded. */
  #held: Uint8Array | null = null

  constructor(socket: Socket, traits: WireTraits, clock: Clock) {
    super({ allowHalfOpen: true })
    this.#socket = socket
    this.#traits = traits
    this.#clock = clock
    socket.on('data', (bytes: Uint8Array) => this.#receive(bytes))
    // After what is on its way: an end that overtakes the last bytes would cut them off.
    socket.on('end', () => this.#later(traits.latencyMs, () => this.push(null)))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
  }

  /** Reads nothing more. */
  stall(): void {
    this.#isStalled = true
    this.#socket.pause()
  }

  override _read(): void {
    if (!this.#isStalled && this.#held === null) this.#socket.resume()
  }

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const { hasAcknowledgements, latencyMs } = this.#traits
    const isKept = !hasAcknowledgements && isAcknowledgement(bytes)
    if (latencyMs === 0 && !isKept) this.#socket.write(bytes, done)
    else {
      // Taken at once and sent later: many answers may be on their way.
      if (!isKept) this.#later(latencyMs, () => this.#socket.write(bytes))
      done()
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#later(this.#traits.latencyMs, () => this.#socket.end(done))
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    for (const timer of this.#timers) timer.cancel()
    this.#socket.destroy()
    done(error)
  }

  #receive(bytes: Uint8Array): void {
    if (this.#traits.bytesPerSecond === null) this.#later(this.#traits.latencyMs, () => this.#pass(bytes))
    else {
      this.#socket.pause()
      this.#held = bytes
      this.#passSlowly(this.#traits.bytesPerSecond)
    }
  }

  /** Hands on a share of what was read, in its time, until nothing is held; then reads again. */
  #passSlowly(bytesPerSecond: number): void {
    const held = this.#held
    if (held === null || this.destroyed) return
    const shareBytes = Math.min(held.length, Math.max(1, Math.floor((bytesPerSecond * slowReadMs) / 1000)))
    this.#later((shareBytes / bytesPerSecond) * 1000, () => {
      this.#held = shareBytes === held.length ? null : held.subarray(shareBytes)
      this.#pass(held.subarray(0, shareBytes))
      this.#passSlowly(bytesPerSecond)
    })
  }

  #pass(bytes: Uint8Array): void {
    if (this.destroyed || this.readableEnded) return
    if (this.push(bytes)) this._read()
    else this.#socket.pause()
  }

  #later(delayMs: number, run: () => void): void {
    if (delayMs === 0) {
      run()
      return
    }
    const timer = this.#clock.after(delayMs, () => {
      this.#timers.delete(timer)
      if (!this.destroyed) run()
    })
    this.#timers.add(timer)
  }
}
