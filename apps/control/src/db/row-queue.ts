import { messageOf } from '@sluice/base/errors'
import type { Logger } from '@sluice/base/log'
import { troubleOf } from './failures.ts'

/** Beyond it the oldest are lost, and the log says how many: an hour of 80 rows a minute. */
const maxWaiting = 5000
const maxRowsPerInsert = 100

type Parts<Row> = {
  readonly log: Logger
  readonly insert: (rows: readonly Row[]) => Promise<unknown>
  /** For the log: `SRT figures`. */
  readonly what: string
}

/** Rows of figures on their way into the database, one batch after the other. They wait while it is away, and what it refuses is given up. */
export class RowQueue<Row> {
  readonly #parts: Parts<Row>
  // bound: `maxWaiting` rows, the oldest go and are counted as lost
  #waiting: Row[] = []
  #lost = 0
  #writing: Promise<void> | null = null

  constructor(parts: Parts<Row>) {
    this.#parts = parts
  }

  /** Those that are not written yet, oldest first. */
  get waiting(): readonly Row[] {
    return this.#waiting
  }

  add(rows: readonly Row[]): void {
    this.#waiting.push(...rows)
    const over = this.#waiting.length - maxWaiting
    if (over > 0) this.#lost += this.#waiting.splice(0, over).length
  }

  /** Begins to write what waits. What the database does not take now waits for the next call. */
  write(): void {
    if (this.#waiting.length === 0) return
    this.#writing ??= this.#flush().finally(() => {
      this.#writing = null
    })
  }

  /** Writes all, and waits for it. */
  async close(): Promise<void> {
    await this.#writing
    await this.#flush()
  }

  async #flush(): Promise<void> {
    const { insert, log, what } = this.#parts
    while (this.#waiting.length > 0) {
      const rows = this.#waiting.slice(0, maxRowsPerInsert)
      try {
        await insert(rows)
      } catch (error) {
        log.error({ error: messageOf(error), waiting: this.#waiting.length }, `${what} of a minute could not be stored`)
        if (troubleOf(error) !== null) return
      }
      const written = new Set(rows)
      this.#waiting = this.#waiting.filter((row) => !written.has(row))
    }
    if (this.#lost > 0) log.error({ rows: this.#lost }, `${what} were lost: the database was unavailable for too long`)
    this.#lost = 0
  }
}
