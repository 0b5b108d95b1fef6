import type { Clock, Timer } from '@sluice/base/clock'
import type { Frame, Track } from '@sluice/codecs/frame'
import type { BusReader } from '../bus/index.ts'
import type { FanOutSet } from './fan-out-set.ts'
import type { OutputSession } from './output-session.ts'

/** What the session leaves may stand still: then it goes over with the new rung's next key frame. */
const standsMs = 5000
/** A new rung whose sound does not come to where the old one's has ended goes on without it. */
const maxSoundWaitMs = 500

type Parts = {
  readonly clock: Clock
  readonly session: OutputSession
  readonly to: FanOutSet
  /** The session is to move now: of the old rung it got no picture from where the new one's last GOP begins, and sound up to `soundDts`. */
  readonly onMove: (soundDts: number | null) => void
  /** It is not to move any more, and had left already: it comes back with the next key frame. */
  readonly onBack: () => void
}

/**
 * A live session goes over to another rung on the connection that it has: the old rung up to a key frame of the new one, the new one from that
 * key frame on, by programme time. The two are not abreast, an encoded rung is behind the source: who goes to one that is ahead waits until
 * the old rung has come to its key frame, and gets the GOP that has gathered; who goes to one that is behind leaves where its next key frame
 * should be, and time never steps back where it is not. Until the new rung gives anything the session stays where it is.
 *
 * Where the new one is delayed by more, the session leaves at its next key frame and is sent nothing until the delay has passed: no picture is
 * lost or repeated. Where it is delayed by less, the session goes over at once: what lies between the two is left out.
 */
export class RungCut implements BusReader {
  readonly #parts: Parts
  #hasVideo = false
  #isArmed = false
  /** The last picture that it got of the old rung, once it has left that; null before. */
  #leftDts: number | null = null
  #leftSoundDts: number | null = null
  #leftMs = 0
  #isOver = false
  #timer: Timer | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The session has left, and is sent nothing until the new delay has passed. */
  get isHolding(): boolean {
    return this.#leftDts !== null && this.#lagMs > 0
  }

  start(): void {
    const { bus } = this.#parts.to
    bus.join(this)
    if (this.#lagMs > 0) {
      this.#arm(this.#oldDts() + 1, true)
      return
    }
    if (this.#lagMs < 0) {
      this.#jump()
      return
    }
    const first = bus.gop[0]
    const newest = bus.gop.at(-1)
    if (first !== undefined && newest !== undefined && newest.dts < this.#oldDts()) this.#consider(first.dts)
  }

  /** The session stays at the fan-out where it is. */
  cancel(): void {
    if (this.#isOver) return
    this.#end()
    if (this.#leftDts === null) this.#parts.session.stay()
    else this.#parts.onBack()
  }

  onTracks(tracks: readonly Track[]): void {
    this.#hasVideo = tracks.some(({ kind }) => kind === 'video')
  }

  onSplice(): void {}

  onFrame({ track, isKey, dts }: Frame): void {
    if (this.#isArmed || this.#lagMs < 0) return
    if (this.#hasVideo ? track.kind === 'video' && track.id === 0 && isKey : true) this.#consider(dts)
  }

  /** Not between two frames: all that read the new rung have them now. */
  onFlush(): void {
    if (this.#lagMs < 0) this.#jump()
    else this.#moveFrom()
  }

  /** By how much the new one is delayed more than the old one. */
  get #lagMs(): number {
    return this.#parts.to.delayMs - this.#parts.session.fanOuts.delayMs
  }

  /** Nearer to the present: with the first GOP that is later than what it has had. */
  #jump(): void {
    const first = this.#parts.to.bus.gop[0]
    const { session } = this.#parts
    if (this.#isOver || first === undefined || first.dts <= this.#oldDts()) return
    const soundDts = session.fanOut.newestSoundDts
    session.leave()
    this.#end()
    this.#parts.onMove(soundDts)
  }

  /** `keyDts`: the last key frame of the new rung. */
  #consider(keyDts: number): void {
    const oldDts = this.#oldDts()
    if (keyDts > oldDts) {
      this.#arm(keyDts)
      return
    }
    const gopTicks = this.#hasVideo ? this.#parts.to.bus.gopTicks : 1
    // A first key frame tells no distance yet; the second does.
    if (gopTicks !== null && gopTicks > 0) this.#arm(keyDts + gopTicks * Math.ceil((oldDts + 1 - keyDts) / gopTicks))
  }

  #arm(dts: number, isAtKey = false): void {
    const { clock, session } = this.#parts
    this.#isArmed = true
    const leave = (): void => {
      if (this.#isOver || this.#leftDts !== null) return
      this.#leftDts = this.#oldDts()
      this.#leftMs = clock.nowMs()
      this.#leftSoundDts = session.fanOut.newestSoundDts
      session.leave()
      this.#moveFrom()
    }
    this.#timer = clock.after(session.fanOut.isClosed ? 0 : standsMs, leave)
    session.leaveBefore(dts, leave, isAtKey)
  }

  #moveFrom(): void {
    const { gop, tracks } = this.#parts.to.bus
    const first = gop[0]
    if (this.#leftDts === null || first === undefined || first.dts <= this.#leftDts) return
    // The old rung's sound may be ahead of its pictures: what it has given already is not to come again, and not late.
    const soundDts = this.#leftSoundDts
    const isDue = soundDts !== null && tracks.some(({ kind }) => kind === 'audio')
    const isThere = !isDue || gop.some(({ track, dts }) => track.kind === 'audio' && dts > soundDts)
    if (!isThere && this.#parts.clock.nowMs() - this.#leftMs < maxSoundWaitMs) return
    this.#end()
    this.#parts.onMove(soundDts)
  }

  #end(): void {
    this.#isOver = true
    this.#timer?.cancel()
    this.#timer = null
    this.#parts.to.bus.leave(this)
  }

  #oldDts(): number {
    return this.#parts.session.fanOut.newestDts ?? -1
  }
}
