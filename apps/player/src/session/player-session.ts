import type { PlayInfo } from '@sluice/contract/api'
import { askNow } from './ask-now.ts'
import { askPlayInfo } from './ask-play-info.ts'
import { attachHls, type HlsAttachment, type PlaybackError, preloadHls } from './attach-hls.ts'
import { MetricsCounter, type PlayerMetrics } from './metrics.ts'
import { canDecodeHere, judgeNotices, type Playability } from './notices.ts'
import type { PageFacts } from './page-card.ts'
import { nextPollMs, type PlayerState, planRecovery } from './player-state.ts'

export type SessionEvents = {
  onState(state: PlayerState): void
  /** What is known of the channel's page, with each answer. */
  onPage(facts: PageFacts): void
  onPlayability(found: Playability): void
}

const watchEveryMs = 1000
/** How often to ask again for a stream that this browser can't play: an encoder's codecs seldom change. */
const unplayableAskMs = 10_000
/** A stall of this length may be the end of the broadcast: ask whether the channel is still live. */
const stallAskMs = 2000
/** A picture that is frozen for this long, though nobody paused, does not come back without a reload. */
const frozenMs = 8000
/** How often to ask whether the slate is on, while it plays. */
const nowEveryMs = 5000
/** Behind the live edge by so much where the browser does not tell. */
const usualLatencyMs = 6000

/**
 * One viewer of one channel, from `open` to `close`: waits until the channel is live, plays, recovers from errors, and waits again
 * when it ends. It owns the playback of `video`; the page owns the element.
 */
export class PlayerSession {
  readonly #video: HTMLVideoElement
  readonly #server: string
  readonly #playId: string
  readonly #events: SessionEvents
  readonly #metrics = new MetricsCounter()
  readonly #closing = new AbortController()
  #state: PlayerState = 'loading'
  #attachment: HlsAttachment | null = null
  /** Raised with each attempt, so that an answer to an old one is not acted on. */
  #attempt = 0
  #failures = 0
  #hlsUrl: string | null = null
  #canPlay = true
  #decoderRestartAt = Number.NEGATIVE_INFINITY
  #lastTimeS = 0
  #movedAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  #nowTimer: ReturnType<typeof setInterval> | undefined
  #info: PlayInfo | null = null
  #isBreak = false

  constructor(video: HTMLVideoElement, server: string, playId: string, events: SessionEvents) {
    this.#video = video
    this.#server = server
    this.#playId = playId
    this.#events = events
  }

  open(): void {
    const { signal } = this.#closing
    this.#video.addEventListener('playing', () => this.#onPlaying(), { signal })
    this.#video.addEventListener('waiting', () => this.#onWaiting(), { signal })
    this.#video.addEventListener('ended', () => this.#end(), { signal })
    this.#watch = setInterval(() => this.#checkFrozen(), watchEveryMs)
    this.#nowTimer = setInterval(() => void this.#lookNow(), nowEveryMs)
    this.#set('loading')
    preloadHls()
    void this.#ask()
  }

  close(): void {
    this.#closing.abort()
    clearTimeout(this.#timer)
    clearInterval(this.#watch)
    clearInterval(this.#nowTimer)
    this.#detach()
  }

  get metrics(): PlayerMetrics {
    return this.#metrics.read(this.#state, this.#video, this.#attachment?.latencyMs() ?? null, performance.now())
  }

  /** The one thing that is done next unless something happens first. */
  #later(delayMs: number, work: () => Promise<void>): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void work(), delayMs)
  }

  async #ask(): Promise<void> {
    const answer = await askPlayInfo(this.#server, this.#playId, this.#closing.signal)
    if (this.#closing.signal.aborted) return
    this.#failures = answer === 'unreachable' ? this.#failures + 1 : 0
    if (typeof answer === 'object') this.#learn(answer)
    const isLive = typeof answer === 'object' && answer.isLive
    // The media comes from another process: it may well be there while the one that answers questions is being upgraded.
    if (isLive && !this.#canPlay) return this.#wait()
    if (isLive || (answer === 'unreachable' && this.#hlsUrl !== null && this.#state !== 'waiting')) return this.#play()
    this.#set(typeof answer === 'object' ? 'waiting' : answer)
    this.#later(nextPollMs(this.#failures, Math.random()), () => this.#ask())
  }

  #learn(info: PlayInfo): void {
    this.#hlsUrl = info.hls
    this.#info = info
    if (!info.isLive) this.#isBreak = false
    this.#tellPage()
    const found = judgeNotices(info.notices, canDecodeHere)
    this.#canPlay = found.canPlay
    this.#events.onPlayability(found)
  }

  #tellPage(): void {
    if (this.#info === null) return
    const { name, state, page } = this.#info
    this.#events.onPage({ name, state, page, isBreak: this.#isBreak })
  }

  /** The slate reaches this viewer as late as any picture does. */
  async #lookNow(): Promise<void> {
    if (this.#attachment === null || this.#hlsUrl === null) return
    const now = await askNow(this.#hlsUrl, this.#closing.signal)
    if (now === null || now === 'off' || (now === 'slate') === this.#isBreak) return
    const attempt = this.#attempt
    setTimeout(() => {
      if (attempt !== this.#attempt || this.#closing.signal.aborted) return
      this.#isBreak = now === 'slate'
      this.#tellPage()
    }, this.#attachment?.latencyMs() ?? usualLatencyMs)
  }

  async #play(): Promise<void> {
    if (this.#hlsUrl === null) return
    const attempt = ++this.#attempt
    this.#detach()
    this.#metrics.started(performance.now())
    this.#movedAt = performance.now()
    if (this.#state !== 'stalled' && this.#state !== 'unplayable') this.#set('starting')
    const onError = (error: PlaybackError): void => void (attempt === this.#attempt && this.#onError(error))
    const attachment = await attachHls(this.#video, this.#hlsUrl, onError).catch(() => null)
    // hls.js itself could not be fetched: the server was away for a moment.
    if (attachment === null) return this.#askSoon()
    if (attempt !== this.#attempt || this.#closing.signal.aborted) return attachment.detach()
    this.#attachment = attachment
    // Refused where the browser wants a press first: the play button is there for that.
    await this.#video.play().catch(() => {})
  }

  #detach(): void {
    if (this.#attachment === null) return
    this.#metrics.carryOver(this.#video.getVideoPlaybackQuality())
    this.#attachment.detach()
    this.#attachment = null
  }

  #onPlaying(): void {
    clearTimeout(this.#timer)
    this.#metrics.playing(performance.now())
    this.#set('live')
  }

  #onWaiting(): void {
    if (this.#state !== 'live') return
    this.#stall()
    this.#later(stallAskMs, () => this.#askWhileStalled())
  }

  #stall(): void {
    this.#metrics.stalled(performance.now())
    this.#set('stalled')
  }

  /** Leaves the attachment alone: a channel that is live still may go on any moment. */
  async #askWhileStalled(): Promise<void> {
    const answer = await askPlayInfo(this.#server, this.#playId, this.#closing.signal)
    if (this.#state !== 'stalled' || this.#attachment === null || this.#closing.signal.aborted) return
    if (typeof answer === 'object' && !answer.isLive) this.#end()
  }

  #onError(error: PlaybackError): void {
    const nowMs = performance.now()
    const recovery = planRecovery(error, nowMs - this.#decoderRestartAt)
    if (recovery === 'none') return
    this.#metrics.recovered()
    if (recovery === 'decoder') {
      this.#decoderRestartAt = nowMs
      this.#attachment?.restartDecoder()
      void this.#video.play().catch(() => {})
    } else if (recovery === 'wait') this.#wait()
    else if (recovery === 'reload') void this.#play()
    else this.#askSoon()
  }

  /** This browser can't play the stream: say so, and ask later whether the stream has changed. */
  #wait(): void {
    this.#attempt++
    this.#detach()
    this.#set('unplayable')
    this.#later(unplayableAskMs, () => this.#ask())
  }

  /** The playlist is gone or ended: stop asking for it, and see what the channel does. */
  #askSoon(): void {
    this.#attempt++
    this.#detach()
    if (this.#state === 'live') this.#stall()
    this.#later(nextPollMs(0, Math.random()) / 2, () => this.#ask())
  }

  #end(): void {
    this.#set('waiting')
    this.#askSoon()
  }

  /** hls.js recovers from most errors; a picture that is frozen for long is beyond it, whatever the reason. */
  #checkFrozen(): void {
    const nowMs = performance.now()
    const hasMoved = this.#video.currentTime !== this.#lastTimeS
    this.#lastTimeS = this.#video.currentTime
    if (hasMoved || this.#video.paused || this.#attachment === null) this.#movedAt = nowMs
    if (nowMs - this.#movedAt < frozenMs) return
    this.#movedAt = nowMs
    this.#metrics.recovered()
    this.#askSoon()
  }

  #set(state: PlayerState): void {
    if (state === 'waiting' && this.#state !== 'waiting') this.#metrics.ended(performance.now())
    this.#state = state
    this.#events.onState(state)
  }
}
