import { type Frame, type Track, ticksPerSecond } from '@sluice/codecs/frame'
import type { PlayableSlate } from './playable.ts'
import { type Silence, silenceFor } from './silence.ts'
import { pictureTicks, stillPictures } from './still-picture.ts'

/** What a slate is made of: the programme's tracks, its last key frame, and its bitrate (0: unknown). */
export type SlateParts = { readonly tracks: readonly Track[]; readonly picture: Frame | null; readonly programmeBps: number }

/** One track of a slate: the same bytes over and over, or in turn. */
type Strand = { readonly frame: Frame; readonly turns: readonly Uint8Array[]; readonly stepTicks: number; count: number }

/**
 * A still picture and silence in the programme's own codec parameters, made without an encoder: the last key frame again and again, and
 * packets of silence. Its own time starts at 0. Frames share their bytes.
 */
export class Slate implements PlayableSlate {
  readonly tracks: readonly Track[]
  /** How much later than decoded the picture is shown. */
  readonly delayTicks: number
  readonly #strands: readonly Strand[]

  private constructor(strands: readonly Strand[]) {
    this.#strands = strands
    this.delayTicks = strands[0]?.frame.pts ?? 0
    this.tracks = strands.map(({ frame }) => frame.track)
  }

  /** Null when there is neither a picture nor a track that Sluice can write silence for. */
  static make({ tracks, picture, programmeBps }: SlateParts): Slate | null {
    const strands: Strand[] = []
    if (picture !== null) strands.push(pictureStrand(picture, programmeBps))
    const audio = tracks.find((track) => track.kind === 'audio' && track.id === 0)
    const silence = audio?.kind === 'audio' ? silenceFor(audio) : null
    if (audio !== undefined && silence !== null) strands.push(silenceStrand(audio, silence))
    return strands.length === 0 ? null : new Slate(strands)
  }

  /** The frames with a dts under `untilTicks` that were not given yet, in order of dts. */
  take(untilTicks: number): Frame[] {
    const frames: Frame[] = []
    for (const strand of this.#strands) {
      for (let dts = nextDts(strand); dts < untilTicks; dts = nextDts(strand)) {
        const bytes = strand.turns[strand.count % strand.turns.length]!
        strand.count++
        frames.push({ ...strand.frame, bytes, dts, pts: strand.frame.pts + dts })
      }
    }
    return frames.sort((a, b) => a.dts - b.dts)
  }
}

const nextDts = ({ count, stepTicks }: Strand): number => Math.round(count * stepTicks)

function pictureStrand(picture: Frame, programmeBps: number): Strand {
  const turns = stillPictures(picture)
  const [bytes] = turns
  // Its distance from decoding to showing stays: a decoder that has reordered frames goes on as it did.
  const frame: Frame = { track: picture.track, dts: 0, pts: picture.pts - picture.dts, isKey: true, bytes }
  return { frame, turns, stepTicks: pictureTicks(bytes.length, programmeBps), count: 0 }
}

function silenceStrand(track: Track, { bytes, samples, sampleRate }: Silence): Strand {
  return {
    frame: { track, dts: 0, pts: 0, isKey: true, bytes },
    turns: [bytes],
    stepTicks: (samples * ticksPerSecond) / sampleRate,
    count: 0,
  }
}
