import type { ConvertJob } from '@sluice/contract/transcoder'
import type { Converted, Converter } from './converter.ts'

/**
 * One conversion at a time: the machine has media to carry. Slates go before clips, because a channel on the air waits for
 * them, and so does the test card, for which somebody sits and waits.
 */
export class ConvertQueue {
  readonly #converter: Converter
  // bound: one a clip that is not converted yet; uploads are bounded by the disk share of clips
  readonly #waiting: { job: ConvertJob; onProgress: (share: number) => void; resolve: (done: Converted) => void }[] = []
  #isBusy = false
  #isClosed = false
  /** Why this machine converts nothing; null while it does, or nobody has tried. */
  unavailable: string | null = null

  constructor(converter: Converter) {
    this.#converter = converter
  }

  /** Resolves with the outcome; clips and slates never do when the queue is closed first: the next start goes on with them. */
  run(job: ConvertJob, onProgress: (share: number) => void = () => {}): Promise<Converted> {
    const { promise, resolve } = Promise.withResolvers<Converted>()
    const entry = { job, onProgress, resolve }
    const at = this.#waiting.findIndex((other) => rank(other.job) > rank(job))
    if (at === -1) this.#waiting.push(entry)
    else this.#waiting.splice(at, 0, entry)
    void this.#next()
    return promise
  }

  close(): void {
    this.#isClosed = true
    for (const { job, resolve } of this.#waiting.splice(0)) if (isAwaited(job)) resolve(stopped)
    this.#converter.close()
  }

  async #next(): Promise<void> {
    const entry = this.#isBusy || this.#isClosed ? undefined : this.#waiting.shift()
    if (entry === undefined) return
    this.#isBusy = true
    const done = await this.#converter.run(entry.job, entry.onProgress)
    this.#isBusy = false
    this.unavailable = done.type === 'unavailable' ? done.message : null
    if (!this.#isClosed || isAwaited(entry.job)) entry.resolve(done)
    void this.#next()
  }
}

/** Somebody waits for it, whatever happens. */
const isAwaited = (job: ConvertJob): boolean => job.do === 'test-card' || job.do === 'picture'
const stopped: Converted = { type: 'crashed', code: 'CLIP_CONVERT_STOPPED', message: 'Sluice was stopped before it was created.' }
const ranks: Readonly<Record<ConvertJob['do'], number>> = { slate: 0, 'test-card': 1, picture: 1, normalise: 2 }
const rank = (job: ConvertJob): number => ranks[job.do]
