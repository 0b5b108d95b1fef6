import type { Clock } from '@sluice/base/clock'
import type { ProgrammeBus } from '../bus/index.ts'
import { FanOutSet } from '../output/index.ts'
import { BusHistory } from './bus-history.ts'
import { BusView, type ViewWish } from './bus-view.ts'

/** The rung that every channel has: the programme as it came in. */
export const sourceRung = 'source'

/** One encoding of the programme: its bus, and the fan-outs of all that leaves in it. Whoever made the bus goes on owning it. */
export class Rung {
  readonly name: string
  readonly bus: ProgrammeBus
  readonly fanOuts: FanOutSet
  /** Of all that it gives, by whoever fills it; 0: not known, or the source, whose rate the channel has. */
  bytesPerSecond = 0
  /** There is a key frame of this show to begin with. Of encoded rungs: the channel knows it of the source. */
  canBegin = false
  /** The programme has media, and the encoder of this rung gives nothing of it. */
  lacksEncoder = false
  readonly #clock: Clock
  readonly #gatherMs: number | undefined
  #history: BusHistory | null = null
  // bound: one a distinct delay and choice of sound among its outputs, `sweep` takes the others away
  readonly #views = new Map<string, BusView>()

  /** `gatherMs`: how long outputs that can wait may be gathered; absent: not at all. */
  constructor(name: string, bus: ProgrammeBus, clock: Clock, gatherMs?: number) {
    this.name = name
    this.bus = bus
    this.#clock = clock
    this.#gatherMs = gatherMs
    this.fanOuts = new FanOutSet(bus, clock, gatherMs)
  }

  /** Who is fed from it, at whatever delay. */
  get memberCount(): number {
    return [...this.#views.values()].reduce((sum, { fanOuts }) => sum + fanOuts.memberCount, this.fanOuts.memberCount)
  }

  /** The longest delay of those who are fed from it. */
  get longestDelayMs(): number {
    return Math.max(0, ...[...this.#views.values()].map(({ wish }) => wish.delayMs))
  }

  /** The rung later, or with one of its audio tracks; null: as it is. It stays until `sweep` finds nobody at it. */
  view(wish: ViewWish): BusView | null {
    if (wish.delayMs === 0 && wish.audioTrack === null) return null
    const key = keyOf(wish)
    const found = this.#views.get(key)
    if (found !== undefined) return found
    this.#history ??= new BusHistory(this.bus, this.#clock)
    const view = new BusView(wish, this.#history, this.#clock, this.#gatherMs)
    this.#views.set(key, view)
    return view
  }

  /** Ends views that nobody is at and that are none of `wanted`. */
  sweep(wanted: ReadonlySet<BusView>): void {
    for (const [key, view] of this.#views) {
      if (wanted.has(view) || view.fanOuts.memberCount > 0) continue
      this.#views.delete(key)
      view.close()
      if (this.#history?.delete(view) !== true) continue
      this.#history.close()
      this.#history = null
    }
  }

  /** Nothing is on the air. */
  idle(): void {
    for (const view of this.#views.values()) view.idle()
  }

  close(): void {
    this.fanOuts.close()
    for (const view of this.#views.values()) view.close()
    this.#views.clear()
    this.#history?.close()
    this.#history = null
  }
}

const keyOf = ({ delayMs, audioTrack }: ViewWish): string => `${delayMs} ${audioTrack}`
