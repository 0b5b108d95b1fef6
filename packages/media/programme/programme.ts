import type { Clock } from '@sluice/base/clock'
import { BugError, invariant } from '@sluice/base/errors'
import { type InputRole, isInputRole, rankOf, type SourceName } from '@sluice/base/words'
import type { Frame, Track } from '@sluice/codecs/frame'
import { type OnReaderFault, ProgrammeBus, type ProgrammeData } from '../bus/index.ts'
import { MediaInput } from '../input/index.ts'
import type { FrameLoop } from '../loop/index.ts'
import {
  type InputHealth,
  isLegalMove,
  nextReturn,
  nextSource,
  type Return,
  type SourceChange,
  type SwitchPolicy,
  type SwitchSettings,
  type SwitchState,
  takeSource,
  toSwitchPolicy,
} from '../switch/index.ts'
import { Timeline } from '../timeline/index.ts'
import { LookTimer } from './look-timer.ts'
import { SlatePlayer } from './slate-player.ts'

/** One input with what the switch last knew of it. The object stays with its input when roles are exchanged. */
type Slot = {
  role: InputRole
  readonly media: MediaInput
  health: InputHealth
  isInMaintenance: boolean
  /** Its last session ended by the encoder's own word. */
  hasStopped: boolean
  /** Until when its media is left out, for a rehearsal. */
  cutUntilMs: number
}

/** A switch as it was decided. Times are monotonic milliseconds. */
export type SourceSwitch = SourceChange & {
  readonly from: SourceName
  readonly atMs: number
  /** When the source before gave its last frame; null when it never did. */
  readonly lastFrameMs: number | null
}

/** A switch with its end: when the first frame of the new source had left, or null when another switch or the end came first. */
export type SourceActivation = SourceSwitch & { readonly firstFrameMs: number | null }

/** Splices of cached GOPs make the programme run ahead of the clock. At so much, a splice waits for a live key frame instead. */
const maxAheadMs = 4000

type Parts = {
  readonly clock: Clock
  readonly policy: SwitchSettings
  /** The decision, before any frame of the new source leaves. */
  readonly onSwitch: (change: SourceSwitch) => void
  /** Once for each switch: its first frame has left, or it never will. */
  readonly onActivated?: (activation: SourceActivation) => void
  /** A reader of the bus threw, a decision at the end of a read did, or the slate could not be shown. */
  readonly onReaderFault?: OnReaderFault
}

/**
 * The way of a frame, from any input to all that leaves: input -> switch -> timeline -> bus. One per channel.
 * It owns the inputs and the slate and decides by `nextSource` alone; it knows no protocol and no output.
 */
export class Programme {
  readonly bus: ProgrammeBus
  // bound: one an input, eight at most
  readonly #slots = new Map<InputRole, Slot>()
  /** The same in order of rank, as the switch takes them. */
  // bound: one an input, eight at most
  #ranked: readonly Slot[] = []
  readonly #timeline = new Timeline()
  readonly #slate: SlatePlayer
  readonly #parts: Parts
  readonly #clock: Clock
  #policy: SwitchPolicy
  #source: SourceName = 'none'
  #sinceMs: number
  /** Added to the length of the slate that is on. */
  #slateExtraMs = 0
  /** The last switch while its first frame has not left. */
  #pending: SourceSwitch | null = null
  /** On the air, but waiting for its next key frame to start with. */
  #isAwaitingKey = false
  readonly #looks: LookTimer

  constructor(parts: Parts) {
    this.#parts = parts
    this.#clock = parts.clock
    this.bus = new ProgrammeBus(parts.onReaderFault)
    this.#policy = toSwitchPolicy(parts.policy)
    this.#sinceMs = parts.clock.nowMs()
    this.#looks = new LookTimer({ clock: parts.clock, look: () => this.#decide(), isNeeded: () => this.#needsLooks })
    this.#slate = new SlatePlayer({ bus: this.bus, timeline: this.#timeline, clock: parts.clock, onFault: parts.onReaderFault })
  }

  get source(): SourceName {
    return this.#source
  }
  get timestampJumpsTotal(): number {
    return this.#timeline.jumpsTotal
  }

  /** Which input of a higher rank has the air back if it stays clean, and in how long; null when none is on its way back. */
  get nextReturn(): Return | null {
    const nowMs = this.#clock.nowMs()
    this.#judge(nowMs)
    return nextReturn(this.#state(), this.#ranked, this.#policy, nowMs)
  }

  /** The input that has `role`. It is the same object for as long as it is one of this programme's, whatever role it moves to. */
  input(role: InputRole): MediaInput {
    return this.#slot(role).media
  }

  addInput(role: InputRole): MediaInput {
    invariant(!this.#slots.has(role), `the ${role} input is there already`)
    const media = new MediaInput()
    const slot = {
      role,
      media,
      health: media.health(this.#clock.nowMs(), this.#policy),
      isInMaintenance: false,
      hasStopped: false,
      cutUntilMs: 0,
    }
    this.#setSlots([...this.#ranked, slot])
    return media
  }

  /** The input goes. On the air this is a close, and the switch acts at once. */
  removeInput(role: InputRole): void {
    this.closeInput(role)
    this.#setSlots(this.#ranked.filter((slot) => slot.role !== role))
  }

  /**
   * Gives inputs other roles, from -> to, each role to one input alone. What is on the air stays there under its new name, and a lock stays
   * with its input. When one comes to rank above what is on the air the holds count anew, so that it waits for its own.
   */
  moveInputs(moves: ReadonlyMap<InputRole, InputRole>): void {
    const above = (): Slot[] => this.#ranked.filter((slot) => isInputRole(this.#source) && rankOf(slot.role) < rankOf(this.#source))
    const before = above()
    const { lock } = this.#policy
    for (const slot of this.#ranked) slot.role = moves.get(slot.role) ?? slot.role
    if (isInputRole(this.#source)) this.#source = moves.get(this.#source) ?? this.#source
    if (lock !== 'auto') this.#policy = { ...this.#policy, lock: moves.get(lock) ?? lock }
    this.#setSlots(this.#ranked)
    if (above().some((slot) => !before.includes(slot))) this.#sinceMs = this.#clock.nowMs()
  }

  /** In maintenance an input stays connected and measured, and is not taken. On the air it gives way to whatever is ready. */
  setMaintenance(role: InputRole, isInMaintenance: boolean): void {
    const slot = this.#slot(role)
    if (slot.isInMaintenance === isInMaintenance) return
    slot.isInMaintenance = isInMaintenance
    this.#decide()
  }

  setPolicy(policy: SwitchSettings): void {
    this.#policy = toSwitchPolicy(policy)
    this.#decide()
  }

  /** What stands in from the next time on when no input is left; null, or what does not fit: the last picture. */
  setSlate(loop: FrameLoop | null): void {
    this.#slate.setLoop(loop)
  }

  /** Why the slate that was set would not be shown now; null when it would. */
  get slateMisfit(): string | null {
    return this.#slate.misfit
  }

  /** When the slate on the air ends by itself; null while none is. */
  get slateEndsMs(): number | null {
    return this.#source === 'slate' ? this.#sinceMs + this.#policy.slateMs + this.#slateExtraMs : null
  }

  /** Holds the slate on the air for longer. False when none is. */
  holdSlate(forMs: number): boolean {
    if (this.#source !== 'slate') return false
    this.#slateExtraMs += forMs
    return true
  }

  /** The operator's take: at once, without a lock. False when the input has nothing to show or is locked out. */
  switchTo(role: InputRole): boolean {
    const nowMs = this.#clock.nowMs()
    this.#judge(nowMs)
    const change = takeSource(this.#state(), this.#ranked, this.#policy, role, nowMs)
    if (change !== null) this.#switch(change, nowMs)
    return change !== null
  }

  /** Leaves out the media of an input for `forMs`, as if its cable were cut: for rehearsals. */
  cut(role: InputRole, forMs: number): void {
    const slot = this.#slot(role)
    slot.cutUntilMs = this.#clock.nowMs() + forMs
    slot.media.restart()
    if (role === this.#source) this.#isAwaitingKey = true
  }

  openInput(role: InputRole): void {
    const slot = this.#slot(role)
    slot.hasStopped = false
    slot.media.open(this.#clock.nowMs())
    this.#looks.start()
    if (role === this.#source) this.#decide()
  }

  /** The session ended, `hasStopped`: by its encoder's own word and not with its connection. The switch acts at once. */
  closeInput(role: InputRole, hasStopped = false): void {
    // Encoders say good-bye in the same packet as their last frames.
    this.flush(role)
    const slot = this.#slot(role)
    slot.hasStopped = hasStopped
    slot.media.close()
    this.#decide()
    if (!this.#needsLooks) this.#looks.stop()
  }

  putTrack(role: InputRole, track: Track): void {
    this.#slot(role).media.putTrack(track, this.#clock.nowMs())
  }

  putFrame(role: InputRole, frame: Frame): void {
    const nowMs = this.#clock.nowMs()
    const slot = this.#slot(role)
    if (nowMs < slot.cutUntilMs) return
    slot.media.putFrame(frame, nowMs)
    if (role !== this.#source) {
      // With an input on the air the tick looks often enough, however many stand by.
      if (!isInputRole(this.#source)) this.#decide()
      return
    }
    if (this.#isAwaitingKey) {
      // Without pictures any more the sound is the programme: it must not wait for a key frame that never comes.
      const isStart = frame.track.kind === 'video' ? frame.isKey : !slot.media.tracks.some(({ kind }) => kind === 'video')
      if (isStart) this.#splice(role, [frame], nowMs)
      return
    }
    this.#send(frame, nowMs)
  }

  /** Another encoding of an input's pictures: beside the programme, on its clock. It decides nothing and starts nothing. */
  putRendition(role: InputRole, frame: Frame): void {
    const nowMs = this.#clock.nowMs()
    const isOut = role !== this.#source || this.#isAwaitingKey || nowMs < this.#slot(role).cutUntilMs
    const mapped = isOut ? null : this.#timeline.map(frame, nowMs, nowMs)
    if (mapped !== null) this.bus.putRendition(mapped)
  }

  /** Timed data of an input, `dts` on the time of its frames: goes out while the input is on the air. */
  putData(role: InputRole, data: ProgrammeData): void {
    const slot = this.#slot(role)
    slot.media.noteData(data.track)
    if (role !== this.#source || this.#isAwaitingKey) return
    const nowMs = this.#clock.nowMs()
    if (nowMs < slot.cutUntilMs) return
    const dts = this.#timeline.timeOf(data.dts, nowMs)
    if (dts !== null) this.bus.putData({ ...data, dts })
  }

  /** A track of an input has ended, or has been silent for long while others came: it is no part of it any more. */
  dropTrack(role: InputRole, track: Track): void {
    this.#slot(role).media.dropTrack(track)
    if (role === this.#source) this.bus.dropTrack(track)
  }

  /** The end of one read from the input's socket. */
  flush(role: InputRole): void {
    if (role !== this.#source) return
    this.bus.flush()
    const nowMs = this.#clock.nowMs()
    if (!this.#looks.isDueByRead(nowMs)) return
    try {
      this.#decide()
    } catch (error) {
      // The read is the encoder's, and what throws is not: its session goes on.
      this.#parts.onReaderFault?.(error)
    }
  }

  close(): void {
    this.#looks.stop()
    this.#slate.stop()
  }

  /** Silence can begin or the slate can end: there is something to look at though nothing comes. */
  get #needsLooks(): boolean {
    return this.#source === 'slate' || this.#ranked.some(({ media }) => media.isOpen)
  }

  #slot(role: InputRole): Slot {
    const slot = this.#slots.get(role)
    // No invariant(): its text would be made for each frame.
    if (slot === undefined) throw new BugError(`there is no ${role} input`)
    return slot
  }

  #setSlots(slots: readonly Slot[]): void {
    this.#ranked = slots.toSorted((a, b) => rankOf(a.role) - rankOf(b.role))
    this.#slots.clear()
    for (const slot of slots) this.#slots.set(slot.role, slot)
    invariant(this.#slots.size === slots.length, 'two inputs have one role')
  }

  #state(): SwitchState {
    return { source: this.#source, sinceMs: this.#sinceMs, canSlate: this.#slate.isPossible, slateExtraMs: this.#slateExtraMs }
  }

  /** Looks at all inputs at this moment. */
  #judge(nowMs: number): void {
    for (const slot of this.#ranked) slot.health = { ...slot.media.health(nowMs, this.#policy), hasStopped: slot.hasStopped }
  }

  #decide(): void {
    const nowMs = this.#clock.nowMs()
    this.#judge(nowMs)
    const change = nextSource(this.#state(), this.#ranked, this.#policy, nowMs)
    if (change !== null) this.#switch(change, nowMs)
  }

  #switch(change: SourceChange, nowMs: number): void {
    const from = this.#source
    invariant(isLegalMove(from, change.to, change.cause), `no move ${from} -> ${change.to} by ${change.cause}`)
    const lastFrameMs = isInputRole(from) ? this.#slot(from).health.lastFrameMs : null
    this.#source = change.to
    this.#sinceMs = nowMs
    this.#looks.forgetReads()
    this.#slateExtraMs = 0
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
      this.#looks.start()
      this.#activated(this.#clock.nowMs())
    } else this.#start(change.to, nowMs)
  }

  #start(role: InputRole, nowMs: number): void {
    const hasVideo = this.#slot(role).media.tracks.some((track) => track.kind === 'video')
    if (hasVideo && this.#timeline.aheadMs(nowMs) > maxAheadMs) this.#isAwaitingKey = true
    else this.#splice(role, this.#slot(role).media.gop, nowMs)
  }

  #splice(role: InputRole, frames: readonly Frame[], nowMs: number): void {
    const first = frames[0]
    if (first === undefined) return
    this.#isAwaitingKey = false
    this.#timeline.splice(first.dts, newestDts(frames) - first.dts, nowMs, first.pts - first.dts)
    // A programme that starts as audio alone has no video until a frame of it comes.
    const hasVideo = first.track.kind === 'video'
    const { tracks, dataTracks } = this.#slot(role).media
    this.bus.splice(
      tracks.filter((track) => hasVideo || track.kind === 'audio'),
      dataTracks,
    )
    for (const frame of frames) this.#send(frame, nowMs)
    this.bus.flush()
    this.#activated(this.#clock.nowMs())
  }

  #send(frame: Frame, nowMs: number): void {
    const mapped = this.#timeline.map(frame, nowMs, nowMs)
    if (mapped === null) return
    this.#slate.note(mapped)
    this.bus.putFrame(mapped)
  }

  #activated(firstFrameMs: number | null): void {
    const change = this.#pending
    if (change === null) return
    this.#pending = null
    this.#parts.onActivated?.({ ...change, firstFrameMs })
  }
}

const newestDts = (frames: readonly Frame[]): number => frames.reduce((newest, frame) => Math.max(newest, frame.dts), frames[0]!.dts)
