import type { PlayInfo } from '@sluice/contract/api'
import { askNow } from './ask-now.ts'
import { askPlayInfo, beaconUrl, type PlayAnswer, ServerClock } from './ask-play-info.ts'
import { attachHls, type HlsAttachment, type PlaybackError, preloadHls } from './attach-hls.ts'
import { BeaconReporter, sendBeacon } from './beacon.ts'
import { MetricsCounter, type PlayerMetrics } from './metrics.ts'
import { canDecodeHere, judgeNotices, type Playability } from './notices.ts'
import type { PageFacts } from './page-card.ts'
import { nextPollMs, type PlayerState, planRecovery } from './player-state.ts'
import { StallMeter } from './stall-meter.ts'
import { afterCalm, afterStall, type Circumstances, firstStep, nextLatencyMove, type StepState } from './steps.ts'

export type SessionEvents = {
  onState(state: PlayerState): void
  /** What is known of the channel's page, with each answer. */
  onPage(facts: PageFacts): void
  onPlayability(found: Playability): void
  /** Sounds or qualities to choose from are others now. */
  onChoices(): void
}

/** How a viewer's page wants it, over what the player object says. */
export type SessionWishes = { readonly autoplay?: boolean; readonly muted?: boolean }

const lookEveryMs = 100
const looksPerSecond = 10
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
  readonly #wishes: SessionWishes
  readonly #metrics = new MetricsCounter()
  readonly #closing = new AbortController()
  readonly #clock = new ServerClock()
  readonly #meter = new StallMeter()
  readonly #reporter: BeaconReporter
  #steps: StepState | null = null
  #state: PlayerState = 'loading'
  #attachment: HlsAttachment | null = null
  /** Raised with each attempt, so that an answer to an old one is not acted on. */
  #attempt = 0
  #failures = 0
  #hlsUrl: string | null = null
  #canPlay = true
  /** The viewer pressed play, or the player starts by itself. */
  #isWanted: boolean | null = null
  #isRewound = false
  #decoderRestartAt = Number.NEGATIVE_INFINITY
  #lastTimeS = 0
  #movedAt = 0
  #looks = 0
  #lookedAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  #nowTimer: ReturnType<typeof setInterval> | undefined
  #info: PlayInfo | null = null
  #isBreak = false

  constructor(video: HTMLVideoElement, server: string, playId: string, events: SessionEvents, wishes: SessionWishes = {}) {
    this.#video = video
    this.#server = server
    this.#playId = playId
    this.#events = events
    this.#wishes = wishes
    const url = beaconUrl(server, playId)
    this.#reporter = new BeaconReporter({
      read: () => this.metrics,
      isPaused: () => video.paused,
      isRewound: () => this.#isRewound,
      send: (beacon) => sendBeacon(url, beacon),
    })
  }

  open(): void {
    const { signal } = this.#closing
    this.#video.addEventListener('playing', () => this.#onPlaying(), { signal })
    this.#video.addEventListener('ended', () => this.#end(), { signal })
    window.addEventListener('pagehide', () => this.#reporter.end(), { signal })
    window.addEventListener('online', () => this.#onOnline(), { signal })
    this.#watch = setInterval(() => this.#look(), lookEveryMs)
    this.#nowTimer = setInterval(() => void this.#lookNow(), nowEveryMs)
    this.#set('loading')
    preloadHls()
    void this.#ask()
  }

  close(): void {
    this.#reporter.end()
    this.#closing.abort()
    clearTimeout(this.#timer)
    clearInterval(this.#watch)
    clearInterval(this.#nowTimer)
    this.#detach()
  }

  get metrics(): PlayerMetrics {
    const attachment = this.#attachment
    const attached = {
      latencyMs: attachment?.latencyMs() ?? null,
      step: attachment?.step ?? null,
      bitrateBps: attachment?.bitrateBps() ?? null,
    }
    return this.#metrics.read(this.#state, this.#video, attached, performance.now())
  }

  get attachment(): HlsAttachment | null {
    return this.#attachment
  }

  /** The viewer is back in the past by their own will. */
  get isRewound(): boolean {
    return this.#isRewound
  }

  /** The viewer wants the picture: what a press does in place of the browser's consent. */
  play(): void {
    this.#isWanted = true
    if (this.#attachment === null) void this.#ask()
    else void this.#startVideo()
  }

  goLive(): void {
    this.#isRewound = false
    this.#attachment?.goLive()
    this.play()
  }

  /** Within what is there to be seen. */
  seekTo(timeS: number): void {
    const { seekable } = this.#video
    if (seekable.length === 0) return
    const [startS, endS] = [seekable.start(0), seekable.end(seekable.length - 1)]
    this.#isRewound = timeS < endS - 1
    if (timeS >= endS - 1) this.goLive()
    else this.#video.currentTime = Math.max(startS, timeS)
  }

  /** The one thing that is done next unless something happens first. */
  #later(delayMs: number, work: () => Promise<void>): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void work(), delayMs)
  }

  async #ask(): Promise<void> {
    clearTimeout(this.#timer)
    const answer = await askPlayInfo(this.#server, this.#playId, this.#closing.signal)
    if (this.#closing.signal.aborted) return
    this.#failures = answer === 'unreachable' ? this.#failures + 1 : 0
    if (typeof answer === 'object') this.#learn(answer)
    const isLive = typeof answer === 'object' && answer.info.isLive
    // The media comes from another process: it may well be there while the one that answers questions is being upgraded.
    if (isLive && !this.#canPlay) return this.#wait()
    const isThere = isLive || (answer === 'unreachable' && this.#hlsUrl !== null && this.#state !== 'waiting' && this.#state !== 'ready')
    if (isThere && this.#isWanted === true) return this.#play()
    const isOffline = answer === 'unreachable' && !navigator.onLine
    this.#set(isLive ? 'ready' : typeof answer === 'object' ? 'waiting' : isOffline ? 'offline' : answer)
    this.#later(nextPollMs(this.#failures, Math.random()), () => this.#ask())
  }

  #learn(answer: PlayAnswer): void {
    const { info } = answer
    this.#clock.note(answer)
    this.#hlsUrl = info.hls
    this.#info = info
    if (this.#isWanted === null) {
      this.#isWanted = this.#wishes.autoplay ?? info.player?.start.autoplay ?? true
      this.#video.muted = this.#wishes.muted ?? info.player?.start.muted ?? true
    }
    if (!info.isLive) this.#isBreak = false
    this.#tellPage()
    const found = judgeNotices(info.notices, canDecodeHere)
    this.#canPlay = found.canPlay
    this.#events.onPlayability(found)
  }

  #tellPage(): void {
    if (this.#info === null) return
    const { name, state, page, player } = this.#info
    this.#events.onPage({ name, state, page, player, isBreak: this.#isBreak })
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
    this.#reporter.begin()
    const attachment = await attachHls(this.#video, this.#hlsUrl, {
      maxHeight: this.#info?.player?.start.maxHeight ?? null,
      clockOffsetMs: () => this.#clock.offsetMs,
      onError: (error) => void (attempt === this.#attempt && this.#onError(error)),
      onChoices: () => this.#events.onChoices(),
    }).catch(() => null)
    // hls.js itself could not be fetched: the server was away for a moment.
    if (attachment === null) return this.#askSoon()
    if (attempt !== this.#attempt || this.#closing.signal.aborted) return attachment.detach()
    this.#attachment = attachment
    // What a line was not good enough for before a reload is not tried at once again.
    if (this.#steps !== null && attachment.step !== 'native') attachment.take(this.#steps.step)
    await this.#startVideo()
  }

  /** With sound where it is wanted and the browser lets it, else without; and where it wants a press first, with the press. */
  async #startVideo(): Promise<void> {
    if (await this.#tryPlay()) return
    if (!this.#video.muted) {
      this.#video.muted = true
      if (await this.#tryPlay()) return
    }
    if (this.#attachment !== null && this.#video.paused) this.#set('blocked')
  }

  /** False: the browser wants a press. */
  #tryPlay(): Promise<boolean> {
    return this.#video.play().then(
      () => true,
      (error: unknown) => !(error instanceof DOMException && error.name === 'NotAllowedError'),
    )
  }

  #detach(): void {
    if (this.#attachment === null) return
    this.#metrics.carryOver(this.#video.getVideoPlaybackQuality())
    this.#attachment.detach()
    this.#attachment = null
    this.#isRewound = false
    this.#events.onChoices()
  }

  #onPlaying(): void {
    const attempt = this.#attempt
    const onPicture = (): void => {
      if (attempt !== this.#attempt || this.#attachment === null) return
      clearTimeout(this.#timer)
      this.#metrics.playing(performance.now())
      this.#reporter.begin()
      this.#set('live')
    }
    // The event comes before the picture. Nobody paints in a hidden tab, and sound alone has none.
    const isPainted = 'requestVideoFrameCallback' in this.#video && this.#video.videoWidth > 0 && !document.hidden
    if (isPainted && !this.#metrics.hasStarted) this.#video.requestVideoFrameCallback(onPicture)
    else onPicture()
  }

  /** Ten times a second. */
  #look(): void {
    const nowMs = performance.now()
    const spanMs = nowMs - this.#lookedAt
    this.#lookedAt = nowMs
    const { currentTime: timeS, paused: isPaused, seeking: isSeeking } = this.#video
    const hasMoved = timeS !== this.#lastTimeS
    this.#lastTimeS = timeS
    if (hasMoved || isPaused || this.#attachment === null) this.#movedAt = nowMs
    const shouldRun = this.#attachment !== null && !isPaused && !isSeeking && this.#metrics.hasStarted
    if (shouldRun && hasMoved) this.#metrics.played(Math.min(spanMs, 2000))
    const seen = this.#meter.look(nowMs, timeS, shouldRun)
    if (seen?.what === 'stalled' && this.#state === 'live') this.#onStall(seen.sinceMs)
    else if (seen?.what === 'moving' && (this.#state === 'stalled' || this.#state === 'offline')) this.#onPlaying()
    this.#looks++
    if (this.#looks % looksPerSecond === 0) this.#lookEachSecond(spanMs * looksPerSecond, nowMs)
  }

  #lookEachSecond(spanMs: number, nowMs: number): void {
    this.#keepStep(spanMs)
    if (this.#attachment !== null && nowMs - this.#movedAt >= frozenMs) {
      // hls.js recovers from most errors; a picture that is frozen for long is beyond it, whatever the reason.
      this.#movedAt = nowMs
      this.#metrics.recovered()
      this.#askSoon()
    }
  }

  #circumstances(): Circumstances {
    return { isPlaying: !this.#video.paused, isVisible: !document.hidden, isOnline: navigator.onLine }
  }

  /** A second without a stall: perhaps a step up, a jump to live, or nearer to it again. */
  #keepStep(spanMs: number): void {
    const attachment = this.#attachment
    if (attachment === null || attachment.step === 'native' || this.#state !== 'live') return
    // The first playlist says what there is: until then the lowest step stands for it.
    this.#steps ??= attachment.latencyMs() === null ? null : firstStep(attachment.step)
    if (this.#steps === null) return
    if (!attachment.offered.includes(this.#steps.step)) this.#steps = firstStep(attachment.step)
    this.#takeStep(afterCalm(this.#steps, spanMs, this.#circumstances(), attachment.offered))
    const latencyMs = attachment.latencyMs()
    const move = nextLatencyMove({
      ...{ latencyMs, targetMs: attachment.targetMs(), isRewound: this.#isRewound },
      ...{ calmMs: this.#steps?.calmMs ?? 0, isTargetRaised: attachment.isTargetRaised() },
    })
    if (move === 'jump' && !document.hidden) attachment.goLive()
    if (move === 'reset-target') attachment.resetTarget()
  }

  #takeStep(next: StepState): void {
    if (this.#steps !== null && next.step !== this.#steps.step) this.#attachment?.take(next.step)
    this.#steps = next
  }

  #onStall(sinceMs: number): void {
    this.#stall(sinceMs)
    const attachment = this.#attachment
    if (this.#steps !== null && attachment !== null)
      this.#takeStep(afterStall(this.#steps, sinceMs, this.#circumstances(), attachment.offered))
    this.#later(stallAskMs, () => this.#askWhileStalled())
  }

  #stall(sinceMs: number): void {
    this.#metrics.stalled(sinceMs)
    this.#set(navigator.onLine ? 'stalled' : 'offline')
  }

  #onOnline(): void {
    if (this.#attachment === null && (this.#state === 'offline' || this.#state === 'unreachable')) void this.#ask()
  }

  /** Leaves the attachment alone: a channel that is live still may go on any moment. */
  async #askWhileStalled(): Promise<void> {
    const answer = await askPlayInfo(this.#server, this.#playId, this.#closing.signal)
    if (this.#state !== 'stalled' || this.#attachment === null || this.#closing.signal.aborted) return
    if (typeof answer === 'object' && !answer.info.isLive) this.#end()
  }

  #onError(error: PlaybackError): void {
    const nowMs = performance.now()
    const recovery = planRecovery(error, nowMs - this.#decoderRestartAt)
    if (recovery === 'none') return
    this.#reporter.noteError(error.kind)
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
    if (this.#state === 'live') this.#stall(performance.now())
    this.#later(nextPollMs(0, Math.random()) / 2, () => this.#ask())
  }

  #end(): void {
    this.#set('waiting')
    this.#askSoon()
  }

  #set(state: PlayerState): void {
    if (state === 'waiting' && this.#state !== 'waiting') {
      this.#reporter.end()
      this.#metrics.ended(performance.now())
      this.#steps = null
    }
    this.#state = state
    this.#events.onState(state)
  }
}
