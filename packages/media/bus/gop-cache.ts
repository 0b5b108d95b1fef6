import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'

/** What one cached GOP may hold; an encoder with endless GOPs must not fill the memory. 20 s of 12 Mbit/s fit. */
const maxCachedBytes = 32 * 1024 * 1024
const maxCachedTicks = 30 * ticksPerSecond
/** Without video every frame is a start; so much audio is kept, that a joiner has sound at once. */
const audioOnlyTicks = ticksPerSecond

/**
 * The frames since the last video key frame, in order of arrival, so that a joiner starts decoding at once. Holds references
 * to shared frames, never copies. A GOP that outgrows its bounds is given up until the next key frame.
 */
export class GopCache {
  #frames: Frame[] = []
  #bytes = 0
  #isGivenUp = false
  #hasVideo = false

  /** Frames a joiner needs before the live ones; empty when there is no key frame yet. */
  get frames(): readonly Frame[] {
    return this.#frames
  }

  push(frame: Frame): void {
    if (frame.track.kind === 'video') {
      this.#hasVideo = true
      if (frame.isKey && frame.track.id === 0) this.#restart()
    }
    if (this.#isGivenUp) return
    if (this.#hasVideo && this.#frames.length === 0 && !(frame.track.kind === 'video' && frame.isKey)) return
    this.#frames.push(frame)
    this.#bytes += frame.bytes.length
    const first = this.#frames[0]!
    if (!this.#hasVideo) {
      while (this.#frames.length > 1 && frame.dts - this.#frames[0]!.dts > audioOnlyTicks) this.#frames.shift()
      return
    }
    if (this.#bytes > maxCachedBytes || frame.dts - first.dts > maxCachedTicks) {
      this.#restart()
      this.#isGivenUp = true
    }
  }

  clear(): void {
    this.#restart()
    this.#hasVideo = false
  }

  #restart(): void {
    this.#frames = []
    this.#bytes = 0
    this.#isGivenUp = false
  }
}
