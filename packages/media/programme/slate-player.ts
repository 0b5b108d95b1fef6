import type { Clock, Timer } from '@sluice/base/clock'
import { type Frame, ticksPerMs } from '@sluice/codecs/frame'
import type { ProgrammeBus } from '../bus/index.ts'
import { LastPicture, Slate } from '../slate/index.ts'
import type { Timeline } from '../timeline/index.ts'

/** How often frames of a slate leave: two packets of audio at a time. */
const slateTickMs = 40

/** Keeps the programme's last picture at hand and, when asked, puts a slate of it on the bus in real time. */
export class SlatePlayer {
  readonly #bus: ProgrammeBus
  readonly #timeline: Timeline
  readonly #clock: Clock
  readonly #last = new LastPicture()
  #timer: Timer | null = null

  constructor(parts: { bus: ProgrammeBus; timeline: Timeline; clock: Clock }) {
    this.#bus = parts.bus
    this.#timeline = parts.timeline
    this.#clock = parts.clock
  }

  /** Whether the programme has left anything that a slate can be made of. */
  get isPossible(): boolean {
    return this.#last.frame !== null || this.#make() !== null
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

  #run(slate: Slate, startMs: number): void {
    const nowMs = this.#clock.nowMs()
    this.#timer = this.#clock.after(slateTickMs, () => this.#run(slate, startMs))
    // The frame at the very moment goes too: the first one must not wait for the next tick.
    for (const frame of slate.take(Math.floor((nowMs - startMs) * ticksPerMs) + 1)) {
      const mapped = this.#timeline.map(frame, nowMs)
      if (mapped !== null) this.#bus.putFrame(mapped)
    }
    this.#bus.flush()
  }

  #make(): Slate | null {
    return Slate.make({ tracks: this.#bus.tracks, picture: this.#last.frame, programmeBps: this.#last.bitrateBps })
  }
}
