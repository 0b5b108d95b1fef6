import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'

/** What one cached GOP may hold; an encoder with endless GOPs must not fill the memory. 20 s of 12 Mbit/s fit. */
const maxCachedBytes = 32 * 1024 * 1024
const maxCachedTicks = 30 * ticksPerSecond
/** For an encoder whose timestamps stand still: 30 s of 120 fps video and 100 audio frames a second. */
const maxCachedFrames = 6600
/** Without video every frame is a start; so much audio is kept, that a joiner has sound at once. */
const audioOnlyTicks = ticksPerSecond
const maxAudioOnlyFrames = 400

/**
 * The frames since the last key frame of the first video track, in order of arrival, so that a joiner starts decoding at once. Holds
 * references to shared frames, never copies. A GOP that outgrows its bounds is given up until the next key frame.
 */
export class GopCache {
  // bound: `maxCachedBytes`, `maxCachedFrames` and 30 s, then it is given up until the next key frame
  #frames: Frame[] = []
  #bytes = 0
  #isGivenUp = false
  #overflows = 0
  #gopTicks: number | null = null
  #hasVideo = false

  /** Frames a joiner needs before the live ones; empty when there is no key frame yet. */
  get frames(): readonly Frame[] {
    return this.#frames
  }

  /** GOPs that had too many bytes or frames, since the start: nobody could join behind that point of them. */
  get overflows(): number {
    return this.#overflows
  }

  /** From the key frame before the last to the last; null: there was none. */
  get gopTicks(): number | null {
    return this.#gopTicks
  }

  push(frame: Frame): void {
    const isVideo = frame.track.kind === 'video'
    const isStart = isVideo && frame.isKey && frame.track.id === 0
    if (isStart && this.#hasVideo && this.#frames.length > 0) this.#gopTicks = frame.dts - this.#frames[0]!.dts
    // The first video frame ends the time in which audio alone was a start.
    if (isStart || (isVideo && !this.#hasVideo)) this.#restart()
    this.#hasVideo ||= isVideo
    if (this.#isGivenUp || (this.#hasVideo && this.#frames.length === 0 && !isStart)) return
    this.#frames.push(frame)
    this.#bytes += frame.bytes.length
    if (this.#hasVideo) this.#boundGop(frame)
    else this.#trimAudio(frame)
  }

  clear(): void {
    this.#restart()
    this.#hasVideo = false
  }

  #boundGop(newest: Frame): void {
    const isTooMuch = this.#bytes > maxCachedBytes || this.#frames.length > maxCachedFrames
    if (!isTooMuch && newest.dts - this.#frames[0]!.dts <= maxCachedTicks) return
    this.#restart()
    this.#isGivenUp = true
    if (isTooMuch) this.#overflows++
  }

  #trimAudio(newest: Frame): void {
    const frames = this.#frames
    while (frames.length > maxAudioOnlyFrames || (frames.length > 1 && newest.dts - frames[0]!.dts > audioOnlyTicks)) {
      this.#bytes -= frames.shift()!.bytes.length
    }
  }

  #restart(): void {
    this.#frames = []
    this.#bytes = 0
    this.#isGivenUp = false
  }
}
