import type { Frame } from '@sluice/codecs/frame'

/** A burst after a hang is fine: what an encoder held back for ten seconds at the limit, or for a minute and a half at 12 Mbit/s of 100. */
const burstS = 10
/** Pictures come back at a key frame once so much of the burst is free again: else the next GOP would be torn as well. */
const returnShare = 0.25
/** Over the limit for so long, with no calm of `calmMs` in between, it is no burst: the session ends. */
const endAfterMs = 20_000
const calmMs = 10_000

/** `left-out`: not to be used. `ended`: the session is over its limit for good. */
export type LimitVerdict = 'passed' | 'left-out' | 'ended'

/**
 * Holds one input to its bitrate: pictures over it are left out from one key frame to another, sound only where nothing is free for it. A
 * token bucket, so that what counts is the mean and not a burst.
 */
export class BitrateLimit {
  readonly #bytesPerMs: number
  readonly #burstBytes: number
  #freeBytes: number
  #atMs: number | null = null
  #needsKey = false
  #overSinceMs: number | null = null
  #lastOverMs = 0

  constructor(limitBps: number) {
    this.#bytesPerMs = limitBps / 8 / 1000
    this.#burstBytes = this.#bytesPerMs * 1000 * burstS
    this.#freeBytes = this.#burstBytes
  }

  admit(frame: Frame, nowMs: number): LimitVerdict {
    const sinceMs = this.#atMs === null ? 0 : Math.max(0, nowMs - this.#atMs)
    this.#atMs = nowMs
    this.#freeBytes = Math.min(this.#burstBytes, this.#freeBytes + sinceMs * this.#bytesPerMs)
    if (!this.#passes(frame)) return this.#noteOver(nowMs)
    this.#freeBytes -= frame.bytes.length
    return 'passed'
  }

  #passes(frame: Frame): boolean {
    const isFree = frame.bytes.length <= this.#freeBytes
    if (frame.track.kind === 'audio') return isFree
    if (this.#needsKey) this.#needsKey = !frame.isKey || frame.track.id !== 0 || this.#freeBytes < this.#burstBytes * returnShare
    this.#needsKey ||= !isFree
    return !this.#needsKey
  }

  #noteOver(nowMs: number): LimitVerdict {
    if (this.#overSinceMs === null || nowMs - this.#lastOverMs > calmMs) this.#overSinceMs = nowMs
    this.#lastOverMs = nowMs
    return nowMs - this.#overSinceMs >= endAfterMs ? 'ended' : 'left-out'
  }
}
