import { BoundedQueue } from '@sluice/base/bounded'
import type { Clock, Timer } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { Frame } from '@sluice/codecs/frame'
import { maxLinkFrameBytes, writeEnd, writeFrameHead, writeTrack } from '@sluice/containers/frame-link'
import type { FromWatch } from '@sluice/contract/watch'
import type { OpenWatchProcess, WatchProcess } from './watch-process.ts'

/** From the start to its first word, as for the process that watches. */
const helloMs = 20_000
/** One key frame of 8K takes a second on a slow machine. */
const drawMs = 5000
/** Whoever looks at a wall asks again within seconds. */
const lingerMs = 30_000
/** After a child that failed: a picture that kills it must not start one after the other. */
const restMs = 10_000
/** 95 MB bare and one decoder of the largest picture that is taken: more is a leak. */
const maxRssBytes = 512 * 1024 * 1024
/** Of one engine; a wall asks for no more at a time. */
const maxWaiting = { count: 64, bytes: 64 * 1024 * 1024 }
const maxFrameBytes = maxLinkFrameBytes - 64

/** Called once; null: there is no picture. */
type OnDrawn = (jpeg: Uint8Array | null) => void
type Wish = { readonly frame: Frame; readonly onDrawn: OnDrawn }
type Parts = { readonly clock: Clock; readonly log: Logger; readonly open: OpenWatchProcess }

/**
 * Has key frames drawn as small pictures, one after the other, in a child process that runs while somebody asks and for 30 s after. A child
 * that crashes, hangs or grows costs the picture that it was at, and pictures for the next 10 s. Media never waits for any of it.
 */
export class Thumbnailer {
  readonly #parts: Parts
  readonly #waiting = new BoundedQueue<Wish>({
    maxCount: maxWaiting.count,
    maxBytes: maxWaiting.bytes,
    bytesOf: ({ frame }) => frame.bytes.length,
  })
  #process: WatchProcess | null = null
  #isReady = false
  /** No child of this machine can decode: none is started again. */
  #isUnavailable = false
  /** What the child is at. */
  #current: { readonly slot: number; readonly onDrawn: OnDrawn } | null = null
  #nextSlot = 1
  #restsUntilMs = Number.NEGATIVE_INFINITY
  /** Until the child must have answered; while it has nothing to do, until it goes. */
  #timer: Timer | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Of the child, for tests; null while there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null
  }

  /** `frame`: a key frame of video. It is held until it is drawn. */
  draw(frame: Frame, onDrawn: OnDrawn): void {
    const isResting = this.#parts.clock.nowMs() < this.#restsUntilMs
    const isPicture = frame.track.kind === 'video' && frame.isKey && frame.bytes.length > 0 && frame.bytes.length <= maxFrameBytes
    const isWanted = !this.#isUnavailable && !isResting && isPicture && this.#waiting.offer({ frame, onDrawn }) === 'queued'
    if (!isWanted) onDrawn(null)
    else if (this.#process === null) this.#start()
    else if (this.#isReady && this.#current === null) this.#next()
  }

  close(): void {
    this.#end()
  }

  #start(): void {
    const { open } = this.#parts
    const mine: { process: WatchProcess | null } = { process: null }
    mine.process = open({
      onMessage: (message) => {
        if (mine.process === this.#process) this.#receive(message)
      },
      onEnd: (reason) => {
        if (mine.process === this.#process) this.#fail(reason)
      },
      maxRssBytes: () => maxRssBytes,
    })
    this.#process = mine.process
    this.#limit(helloMs, () => this.#fail(`it did not answer for ${helloMs / 1000} s`))
  }

  #receive(message: FromWatch): void {
    if (message.type === 'hello') this.#greet(message.problem)
    else if (message.type === 'beat' && message.rssBytes > maxRssBytes)
      this.#fail(`it used ${Math.round(message.rssBytes / 2 ** 20)} MB of memory`)
    else if (message.type === 'thumbnail' && message.slot === this.#current?.slot) this.#drawn(message.jpeg)
    else if (message.type === 'undecoded' && message.slot === this.#current?.slot) this.#drawn(null)
  }

  #greet(problem: string | null): void {
    if (problem === null) {
      this.#isReady = true
      this.#next()
      return
    }
    this.#isUnavailable = true
    this.#parts.log.warn({ reason: problem }, 'the wall has no pictures on this machine')
    this.#end()
  }

  #drawn(jpeg: Uint8Array | null): void {
    const onDrawn = this.#current?.onDrawn
    this.#current = null
    onDrawn?.(jpeg)
    if (this.#process !== null) this.#next()
  }

  #next(): void {
    const wish = this.#waiting.take()
    if (wish === undefined) {
      this.#limit(lingerMs, () => this.#end())
      return
    }
    const { frame, onDrawn } = wish
    const slot = this.#nextSlot++
    this.#current = { slot, onDrawn }
    this.#limit(drawMs, () => this.#fail(`a picture took over ${drawMs / 1000} s`))
    const send = this.#process?.send ?? (() => false)
    const isSent = send(writeTrack(slot, frame.track), null) && send(writeFrameHead(slot, frame), frame.bytes)
    send(writeEnd(slot), null)
    if (!isSent) this.#fail('it does not read')
  }

  #fail(reason: string): void {
    const { clock, log } = this.#parts
    this.#restsUntilMs = clock.nowMs() + restMs
    log.warn({ reason }, 'the process that draws thumbnails failed; media is not affected')
    this.#end()
  }

  /** Whoever waits gets no picture. */
  #end(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#process?.kill()
    this.#process = null
    this.#isReady = false
    const current = this.#current
    this.#current = null
    current?.onDrawn(null)
    for (let wish = this.#waiting.take(); wish !== undefined; wish = this.#waiting.take()) wish.onDrawn(null)
  }

  #limit(ms: number, run: () => void): void {
    this.#timer?.cancel()
    this.#timer = this.#parts.clock.after(ms, run)
  }
}
