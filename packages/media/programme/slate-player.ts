import type { Clock, Timer } from '@sluice/base/clock'
import { type Frame, ticksPerMs } from '@sluice/codecs/frame'
import type { ProgrammeBus } from '../bus/index.ts'
import type { FrameLoop } from '../loop/index.ts'
import { LastPicture, LoopedSlate, loopMisfit, type PlayableSlate, Slate } from '../slate/index.ts'
import type { Timeline } from '../timeline/index.ts'

/** How often frames of a slate leave: two packets of audio at a time. */
const slateTickMs = 40

/** Keeps the programme's last picture at hand, and a prepared loop; when asked, puts one of them on the bus in real time. */
export class SlatePlayer {
  readonly #bus: ProgrammeBus
  readonly #timeline: Timeline
  readonly #clock: Clock
  readonly #last = new LastPicture()
  #loop: FrameLoop | null = null
  #timer: Timer | null = null

  readonly #onFault: ((error: unknown) => void) | undefined

  constructor(parts: { bus: ProgrammeBus; timeline: Timeline; clock: Clock; onFault?: ((error: unknown) => void) | undefined }) {
    this.#onFault = parts.onFault
    this.#bus = parts.bus
    this.#timeline = parts.timeline
    this.#clock = parts.clock
  }

  /** Whether the programme has left anything that a slate can be made of. */
  get isPossible(): boolean {
    return this.#last.frame !== null || this.#make() !== null
  }

  /** The loop to show from the next time on, null for none. What is on the air goes on as it is. */
  setLoop(loop: FrameLoop | null): void {
    this.#loop = loop
  }

  /** Why the loop would not be shown, in one sentence; null when it would, or when there is none or no programme yet. */
  get misfit(): string | null {
    return this.#loop === null || this.#bus.tracks.length === 0 ? null : loopMisfit(this.#loop, this.#bus.tracks)
  }

  /** A frame of an input leaves. */
  note(frame: Frame): void {
    this.#last.note(frame)
  }

  /** Splices the slate in. Its first picture has left when this returns. */
  start(): void {
    const slate = this.#make()
    if (slate === null) return
    const startMs = this.#clock.nowMs()
    this.#timeline.splice(0, 0, startMs, slate.delayTicks)
    this.#bus.splice(slate.tracks)
    this.#run(slate, startMs)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  /** The programme is over: the next one shows nothing of it. */
  forget(): void {
    this.#last.clear()
  }

  #run(slate: PlayableSlate, startMs: number): void {
    const nowMs = this.#clock.nowMs()
    this.#timer = this.#clock.after(slateTickMs, () => this.#run(slate, startMs))
    // The frame at the very moment goes too: the first one must not wait for the next tick.
    try {
      for (const frame of slate.take(Math.floor((nowMs - startMs) * ticksPerMs) + 1)) {
        const mapped = this.#timeline.map(frame, nowMs)
        if (mapped !== null) this.#bus.putFrame(mapped)
      }
    } catch (error) {
      this.stop() // an input ends the silence that follows; a timer that throws would end all channels
      this.#onFault?.(error)
    }
    this.#bus.flush()
  }

  #make(): PlayableSlate | null {
    const { tracks } = this.#bus
    if (this.#loop !== null && loopMisfit(this.#loop, tracks) === null) return LoopedSlate.make(this.#loop, tracks)
    return Slate.make({ tracks, picture: this.#last.frame, programmeBps: this.#last.bitrateBps })
  }
}
