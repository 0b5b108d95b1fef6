import type { Clock } from '@sluice/base/clock'
import { messageOf } from '@sluice/base/errors'
import type { Track } from '@sluice/codecs/frame'
import type { LinkFrame, LinkMessage } from '@sluice/containers/frame-link'
import type { FromWatch } from '@sluice/contract/watch'
import type { Av } from '../av/av.ts'
import { PictureMeter } from './picture-meter.ts'
import { SoundMeter } from './sound-meter.ts'

/** A source that can't be decoded is told once a second, not with each of its frames. */
const undecodedMs = 1000

type Meter = PictureMeter | SoundMeter
type Watched = { track: Track; meter: Meter | null; toldMs: number }

/** All that is watched in one process: frames in, figures out. */
export class Watch {
  readonly #av: Av
  readonly #clock: Clock
  readonly #answer: (answer: FromWatch) => void
  // bound: one a slot and kind; the engine opens a slot an input
  readonly #tracks = new Map<string, Watched>()

  constructor(av: Av, clock: Clock, answer: (answer: FromWatch) => void) {
    this.#av = av
    this.#clock = clock
    this.#answer = answer
  }

  receive(message: LinkMessage): void {
    if (message.type === 'frame') this.#measure(message)
    else if (message.type === 'track') this.#setTrack(message.slot, message.track)
    else for (const kind of ['video', 'audio'] as const) this.#forget(message.slot, kind)
  }

  #setTrack(slot: number, track: Track): void {
    this.#forget(slot, track.kind)
    // The record that it is a view of is gone by the first frame.
    const kept = { ...track, config: track.config.slice() }
    this.#tracks.set(keyOf({ slot, kind: track.kind }), { track: kept, meter: null, toldMs: Number.NEGATIVE_INFINITY })
  }

  #forget(slot: number, kind: Track['kind']): void {
    this.#tracks.get(keyOf({ slot, kind }))?.meter?.close()
    this.#tracks.delete(keyOf({ slot, kind }))
  }

  #measure(frame: LinkFrame): void {
    const watched = this.#tracks.get(keyOf(frame))
    if (watched === undefined) return
    try {
      watched.meter ??= this.#open(watched.track)
      const answer = watched.meter.measure(frame, frame.readMs ?? 0)
      if (answer !== null) this.#answer(answer)
    } catch (error) {
      this.#tellUndecoded(watched, frame, messageOf(error))
    }
  }

  #open(track: Track): Meter {
    return track.kind === 'video' ? new PictureMeter(this.#av, track) : new SoundMeter(this.#av, track)
  }

  #tellUndecoded(watched: Watched, { slot, kind, readMs }: LinkFrame, reason: string): void {
    const nowMs = this.#clock.nowMs()
    if (nowMs - watched.toldMs < undecodedMs) return
    watched.toldMs = nowMs
    this.#answer({ type: 'undecoded', slot, kind, atMs: readMs ?? 0, reason })
  }
}

const keyOf = ({ slot, kind }: { slot: number; kind: Track['kind'] }): string => `${slot} ${kind}`
