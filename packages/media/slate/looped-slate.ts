import type { Frame, Track } from '@sluice/codecs/frame'
import type { FrameLoop } from '../loop/index.ts'
import type { PlayableSlate } from './playable.ts'
import { silenceFor } from './silence.ts'
import { Slate } from './slate.ts'

const mainOf = (tracks: readonly Track[], kind: Track['kind']): Track | undefined =>
  tracks.find((track) => track.kind === kind && track.id === 0)

/**
 * Why `loop` can't stand in for a programme of `tracks`, in one sentence; null when it can: codec, size and profile of the picture are
 * those of the programme. Its sound is taken or left.
 */
export function loopMisfit(loop: FrameLoop, tracks: readonly Track[]): string | null {
  const made = mainOf(loop.tracks, 'video')
  const wanted = mainOf(tracks, 'video')
  if (wanted?.kind !== 'video') return 'the programme has no video'
  if (made?.kind !== 'video') return 'the slate has no picture'
  const shape = ({ codec, width, height }: typeof made): string => `${codec} ${width}x${height}`
  return shape(made) === shape(wanted) ? null : `the programme is ${shape(wanted)}, the slate was created for ${shape(made)}`
}

/**
 * A prepared loop in place of the programme. Sound of its own is played where it is as the programme's; else there is silence in the
 * programme's own parameters, as with a still picture.
 */
export class LoopedSlate implements PlayableSlate {
  readonly tracks: readonly Track[]
  readonly delayTicks: number
  readonly #frames: readonly Frame[]
  readonly #loopTicks: number
  readonly #silence: Slate | null
  #next = 0
  #round = 0

  private constructor(frames: readonly Frame[], loopTicks: number, silence: Slate | null) {
    this.#frames = frames
    this.#loopTicks = loopTicks
    this.#silence = silence
    this.tracks = [...new Set(frames.map(({ track }) => track)), ...(silence?.tracks ?? [])].sort((a, b) => (a.kind > b.kind ? -1 : 1))
    const first = frames.find(({ track }) => track.kind === 'video')!
    this.delayTicks = first.pts - first.dts
  }

  /** The caller has looked at `loopMisfit`. */
  static make(loop: FrameLoop, tracks: readonly Track[]): LoopedSlate {
    const made = mainOf(loop.tracks, 'audio')
    const wanted = mainOf(tracks, 'audio')
    const hasSound = made?.kind === 'audio' && wanted?.kind === 'audio' && isSameSound(made, wanted)
    const frames = hasSound ? loop.frames : loop.frames.filter(({ track }) => track.kind === 'video')
    const silence =
      hasSound || wanted?.kind !== 'audio' || silenceFor(wanted) === null
        ? null
        : Slate.make({ tracks: [wanted], picture: null, programmeBps: 0 })
    return new LoopedSlate(frames, loop.ticks, silence)
  }

  take(untilTicks: number): Frame[] {
    const frames: Frame[] = []
    for (;;) {
      const frame = this.#frames[this.#next]!
      const shift = this.#round * this.#loopTicks
      if (frame.dts + shift >= untilTicks) break
      frames.push({ ...frame, dts: frame.dts + shift, pts: frame.pts + shift })
      this.#next++
      if (this.#next === this.#frames.length) {
        this.#next = 0
        this.#round++
      }
    }
    if (this.#silence !== null) frames.push(...this.#silence.take(untilTicks))
    return frames.sort((a, b) => a.dts - b.dts)
  }
}

const isSameSound = (a: Track & { kind: 'audio' }, b: Track & { kind: 'audio' }): boolean =>
  a.codec === b.codec && a.sampleRate === b.sampleRate && a.channels === b.channels
