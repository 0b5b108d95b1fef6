/** Answers are small, and each that waits costs some hundred bytes beside its own: so many wait at the most, however short they are. */
const maxCount = 2_000

type Batch = { bytes: number; count: number; endAt: number }
const emptyBatch = (): Batch => ({ bytes: 0, count: 0, endAt: 0 })

/**
 * How much of what we answered a peer has not read yet. Media goes out between the answers, so the depth of the queue says nothing:
 * answers are kept in two batches by their place in the stream, and a batch is over once the kernel has taken all up to its end.
 */
export class UnreadAnswers {
  readonly #maxBytes: number
  #older = emptyBatch()
  #newer = emptyBatch()

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** An answer was handed to the socket; `sentBytes` are all so far, this one and media included. */
  add(bytes: number, sentBytes: number): void {
    this.#newer.bytes += bytes
    this.#newer.count++
    this.#newer.endAt = sentBytes
  }

  /** What waits, once the kernel has taken `flushedBytes` of all: at most this, at least what came after the older batch. */
  waiting(flushedBytes: number): { bytes: number; count: number } {
    if (flushedBytes >= this.#newer.endAt) {
      this.#older = emptyBatch()
      this.#newer = emptyBatch()
    } else if (flushedBytes >= this.#older.endAt) {
      this.#older = this.#newer
      this.#newer = emptyBatch()
    }
    return { bytes: this.#older.bytes + this.#newer.bytes, count: this.#older.count + this.#newer.count }
  }

  /** Null while it is within its bounds, else the sentence that says what waits. */
  excess(flushedBytes: number): string | null {
    const { bytes, count } = this.waiting(flushedBytes)
    if (bytes <= this.#maxBytes && count <= maxCount) return null
    return `${count} answers (${bytes} bytes) wait unread, more than ${maxCount} or ${this.#maxBytes} bytes`
  }
}
