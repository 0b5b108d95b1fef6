import type { Clock, Timer } from '@sluice/base/clock'
import type { Frame, Track } from '@sluice/codecs/frame'
import { ProgrammeBus } from '../bus/index.ts'
import { MediaInput } from '../input/index.ts'
import { nextSource, type SourceChange, type SourceName, type SwitchPolicy } from '../switch/index.ts'
import { Timeline } from '../timeline/index.ts'

export type InputRole = 'primary' | 'backup'

/** A switch as it happened, for the event that tells of it. Times are monotonic milliseconds. */
export type SourceSwitch = SourceChange & {
  readonly from: SourceName
  readonly atMs: number
  /** When the source before gave its last frame; null when it never did. */
  readonly lastFrameMs: number | null
}

/** How often silence and hold are looked at: part of the time that a switch takes. */
const tickMs = 50
/** Splices of cached GOPs make the programme run ahead of the clock. At so much, a splice waits for a live key frame instead. */
const maxAheadMs = 4000

/**
 * The way of a frame, from any input to all that leaves: input -> switch -> timeline -> bus. One per channel.
 * It owns the inputs and decides by `nextSource` alone; it knows no protocol and no output.
 */
export class Programme {
  readonly bus = new ProgrammeBus()
  readonly inputs: Readonly<Record<InputRole, MediaInput>> = { primary: new MediaInput(), backup: new MediaInput() }
  readonly #timeline = new Timeline()
  readonly #clock: Clock
  readonly #onSwitch: (change: SourceSwitch) => void
  #policy: SwitchPolicy
  #source: SourceName = 'none'
  /** On the air, but waiting for its next key frame to start with. */
  #isAwaitingKey = false
  /** Runs while an input is open: a channel that nobody publishes to costs nothing. */
  #timer: Timer | null = null

  constructor(parts: { clock: Clock; policy: SwitchPolicy; onSwitch: (change: SourceSwitch) => void }) {
    this.#clock = parts.clock
    this.#policy = parts.policy
    this.#onSwitch = parts.onSwitch
  }

  get source(): SourceName {
    return this.#source
  }

  get timestampJumpsTotal(): number {
    return this.#timeline.jumpsTotal
  }

  setPolicy(policy: SwitchPolicy): void {
    this.#policy = policy
    this.#decide()
  }

  openInput(role: InputRole): void {
    this.inputs[role].open(this.#clock.nowMs())
    this.#timer ??= this.#clock.after(tickMs, () => this.#tick())
    if (role === this.#source) this.#decide()
  }

  /** The session ended by its own word or its connection's: the switch acts at once. */
  closeInput(role: InputRole): void {
    this.inputs[role].close()
    this.#decide()
  }

  putTrack(role: InputRole, track: Track): void {
    this.inputs[role].putTrack(track)
  }

  putFrame(role: InputRole, frame: Frame): void {
    const nowMs = this.#clock.nowMs()
    this.inputs[role].putFrame(frame, nowMs)
    if (role !== this.#source) {
      this.#decide()
      return
    }
    if (this.#isAwaitingKey) {
      if (frame.track.kind === 'video' && frame.isKey) this.#splice(role, [frame], nowMs)
      return
    }
    this.#send(frame, nowMs)
  }

  /** The end of one read from the input's socket. */
  flush(role: InputRole): void {
    if (role === this.#source) this.bus.flush()
  }

  close(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  #tick(): void {
    const isOpen = this.inputs.primary.isOpen || this.inputs.backup.isOpen
    this.#timer = isOpen ? this.#clock.after(tickMs, () => this.#tick()) : null
    this.#decide()
  }

  #decide(): void {
    const nowMs = this.#clock.nowMs()
    const health = { primary: this.inputs.primary.health(nowMs), backup: this.inputs.backup.health(nowMs) }
    const change = nextSource({ source: this.#source }, health, this.#policy, nowMs)
    if (change === null) return
    const from = this.#source
    const lastFrameMs = from === 'none' ? null : health[from].lastFrameMs
    this.#source = change.to
    this.#isAwaitingKey = false
    this.#onSwitch({ ...change, from, atMs: nowMs, lastFrameMs })
    if (change.to !== 'none') this.#start(change.to, nowMs)
  }

  #start(role: InputRole, nowMs: number): void {
    const hasVideo = this.inputs[role].tracks.some((track) => track.kind === 'video')
    if (hasVideo && this.#timeline.aheadMs(nowMs) > maxAheadMs) this.#isAwaitingKey = true
    else this.#splice(role, this.inputs[role].gop, nowMs)
  }

  #splice(role: InputRole, frames: readonly Frame[], nowMs: number): void {
    const first = frames[0]
    if (first === undefined) return
    this.#isAwaitingKey = false
    this.#timeline.splice(first.dts, newestDts(frames) - first.dts, nowMs)
    // A programme that starts as audio alone has no video until a frame of it comes.
    const hasVideo = first.track.kind === 'video'
    this.bus.splice(this.inputs[role].tracks.filter((track) => hasVideo || track.kind === 'audio'))
    for (const frame of frames) this.#send(frame, nowMs)
    this.bus.flush()
  }

  #send(frame: Frame, nowMs: number): void {
    const mapped = this.#timeline.map(frame, nowMs)
    if (mapped !== null) this.bus.putFrame(mapped)
  }
}

const newestDts = (frames: readonly Frame[]): number => frames.reduce((newest, frame) => Math.max(newest, frame.dts), frames[0]!.dts)
