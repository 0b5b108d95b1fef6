import type { Clock } from '@sluice/base/clock'
import type { EventDraft } from '@sluice/contract/link'
import { type Broadcast, type BroadcastFigures, isAimMet, type PublishSuccess, publishAim } from '@sluice/contract/link'
import type { PublishTimes } from '@sluice/media/output'
import type { ChannelOutput } from './channel-output.ts'

/** Outputs that were taken off in mid-broadcast and are still told of one by one; later ones count in the sum alone. */
const maxGone = 200

/** Whole milliseconds, and their quotient. */
export function toSuccess(times: PublishTimes): PublishSuccess {
  const [wantedMs, liveMs] = [Math.round(times.wantedMs), Math.round(times.liveMs)]
  return { wantedMs, liveMs, share: wantedMs > 0 ? liveMs / wantedMs : null }
}

/** An array: what can be read but once would give its second reader nothing. */
type Outputs = readonly Pick<ChannelOutput, 'spec' | 'publishTimes' | 'startBroadcast'>[]
type OutputFigures = BroadcastFigures['outputs'][number]

/**
 * Which broadcast runs on a channel, and how well it is published. It goes over a short time without a source; its owner says when
 * it has ended. The last one stays readable until the next begins.
 */
export class BroadcastCount {
  readonly #clock: Clock
  #startedWallMs: number | null = null
  /** Since when there is no source. */
  #pausedWallMs: number | null = null
  #isOver = false
  // bound: `maxGone` outputs, later ones are in the sums alone
  #gone: OutputFigures[] = []
  #goneTimes: PublishTimes = { wantedMs: 0, liveMs: 0 }

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** There was a broadcast, whether it runs or not. */
  get hasBegun(): boolean {
    return this.#startedWallMs !== null
  }

  /** When the present or last broadcast began; the present moment before the first. */
  get startedAt(): string {
    return new Date(this.#startedWallMs ?? this.#clock.wallMs()).toISOString()
  }

  /** Media is on the air: the broadcast goes on, or one begins. True: it begins. */
  run(outputs: Outputs): boolean {
    this.#pausedWallMs = null
    if (this.#startedWallMs !== null && !this.#isOver) return false
    this.#startedWallMs = this.#clock.wallMs()
    this.#isOver = false
    this.#gone = []
    this.#goneTimes = { wantedMs: 0, liveMs: 0 }
    for (const output of outputs) output.startBroadcast()
    return true
  }

  /** Nothing is on the air for now. */
  pause(): void {
    this.#pausedWallMs ??= this.#clock.wallMs()
  }

  outputGone(output: Pick<ChannelOutput, 'spec' | 'publishTimes'>): void {
    if (this.#startedWallMs === null || this.#isOver) return
    const times = output.publishTimes(this.#clock.nowMs())
    this.#goneTimes = sum([this.#goneTimes, times])
    if (this.#gone.length < maxGone) this.#gone.push(figuresOf(output.spec.outputId, output.spec.name, times))
  }

  /** The present or last broadcast; null before the first. */
  read(outputs: Outputs, nowMs: number): Broadcast | null {
    if (this.#startedWallMs === null) return null
    const times = sum([this.#goneTimes, ...outputs.map((output) => output.publishTimes(nowMs))])
    return {
      ...toSuccess(times),
      startedAt: new Date(this.#startedWallMs).toISOString(),
      endedAt: this.#isOver ? new Date(this.#pausedWallMs ?? this.#clock.wallMs()).toISOString() : null,
    }
  }

  /** Ends the broadcast. Null when none was running. */
  end(outputs: Outputs): BroadcastFigures | null {
    if (this.#startedWallMs === null || this.#isOver) return null
    this.#isOver = true
    this.pause()
    const nowMs = this.#clock.nowMs()
    const broadcast = this.read(outputs, nowMs)
    if (broadcast === null) return null
    const figures = outputs.map((output) => figuresOf(output.spec.outputId, output.spec.name, output.publishTimes(nowMs)))
    return { ...broadcast, aim: publishAim, isAimMet: isAimMet(broadcast.share), outputs: [...figures, ...this.#gone] }
  }
}

function figuresOf(outputId: string, name: string, times: PublishTimes): OutputFigures {
  const success = toSuccess(times)
  return { outputId, name, ...success, isAimMet: isAimMet(success.share) }
}

const sum = (all: readonly PublishTimes[]): PublishTimes => ({
  wantedMs: all.reduce((total, { wantedMs }) => total + wantedMs, 0),
  liveMs: all.reduce((total, { liveMs }) => total + liveMs, 0),
})

/** The end of a broadcast as an event. [OUT-09] */
export function broadcastEvent(channelId: string, ended: BroadcastFigures, by: string | null = null): EventDraft {
  const figures = by === null ? ended : { ...ended, endedBy: 'operator' as const, by }
  const missed = figures.outputs.filter((output) => output.isAimMet === false)
  const base = { name: 'broadcast.ended', channelId, subjectId: null, data: { ...figures } } as const
  const minutes = Math.round((Date.parse(figures.endedAt ?? '') - Date.parse(figures.startedAt)) / 60_000)
  const length = minutes < 1 ? 'under a minute' : minutes === 1 ? '1 minute' : `${minutes} minutes`
  const over = by === null ? `The broadcast is over after ${length}` : `${by} ended the show after ${length}`
  if (figures.share === null) return { ...base, severity: 'info', message: `${over}. No output ran` }
  const names = missed.slice(0, 3).map((output) => output.name)
  const others = missed.length > names.length ? ` and ${missed.length - names.length} more` : ''
  const verdict =
    missed.length > 0 ? `missed by ${names.join(', ')}${others}` : figures.isAimMet === true ? 'met by every output that ran' : 'missed'
  const message = `${over}: publish success ${percent(figures.share)}. The target of ${percent(publishAim)} was ${verdict}`
  return { ...base, severity: figures.isAimMet === false || missed.length > 0 ? 'warning' : 'info', message }
}

/** Rounded down: what is not whole is not told as whole. */
const percent = (share: number): string => `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`
