import type { Clock, Timer } from '@sluice/base/clock'
import { invariant } from '@sluice/base/errors'
import type { Frame, Track } from '@sluice/codecs/frame'
import { ProgrammeBus } from '../bus/index.ts'
import { MediaInput } from '../input/index.ts'
import {
  holdLeftMs,
  type InputHealth,
  isLegalMove,
  nextSource,
  type SourceChange,
  type SourceName,
  type SwitchPolicy,
  type SwitchSettings,
  type SwitchState,
  takeSource,
  toSwitchPolicy,
} from '../switch/index.ts'
import { Timeline } from '../timeline/index.ts'
import { SlatePlayer } from './slate-player.ts'

export type InputRole = 'primary' | 'backup'

/** A switch as it was decided. Times are monotonic milliseconds. */
export type SourceSwitch = SourceChange & {
  readonly from: SourceName
  readonly atMs: number
  /** When the source before gave its last frame; null when it never did. */
  readonly lastFrameMs: number | null
}

/** A switch with its end: when the first frame of the new source had left, or null when another switch or the end came first. */
export type SourceActivation = SourceSwitch & { readonly firstFrameMs: number | null }

/** How often silence and hold are looked at: part of the time that a switch takes. */
const tickMs = 50
/** Splices of cached GOPs make the programme run ahead of the clock. At so much, a splice waits for a live key frame instead. */
const maxAheadMs = 4000

type Parts = {
  readonly clock: Clock
  readonly policy: SwitchSettings
  /** The decision, before any frame of the new source leaves. */
  readonly onSwitch: (change: SourceSwitch) => void
  /** Once for each switch: its first frame has left, or it never will. */
  readonly onActivated?: (activation: SourceActivation) => void
}

/**
 * The way of a frame, from any input to all that leaves: input -> switch -> timeline -> bus. One per channel.
 * It owns the inputs and the slate and decides by `nextSource` alone; it knows no protocol and no output.
 */
export class Programme {
  readonly bus = new ProgrammeBus()
  readonly inputs: Readonly<Record<InputRole, MediaInput>> = { primary: new MediaInput(), backup: new MediaInput() }
  readonly #timeline = new Timeline()
  readonly #slate: SlatePlayer
  readonly #parts: Parts
  readonly #clock: Clock
  /** Until when the media of an input is left out, for a rehearsal. */
  readonly #cutUntilMs: Record<InputRole, number> = { primary: 0, backup: 0 }
  #policy: SwitchPolicy
  #source: SourceName = 'none'
  #sinceMs: number
  /** The last switch while its first frame has not left. */
  #pending: SourceSwitch | null = null
  /** On the air, but waiting for its next key frame to start with. */
  #isAwaitingKey = false
  /** Runs while an input is open or slate is on: a channel that nobody publishes to costs nothing. */
  #timer: Timer | null = null

  constructor(parts: Parts) {
    this.#parts = parts
    this.#clock = parts.clock
    this.#policy = toSwitchPolicy(parts.policy)
    this.#sinceMs = parts.clock.nowMs()
    this.#slate = new SlatePlayer({ bus: this.bus, timeline: this.#timeline, clock: parts.clock })
  }

  get source(): SourceName {
    return this.#source
  }

  get timestampJumpsTotal(): number {
    return this.#timeline.jumpsTotal
  }

  /** Milliseconds until the primary has the air back if it stays clean; null when it is not on its way back. */
  get holdLeftMs(): number | null {
    if (this.#source !== 'backup' || this.#policy.lock !== 'auto') return null
    const nowMs = this.#clock.nowMs()
    return holdLeftMs(this.#state(), this.inputs.primary.health(nowMs, this.#policy), this.#policy, nowMs)
  }

  setPolicy(policy: SwitchSettings): void {
    this.#policy = toSwitchPolicy(policy)
    this.#decide()
  }

  /** The operator's take: at once, without a lock. False when the input has nothing to show or is locked out. */
  take(role: InputRole): boolean {
    const nowMs = this.#clock.nowMs()
    const health = this.#health(nowMs)
    const change = takeSource(this.#state(), health, this.#policy, role, nowMs)
    if (change !== null) this.#switch(change, health, nowMs)
    return change !== null
  }

  /** Leaves out the media of an input for `forMs`, as if its cable were cut: for rehearsals. */
  cut(role: InputRole, forMs: number): void {
    this.#cutUntilMs[role] = this.#clock.nowMs() + forMs
    this.inputs[role].restart()
    if (role === this.#source) this.#isAwaitingKey = true
  }

  openInput(role: InputRole): void {
    this.inputs[role].open(this.#clock.nowMs())
    this.#timer ??= this.#clock.after(tickMs, () => this.#tick())
    if (role === this.#source) this.#decide()
  }

  /** The session ended by its own word or its connection's: the switch acts at once. */
  closeInput(role: InputRole): void {
    // Encoders say good-bye in the same packet as their last frames.
    this.flush(role)
    this.inputs[role].close()
    this.#decide()
  }

  putTrack(role: InputRole, track: Track): void {
    this.inputs[role].putTrack(track)
  }

  putFrame(role: InputRole, frame: Frame): void {
    const nowMs = this.#clock.nowMs()
    if (nowMs < this.#cutUntilMs[role]) return
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
    this.#slate.stop()
  }

  #tick(): void {
    this.#timer = null
    this.#decide()
    const isOpen = this.inputs.primary.isOpen || this.inputs.backup.isOpen
    if (isOpen || this.#source === 'slate') this.#timer ??= this.#clock.after(tickMs, () => this.#tick())
  }

  #state(): SwitchState {
    return { source: this.#source, sinceMs: this.#sinceMs, canSlate: this.#slate.isPossible }
  }

  #health(nowMs: number): Record<InputRole, InputHealth> {
    return { primary: this.inputs.primary.health(nowMs, this.#policy), backup: this.inputs.backup.health(nowMs, this.#policy) }
  }

  #decide(): void {
    const nowMs = this.#clock.nowMs()
    const health = this.#health(nowMs)
    const change = nextSource(this.#state(), health, this.#policy, nowMs)
    if (change !== null) this.#switch(change, health, nowMs)
  }

  #switch(change: SourceChange, health: Readonly<Record<InputRole, InputHealth>>, nowMs: number): void {
    const from = this.#source
    invariant(isLegalMove(from, change.to, change.cause), `no move ${from} -> ${change.to} by ${change.cause}`)
    const lastFrameMs = from === 'primary' || from === 'backup' ? health[from].lastFrameMs : null
    this.#source = change.to
    this.#sinceMs = nowMs
    this.#isAwaitingKey = false
    this.#slate.stop()
    this.#activated(null)
    this.#pending = { ...change, from, atMs: nowMs, lastFrameMs }
    this.#parts.onSwitch(this.#pending)
    if (change.to === 'none') {
      this.#slate.forget()
      this.#activated(null)
    } else if (change.to === 'slate') {
      this.#slate.start()
      this.#timer ??= this.#clock.after(tickMs, () => this.#tick())
      this.#activated(this.#clock.nowMs())
    } else this.#start(change.to, nowMs)
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
    this.#timeline.splice(first.dts, newestDts(frames) - first.dts, nowMs, first.pts - first.dts)
    // A programme that starts as audio alone has no video until a frame of it comes.
    const hasVideo = first.track.kind === 'video'
    this.bus.splice(this.inputs[role].tracks.filter((track) => hasVideo || track.kind === 'audio'))
    for (const frame of frames) this.#send(frame, nowMs)
    this.bus.flush()
    this.#activated(this.#clock.nowMs())
  }

  #send(frame: Frame, nowMs: number): void {
    const mapped = this.#timeline.map(frame, nowMs)
    if (mapped === null) return
    this.#slate.note(mapped)
    this.bus.putFrame(mapped, nowMs)
  }

  #activated(firstFrameMs: number | null): void {
    const change = this.#pending
    if (change === null) return
    this.#pending = null
    this.#parts.onActivated?.({ ...change, firstFrameMs })
  }
}

const newestDts = (frames: readonly Frame[]): number => frames.reduce((newest, frame) => Math.max(newest, frame.dts), frames[0]!.dts)
