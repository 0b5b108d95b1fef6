import { fileURLToPath } from 'node:url'
import { backoffMs } from '@sluice/base/backoff'
import type { Clock, Timer } from '@sluice/base/clock'
import { openRecordChild, type RecordChild, type Sandbox } from '@sluice/base/sandbox'
import { type FromWatch, maxAnswerBytes, readFromWatch } from '@sluice/contract/watch'

const watchMain = fileURLToPath(new URL('../../../transcoder/src/watch-main.ts', import.meta.url))
/** Pictures that wait for a child that is slow are left out: the next segment has another. */
const maxQueuedBytes = 4 * 1024 * 1024
const limits = {
  rssBytes: () => 640 * 1024 * 1024,
  dataBytes: 4096 * 1024 * 1024,
  cpuSeconds: null,
  cores: { most: 0.8, windowMs: 20_000 },
  fileBytes: 0,
  niceness: 19,
}
/** It beats each second, and takes its time to read its codecs. */
const silentMs = { starting: 60_000, running: 15_000 }
const lookMs = 1000
const backoff = { baseMs: 2000, capMs: 60_000 }

export type ContentChildHandler = {
  onMessage(message: FromWatch): void
  /** Another child is there, which knows of no track, or there is none any more. */
  onChanged(): void
}

/** The child that decodes for all channels of this prober, behind the sandbox. One that dies, hangs or grows is replaced after a wait. */
export class ContentChild {
  readonly #clock: Clock
  readonly #sandbox: Sandbox
  readonly #handler: ContentChildHandler
  #child: RecordChild | null = null
  #isReady = false
  #heardMs = 0
  #failures = 0
  #timer: Timer | null = null
  /** Why nothing is decoded; null while it is, or is about to be. */
  problem: string | null = null
  #isUnavailable = false

  constructor(clock: Clock, sandbox: Sandbox, handler: ContentChildHandler) {
    this.#clock = clock
    this.#sandbox = sandbox
    this.#handler = handler
  }

  get isReady(): boolean {
    return this.#isReady
  }

  start(): void {
    if (this.#child !== null || this.#isUnavailable || this.#timer !== null) return
    this.#heardMs = this.#clock.nowMs()
    const job = {
      name: 'the process that decodes for the prober',
      says: 'sluice watch: ',
      script: watchMain,
      maxRecordBytes: maxAnswerBytes,
      limits,
    }
    const mine: { child: RecordChild | null } = { child: null }
    mine.child = openRecordChild(this.#sandbox, job, {
      onRecord: (record) => {
        if (mine.child === this.#child) this.#receive(readFromWatch(record))
      },
      onEnd: (reason) => {
        if (mine.child === this.#child) this.#fail(reason)
      },
    })
    this.#child = mine.child
    this.#timer = this.#clock.after(lookMs, () => this.#look())
  }

  /** False: it was left out. */
  send(head: Uint8Array, bytes: Uint8Array | null): boolean {
    if (!this.#isReady || this.#child === null || (bytes !== null && this.#child.queuedBytes > maxQueuedBytes)) return false
    return this.#child.send(head, bytes)
  }

  /** Nothing is to be decoded for now. */
  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#child?.kill()
    this.#child = null
    this.#isReady = false
  }

  #receive(message: FromWatch): void {
    this.#heardMs = this.#clock.nowMs()
    if (message.type === 'hello') this.#greet(message.problem)
    else this.#handler.onMessage(message)
  }

  /** A machine that can decode nothing is asked once. */
  #greet(problem: string | null): void {
    this.problem = problem
    this.#isUnavailable = problem !== null
    this.#isReady = problem === null
    if (problem !== null) this.stop()
    this.#handler.onChanged()
  }

  #look(): void {
    this.#timer = this.#clock.after(lookMs, () => this.#look())
    const quietMs = this.#clock.nowMs() - this.#heardMs
    if (quietMs > (this.#isReady ? silentMs.running : silentMs.starting))
      this.#fail(`it did not answer for ${Math.round(quietMs / 1000)} s`)
    else if (this.#isReady) this.#failures = 0
  }

  #fail(reason: string): void {
    this.stop()
    this.problem = reason
    this.#handler.onChanged()
    this.#timer = this.#clock.after(backoffMs(backoff, this.#failures++), () => {
      this.#timer = null
      this.start()
    })
  }
}
