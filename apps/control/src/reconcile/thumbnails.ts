import { randomUUID } from 'node:crypto'
import { BoundedMap } from '@sluice/base/bounded'
import type { Clock, Timer } from '@sluice/base/clock'
import type { FromEngine } from '@sluice/contract/link'
import type { EngineLink } from './engine-link.ts'

/** A small picture of what a channel has on the air. `takenAt`: when its key frame had come in. */
export type Thumbnail = { readonly jpeg: Buffer; readonly takenAtMs: number }

/** Two walls of the same channels cost no more than one. */
const freshMs = 2000
/** A picture of this age is shown while the next one is drawn; an older one is waited for. */
const showableMs = 10_000
/** A picture that nobody could replace is shown for so long, grey and with its age. */
const keptMs = 5 * 60_000
const answerMs = 3000
/** For all engines together: each costs a decoded key frame. */
const drawsPerSecond = 10
const maxKept = 512

type Kept = { thumbnail: Thumbnail | null; askedMs: number; asking: Promise<void> | null }
type Asked = { readonly resolve: (result: Result | null) => void; readonly timer: Timer }
type Result = Extract<FromEngine, { type: 'thumbnail.result' }>

/**
 * Pictures for a wall of channels. Engines draw one when it is asked for, and control asks only because somebody looks: nobody who looks,
 * nothing that is drawn.
 */
export class Thumbnails {
  readonly #clock: Clock
  // At most 64 KiB a channel; the one that was asked for first goes for the next.
  readonly #kept = new BoundedMap<string, Kept>({ maxCount: maxKept, whenFull: 'forget-oldest' })
  // bound: `drawsPerSecond` times `answerMs`, each is ended by its timer
  readonly #asked = new Map<string, Asked>()
  #budget = drawsPerSecond
  #budgetMs = Number.NEGATIVE_INFINITY

  readonly #linkOf: (channelId: string) => EngineLink | undefined

  /** `linkOf`: to the engine of a channel, if it is up. */
  constructor(clock: Clock, linkOf: (channelId: string) => EngineLink | undefined) {
    this.#clock = clock
    this.#linkOf = linkOf
  }

  /** What the channel has on the air now; null: there is no picture of it (yet). Never rejects. */
  async look(channelId: string): Promise<Thumbnail | null> {
    const link = this.#linkOf(channelId)
    const kept = this.#kept.get(channelId) ?? { thumbnail: null, askedMs: Number.NEGATIVE_INFINITY, asking: null }
    this.#kept.set(channelId, kept)
    const nowMs = this.#clock.nowMs()
    if (link?.hello.draws === true && kept.asking === null && nowMs - kept.askedMs >= freshMs && this.#spend(nowMs)) {
      kept.askedMs = nowMs
      kept.asking = this.#ask(channelId, link, kept)
    }
    if (kept.asking !== null && this.#ageMs(kept) > showableMs) await kept.asking
    return this.#ageMs(kept) <= keptMs ? kept.thumbnail : null
  }

  receive(result: Result): void {
    const asked = this.#asked.get(result.requestId)
    this.#asked.delete(result.requestId)
    asked?.timer.cancel()
    asked?.resolve(result)
  }

  async #ask(channelId: string, link: EngineLink, kept: Kept): Promise<void> {
    const requestId = randomUUID()
    const { promise, resolve } = Promise.withResolvers<Result | null>()
    const timer = this.#clock.after(answerMs, () => {
      this.#asked.delete(requestId)
      resolve(null)
    })
    this.#asked.set(requestId, { resolve, timer })
    link.send({ type: 'thumbnail', requestId, channelId })
    const result = await promise
    kept.asking = null
    if (result === null) return
    // Off the air: what was on it is no picture of it any more.
    if (result.takenAt === null) kept.thumbnail = null
    else if (result.jpeg !== null) kept.thumbnail = { jpeg: Buffer.from(result.jpeg, 'base64'), takenAtMs: Date.parse(result.takenAt) }
  }

  #ageMs({ thumbnail }: Kept): number {
    return thumbnail === null ? Number.POSITIVE_INFINITY : this.#clock.wallMs() - thumbnail.takenAtMs
  }

  #spend(nowMs: number): boolean {
    this.#budget = Math.min(drawsPerSecond, this.#budget + ((nowMs - this.#budgetMs) / 1000) * drawsPerSecond)
    this.#budgetMs = nowMs
    if (this.#budget < 1) return false
    this.#budget--
    return true
  }
}
