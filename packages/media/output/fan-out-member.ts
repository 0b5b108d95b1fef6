/** The end of the hot path for one output or player: a socket, seen as a place to write and a depth. */
export interface WireSink {
  write(bytes: Uint8Array): void
  /** Bytes that the process holds for this sink because the kernel would not take them yet. */
  readonly queuedBytes: number
  /** Where the next bytes may go past the sink, in this turn of the event loop; -1 or absent: they may not. */
  readonly directFd?: number
  /** The kernel has taken so many of `bytes` by `directFd`: the sink counts them all, and sends the rest. */
  afterDirect?(bytes: Uint8Array, takenBytes: number): void
}

/** Frames flushed to a group so far: the members read their own count off it, so that a flush counts once and not once per member. */
export type FlushTally = { frames: number }

/** One sink at a fan-out. All instances have the same shape: the flush reads them for each write. */
export class FanOutMember {
  readonly sink: WireSink
  /** It is in the group whose batches wait for company. */
  isGathered = false
  /** Over this depth the member drops to its next key frame. */
  maxQueuedBytes: number
  /** It gets nothing until a batch with a key frame, and that from the key frame on. */
  needsKey = true
  framesDropped = 0
  /** Bytes written up to the end of the first frame, where decoding begins; null before it. */
  startBytes: number | null = null
  /** Writing to the sink threw: it gets nothing more, and its owner ends it. */
  isBroken = false
  #tally: FlushTally | null = null
  /** The tally when it came, less what it got before. */
  #tallyMark = 0

  constructor(sink: WireSink, maxQueuedBytes: number) {
    this.sink = sink
    this.maxQueuedBytes = maxQueuedBytes
  }

  get framesSent(): number {
    return (this.#tally?.frames ?? 0) - this.#tallyMark - this.framesDropped
  }

  /** From here on every frame of the tally is its own, sent or dropped. */
  enter(tally: FlushTally, framesBefore = 0): void {
    this.leave()
    this.#tallyMark += tally.frames - framesBefore
    this.#tally = tally
  }

  /** The tally goes on without it. */
  leave(): void {
    this.#tallyMark -= this.#tally?.frames ?? 0
    this.#tally = null
  }
}
