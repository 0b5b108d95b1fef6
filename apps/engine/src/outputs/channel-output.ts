import type { Clock } from '@sluice/base/clock'
import type { Failure } from '@sluice/base/errors'
import type { OutputNeed } from '@sluice/base/words'
import type { Track } from '@sluice/codecs/frame'
import type { OutputActual, OutputHandover, OutputSpec, OutputStats } from '@sluice/contract/link'
import {
  type Handover,
  type HandoverChange,
  type OutputChange,
  type OutputFigures,
  OutputRunner,
  type OutputTarget,
  PublishMeter,
  type PublishTimes,
  type TransportEvents,
} from '@sluice/media/output'
import type { BusView, Rung, Rungs, ViewWish } from '@sluice/media/rung'
import { lineFigures } from '@sluice/protocols/srt'
import { SrtLatencyAdvisor } from '../report/index.ts'
import { toSuccess } from './broadcast.ts'
import { noticesOf, type OutputNotice } from './output-notices.ts'
import { RepeatCounter } from './repeat-counter.ts'

type RunnerParts = ConstructorParameters<typeof OutputRunner>[1]
export type ChannelOutputParts = Omit<RunnerParts, 'fanOuts' | 'onChange' | 'onHandover'> & {
  readonly rungs: Rungs
  readonly wallOf: (atMs: number) => string
  onChange: (output: ChannelOutput, change: OutputChange) => void
  onHandover: (output: ChannelOutput, change: HandoverChange) => void
}

const targetOf = (spec: OutputSpec): OutputTarget => ({
  url: spec.url,
  streamKey: spec.streamKey,
  placeNo: spec.placeNo,
  tlsVerify: spec.tlsVerify,
  retry: { ...spec.retry, autoDisable: spec.autoDisable },
  queueMs: spec.queueMs,
  // Platforms add a second of their own; what A feeds is on the air at once.
  mayGather: spec.class !== 'A' && spec.isLowLatency !== true,
  ...(spec.isMultitrack === true ? { isMultitrack: true } : {}),
})

/**
 * What the channel has to send: `hasMedia` keeps the session up, `isOnAir` says that something is on the air for it to receive.
 * `keptUntilMs`: monotonic, when a session without an input ends; null while an input is on the air.
 */
export type Feed = {
  readonly hasMedia: boolean
  readonly isOnAir: boolean
  readonly bytesPerSecond: number
  readonly keptUntilMs: number | null
}

const viewOf = ({ delayMs = 0, audioTrack }: OutputSpec): ViewWish => ({ delayMs, audioTrack: audioTrack ?? null })

const hasSession = (state: OutputRunner['state']): boolean => state === 'connecting' || state === 'live' || state === 'stalled'

/** One output of a channel: the spec that control wants, held against the runner that does it. */
export class ChannelOutput {
  readonly runner: OutputRunner
  readonly #clock: Clock
  readonly #rungs: Rungs
  readonly #channelTime: (atMs: number) => string
  #spec: OutputSpec
  /** What it is fed from. While its spec names an unknown one, the one before: no connection is opened then. */
  #rung: Rung
  #hasRung: boolean
  /** Its rung later, or with another sound; null: as it is. */
  #view: BusView | null
  #sinceMs: number
  #lastBytes = 0
  #lastReadMs: number
  readonly #srtAdvisor = new SrtLatencyAdvisor('send')
  readonly #failures = new RepeatCounter()
  readonly #handoverFailures = new RepeatCounter()
  #handoverSinceMs = 0
  readonly #publish: PublishMeter
  /** The channel has media for it. */
  #isFed = false
  /** No session is opened: its rung has given nothing yet. */
  #awaitsEncoder = false
  /** No session is opened: its delay has not passed yet. */
  #awaitsDelay = false
  /** Until when its session is kept without an input, monotonic; null while one is on the air, and when it is over. */
  #keptUntilMs: number | null = null
  #mediaBytesPerSecond = 0
  #waitingFor: OutputNeed | null = null
  #waitingSinceMs = 0
  /** As of the last `hasSilentChange`. */
  #seenNeed: OutputNeed | null = null
  // bound: one sentence a track of the programme and one for its data
  #seenLeftOut: readonly string[] = []
  #seenClosesMs: number | null = null
  #seenDelayMs: number | null = null
  // bound: one a code
  #seenNotices: readonly OutputNotice[] = []

  constructor(spec: OutputSpec, parts: ChannelOutputParts) {
    this.#spec = spec
    this.#clock = parts.clock
    this.#rungs = parts.rungs
    this.#channelTime = parts.wallOf
    this.#hasRung = parts.rungs.get(spec.rung) !== undefined
    this.#rung = parts.rungs.get(spec.rung) ?? parts.rungs.source
    this.#view = this.#rung.view(viewOf(spec))
    this.#sinceMs = this.#clock.wallMs()
    this.#lastReadMs = this.#clock.nowMs()
    this.#publish = new PublishMeter(this.#lastReadMs)
    this.runner = new OutputRunner(targetOf(spec), {
      clock: parts.clock,
      random: parts.random,
      budget: parts.budget,
      fanOuts: this.#fanOuts,
      open: (target, events) => this.#refuseUnknownRung(events) ?? parts.open(target, events),
      onChange: (change) => {
        this.#sinceMs = this.#clock.wallMs()
        this.#publish.revoke(change.unconfirmedMs, this.#clock.nowMs())
        this.#countPublish()
        if (change.to === 'live') this.#failures.reset()
        parts.onChange(this, change)
      },
      onHandover: (change) => {
        this.#handoverSinceMs = this.#clock.wallMs()
        if (change.from === null) this.#handoverFailures.reset()
        parts.onHandover(this, change)
      },
    })
    this.runner.setRunning(spec.desired === 'running')
  }

  get spec(): OutputSpec {
    return this.#spec
  }

  /** What it is fed from, where that is not its rung as it is. */
  get view(): BusView | null {
    return this.#view
  }

  /** Something of the show is still to come out: its delay outlives the source. */
  get hasTail(): boolean {
    return this.#view?.hasTail === true && hasSession(this.runner.state)
  }

  setSpec(spec: OutputSpec): void {
    const before = this.#spec
    const { runner } = this
    this.#spec = spec
    this.#countPublish()
    // Before the target changes: an output that is to stop must not knock at the new place.
    if (spec.desired === 'stopped') runner.setRunning(false)
    const wasStopped = runner.state === 'stopped'
    const rung = this.#rungs.get(spec.rung)
    const hadRung = this.#hasRung
    this.#hasRung = rung !== undefined
    this.#rung = rung ?? this.#rung
    this.#view = this.#rung.view(viewOf(spec))
    const effect = runner.setTarget(targetOf(spec), this.#fanOuts)
    // Its session is of a rung that it should not have: it ends, and is told why with the next attempt. One that was refused begins anew.
    if (this.#hasRung !== hadRung || (!this.#hasRung && spec.rung !== before.rung)) if (effect !== 'reconnected') runner.restart()
    if (spec.desired === 'stopped') return
    if (wasStopped) runner.setRunning(true)
    // A raised generation is the operator's "try again now", and "switch now" for one that waits beside its old session.
    else if (spec.generation > before.generation && effect !== 'reconnected') runner.restart()
  }

  close(): void {
    this.runner.close()
  }

  feed({ hasMedia, isOnAir, bytesPerSecond: ofSource, keptUntilMs }: Feed): void {
    const rung = this.#rung
    const bytesPerSecond = rung === this.#rungs.source ? ofSource : rung.bytesPerSecond
    const { hasTail } = this
    this.#keptUntilMs = hasTail ? null : keptUntilMs
    const isLate = (this.#view?.wish.delayMs ?? 0) > 0
    this.#awaitsDelay = hasMedia && isLate && this.#view?.canBegin === false && !hasSession(this.runner.state)
    this.#isFed = hasTail || (hasMedia && isOnAir && !this.#awaitsDelay)
    if (bytesPerSecond > 0) this.#mediaBytesPerSecond = bytesPerSecond
    this.#countPublish()
    // Nobody is called before there is something to begin with; who has a session keeps it whatever the encoder does.
    this.#awaitsEncoder = hasMedia && !hasSession(this.runner.state) && rung !== this.#rungs.source && !rung.canBegin
    this.runner.setSource(hasTail || (hasMedia && !this.#awaitsEncoder && !this.#awaitsDelay), bytesPerSecond)
  }

  /** A guardrail disabled it: it begins afresh. True: it did. */
  rearmDisabled(): boolean {
    if (this.runner.state !== 'disabled') return false
    this.runner.rearm()
    return true
  }

  /** A broadcast begins: publish success counts from here. */
  startBroadcast(): void {
    this.#publish.restart(this.#clock.nowMs())
  }

  publishTimes(nowMs: number): PublishTimes {
    return this.#publish.read(nowMs)
  }

  /**
   * Whether a move is worth an event: of a row of like failures the first, second, fourth, eighth and so on, so that an output
   * that retries all night does not bury the timeline. The state itself is always up to date.
   */
  isNews(change: OutputChange): boolean {
    if (change.from === 'backoff' && change.to === 'connecting') return false
    if (change.to !== 'backoff') return true
    return this.#failures.isNews(change.reason?.code ?? '')
  }

  /** The same for a move to another place: begun, done, given up, and of failures the first, second, fourth and so on. */
  isHandoverNews({ from, to, reason }: HandoverChange): boolean {
    if (to === 'backoff') return this.#handoverFailures.isNews(reason?.code ?? '')
    return from === null || to === 'done' || to === 'failed'
  }

  /** `missing`: the kind of media that the source sends without its decoder configuration, so that nothing of it can be sent on. */
  actual(missing: Track['kind'] | null = null): OutputActual {
    const { runner } = this
    const waiting = this.#waiting(missing)
    const closesMs = this.#closesMs
    const notices = noticesOf(this.#view)
    const wallOf = (atMs: number | null): string | null =>
      atMs === null ? null : new Date(this.#clock.wallMs() + (atMs - this.#clock.nowMs())).toISOString()
    return {
      outputId: this.#spec.outputId,
      state: runner.state,
      since: new Date(this.#sinceMs).toISOString(),
      generation: this.#spec.generation,
      reason: runner.reason,
      attempts: runner.attempts,
      nextRetryAt: wallOf(runner.nextRetryMs),
      ...waiting,
      ...(runner.leavesOut.length === 0 ? {} : { leavesOut: [...runner.leavesOut] }),
      ...(this.#delayMs === null ? {} : { delayMs: this.#delayMs }),
      ...(notices.length === 0 ? {} : { notices: [...notices] }),
      liveSince: wallOf(runner.liveSinceMs),
      placeNo: runner.placeNo,
      ...(closesMs === null ? {} : { closesAt: this.#channelTime(closesMs) }),
      ...(runner.sentTo === null ? {} : { sentTo: runner.sentTo }),
      ...(runner.handover === null ? {} : { handover: this.#handover(runner.handover, wallOf) }),
    }
  }

  /**
   * What it waits for, what its wire leaves out, or when it closes is not what it was at the call before. Once a second for each of many outputs: nothing is made
   * for it.
   */
  hasSilentChange(missing: Track['kind'] | null): boolean {
    const need = this.#need(missing)
    const { leavesOut } = this.runner
    const isAlike = leavesOut === this.#seenLeftOut || isSameList(leavesOut, this.#seenLeftOut)
    const closesMs = this.#closesMs
    const notices = noticesOf(this.#view)
    const isSaid = notices.length === this.#seenNotices.length && notices.every(({ code }, i) => code === this.#seenNotices[i]!.code)
    const hasChanged =
      need !== this.#seenNeed || !isAlike || !isSaid || closesMs !== this.#seenClosesMs || this.#delayMs !== this.#seenDelayMs
    this.#seenNotices = notices
    this.#seenDelayMs = this.#delayMs
    this.#seenNeed = need
    this.#seenClosesMs = closesMs
    this.#seenLeftOut = leavesOut
    return hasChanged
  }

  get #fanOuts(): Rung['fanOuts'] {
    return (this.#view ?? this.#rung).fanOuts
  }

  get #delayMs(): number | null {
    return this.#view === null || this.#view.wish.delayMs === 0 ? null : this.#view.delayMs
  }

  /** When its session ends by itself unless an input comes back; null: it has none, or nothing ends it. */
  get #closesMs(): number | null {
    return hasSession(this.runner.state) ? this.#keptUntilMs : null
  }

  /** Null: there is such a rung. Else the attempt ends by itself, as a far end's refusal would. */
  #refuseUnknownRung({ onClose }: TransportEvents): { close(): void } | null {
    const { rung } = this.#spec
    if (this.#rungs.get(rung) !== undefined) return null
    const message = `the channel has no rung '${rung}'; it has ${this.#rungs.names.join(', ')}`
    const failure: Failure = { kind: 'codec', code: 'OUTPUT_RUNG', message, hint: 'Choose a rung that the channel has.' }
    const timer = this.#clock.after(0, () => onClose(failure))
    return { close: () => timer.cancel() }
  }

  #need(missing: Track['kind'] | null): OutputNeed | null {
    const need = this.runner.waitsFor
    const lacksEncoder = this.#isFed && (this.#awaitsEncoder || (this.#rung.lacksEncoder && hasSession(this.runner.state)))
    const lacksDelay = this.runner.isHolding || this.#awaitsDelay
    const waitingFor = lacksEncoder
      ? 'encoder'
      : lacksDelay
        ? 'delay'
        : need === 'media' && missing !== null
          ? (`${missing}-config` as const)
          : need
    if (waitingFor !== this.#waitingFor) this.#waitingSinceMs = this.#clock.wallMs()
    this.#waitingFor = waitingFor
    return waitingFor
  }

  #waiting(missing: Track['kind'] | null): Pick<OutputActual, 'waitingFor' | 'waitingSince'> {
    const waitingFor = this.#need(missing)
    return { waitingFor, waitingSince: waitingFor === null ? null : new Date(this.#waitingSinceMs).toISOString() }
  }

  #handover({ state, attempts, nextRetryMs, reason }: Handover, wallOf: (atMs: number | null) => string | null): OutputHandover {
    const since = new Date(this.#handoverSinceMs).toISOString()
    return { state: state === 'done' ? 'cutting' : state, since, attempts, nextRetryAt: wallOf(nextRetryMs), reason }
  }

  /** `hasBroadcast`: there was media since the engine's start. */
  stats(nowMs: number, hasBroadcast: boolean): OutputStats {
    const figures: OutputFigures = this.runner.figures(nowMs)
    const lineAdvice = figures.srt === null ? null : this.#srtAdvisor.advise(figures.srt)
    const seconds = Math.max(0.001, (nowMs - this.#lastReadMs) / 1000)
    const bitrateBps = Math.max(0, Math.round(((figures.bytesTotal - this.#lastBytes) * 8) / seconds))
    this.#lastBytes = figures.bytesTotal
    this.#lastReadMs = nowMs
    return {
      outputId: this.#spec.outputId,
      bitrateBps,
      bytesTotal: figures.bytesTotal,
      ackedBytesTotal: figures.ackedBytesTotal,
      queueBytes: figures.queueBytes,
      queueMs: this.#queueMs(figures.queueBytes, bitrateBps),
      framesDroppedTotal: figures.framesDroppedTotal,
      reconnectsTotal: figures.reconnectsTotal,
      sessionMs: Math.round(figures.sessionMs),
      line: figures.srt === null ? null : lineFigures(figures.srt, 'send'),
      ...(lineAdvice === null ? {} : { lineAdvice }),
      ...(hasBroadcast ? { publish: toSuccess(this.#publish.read(nowMs)) } : {}),
      ackAgeMs: figures.ackAgeMs === null ? null : Math.round(figures.ackAgeMs),
      lastAckAgoMs: figures.lastAckAgoMs === null ? null : Math.round(figures.lastAckAgoMs),
      ...(this.#delayMs === null ? {} : { delayMs: this.#delayMs }),
    }
  }

  /** The media that waits, as time: one that takes nothing has a queue too, so the programme's own rate counts where it is higher. */
  #queueMs(queueBytes: number, bitrateBps: number): number {
    const bytesPerSecond = Math.max(bitrateBps / 8, this.#mediaBytesPerSecond)
    return bytesPerSecond > 0 ? Math.round((queueBytes * 1000) / bytesPerSecond) : 0
  }

  #countPublish(): void {
    const isWanted = this.#isFed && this.#spec.desired === 'running'
    this.#publish.note({ isWanted, isLive: this.runner.state === 'live' }, this.#clock.nowMs())
  }
}

const isSameList = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((text, i) => text === b[i])
