import type { Frame } from '@sluice/codecs/frame'

/** Sound beside the first few pictures; what is over it leaves ahead of them. */
const maxFrames = 128
const maxBytes = 1024 * 1024

/** Sound that came while the first pictures of a session are looked at: it leaves with them, in the order of time. */
export class WaitingSound {
  readonly #onFrame: (frame: Frame) => void
  // bound: `maxFrames` and `maxBytes`, all leave for the next
  #frames: Frame[] = []
  #bytes = 0

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0
  }

  put(frame: Frame): void {
    if (this.#frames.length >= maxFrames || this.#bytes + frame.bytes.length > maxBytes) this.release()
    this.#frames.push(frame)
    this.#bytes += frame.bytes.length
  }

  /** Gives `frame` out, behind the sound that is earlier. */
  pass(frame: Frame): void {
    while (this.#frames.length > 0 && this.#frames[0]!.dts < frame.dts) this.#take()
    this.#onFrame(frame)
  }

  release(): void {
    while (this.#frames.length > 0) this.#take()
  }

  #take(): void {
    const frame = this.#frames.shift()!
    this.#bytes -= frame.bytes.length
    this.#onFrame(frame)
  }
}
