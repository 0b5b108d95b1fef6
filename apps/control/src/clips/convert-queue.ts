import type { ConvertJob } from '@sluice/contract/transcoder'
import type { Converted, Converter } from './converter.ts'

/** One conversion at a time: the machine has media to carry. Slates go before clips, because a channel on the air waits for them. */
export class ConvertQueue {
  readonly #converter: Converter
  readonly #waiting: { job: ConvertJob; onProgress: (share: number) => void; resolve: (done: Converted) => void }[] = []
  #isBusy = false
  #isClosed = false
  /** Why this machine converts nothing; null while it does, or nobody has tried. */
  unavailable: string | null = null

  constructor(converter: Converter) {
    this.#converter = converter
  }

  /** Resolves with the outcome, and never when the queue is closed before its turn. */
  run(job: ConvertJob, onProgress: (share: number) => void = () => {}): Promise<Converted> {
    const { promise, resolve } = Promise.withResolvers<Converted>()
    const entry = { job, onProgress, resolve }
    const at = job.do === 'slate' ? this.#waiting.findIndex((other) => other.job.do !== 'slate') : -1
    if (at === -1) this.#waiting.push(entry)
    else this.#waiting.splice(at, 0, entry)
    void this.#next()
    return promise
  }

  close(): void {
    this.#isClosed = true
    this.#waiting.length = 0
    this.#converter.close()
  }

  async #next(): Promise<void> {
    const entry = this.#isBusy || this.#isClosed ? undefined : this.#waiting.shift()
    if (entry === undefined) return
    this.#isBusy = true
    const done = await this.#converter.run(entry.job, entry.onProgress)
    this.#isBusy = false
    this.unavailable = done.type === 'unavailable' ? done.message : null
    if (!this.#isClosed) entry.resolve(done)
    void this.#next()
  }
}
