import { type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import type { RungSpec } from '@sluice/contract/link'

/** What an input may take to show its track, or to come back after a switch; until then the rung waits. */
const graceMs = 2500
/** A track that is so far behind the source's pictures is gone. An encoder that stalls as a whole takes nothing away. */
const goneTicks = ticksPerSecond
/** One that is back counts from then on: each change of encoder is a change of parameters for whoever takes the rung. */
const steadyMs = 5000

/**
 * Where a rung that names a track of the input has its pictures from: `wait`, nobody knows yet; `input`, the encoder at the input made them;
 * `own`, what stands in for it. It goes to the track at a key frame of it, and away from it at once.
 */
export class RenditionChoice {
  readonly #video: NonNullable<RungSpec['video']>
  readonly #track: number
  #place: 'wait' | 'input' | 'own' = 'wait'
  #sinceMs: number
  #lastDts: number | null = null
  #sourceDts = 0
  #presentMs: number | null = null

  constructor({ video, from }: RungSpec, nowMs: number) {
    this.#video = video!
    this.#track = from!.inputTrack
    this.#sinceMs = nowMs
  }

  get place(): 'wait' | 'input' | 'own' {
    return this.#place
  }

  /** A frame of a track of the input. True: it is the rung's. */
  takes({ track, isKey, dts }: Frame, nowMs: number): boolean {
    if (track.kind !== 'video' || track.id !== this.#track) return false
    const { codec, width, height } = this.#video
    // An encoder that was set up anew may send another size under the number: that is not what was planned.
    if (track.codec !== codec || track.width !== width || track.height !== height) return false
    this.#lastDts = dts
    this.#presentMs ??= nowMs
    if (this.#place !== 'input' && isKey && (this.#place === 'wait' || nowMs - this.#presentMs >= steadyMs)) this.#place = 'input'
    return this.#place === 'input'
  }

  /** A picture of the source. */
  noteSource(dts: number): void {
    this.#sourceDts = dts
  }

  /** Another source is on the air: whether it has the track will show. */
  splice(nowMs: number): void {
    this.#presentMs = null
    this.#lastDts = null
    if (this.#place === 'input') this.#place = 'own'
    this.#sinceMs = nowMs
  }

  /** Nothing is on the air. */
  idle(nowMs: number): void {
    this.splice(nowMs)
    this.#place = 'wait'
  }

  tick(nowMs: number): void {
    const isGone = this.#lastDts === null || this.#sourceDts - this.#lastDts >= goneTicks
    if (isGone) this.#presentMs = null
    if (this.#place === 'wait' ? nowMs - this.#sinceMs >= graceMs : this.#place === 'input' && isGone) this.#place = 'own'
  }
}
