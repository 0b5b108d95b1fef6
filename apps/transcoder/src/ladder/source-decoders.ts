import { BoundedMap } from '@sluice/base/bounded'
import { equalBytes } from '@sluice/base/bytes'
import type { Track } from '@sluice/codecs/frame'
import type { LinkFrame } from '@sluice/containers/frame-link'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { Decoder } from '../av/decoder.ts'
import { Deinterlacer } from './deinterlacer.ts'
import { TurnMemory } from './turn-memory.ts'

/** Largest picture that is decoded: 8K. Memory is taken for what a stream claims, before a pixel is read. */
const maxPixels = 8192 * 4320
/** Frames whose times wait for their pictures. */
const heldTimes = { maxCount: 300, whenFull: 'forget-oldest' } as const

export type Decoded = (frame: Frame, pts: number, readMs: number | null) => void

type Opened = { readonly track: Track; readonly decoder: Decoder; readonly readMs: BoundedMap<number, number | null> }

const keyOf = ({ kind, id }: Pick<Track, 'kind' | 'id'>): string => `${kind} ${id}`

/** Decoders of one source, opened at the first frame of each track that is wanted. */
export class SourceDecoders {
  readonly slot: number
  readonly liveDts: number
  readonly #av: Av
  readonly #deinterlacer: Deinterlacer
  readonly #turn: TurnMemory
  // bound: one a track; the engine sends at most one of video and sixteen of audio
  readonly #tracks = new Map<string, Track>()
  // bound: as #tracks
  readonly #opened = new Map<string, Opened>()
  #needsKey = true
  #wasKey = false

  constructor(av: Av, slot: number, liveDts: number) {
    this.#av = av
    this.slot = slot
    this.liveDts = liveDts
    this.#deinterlacer = new Deinterlacer(av)
    this.#turn = new TurnMemory(av)
  }

  get hasAudio(): boolean {
    return [...this.#tracks.values()].some(({ kind }) => kind === 'audio')
  }

  /** An audio track of this number has come. */
  hasTrack(wanted: number): boolean {
    return this.#tracks.has(keyOf({ kind: 'audio', id: wanted }))
  }

  /** The track with this number, else the first one. Null: there is no sound. */
  audioTrackId(wanted: number): number | null {
    const ids = [...this.#tracks.values()].filter(({ kind }) => kind === 'audio').map(({ id }) => id)
    return ids.length === 0 ? null : ids.includes(wanted) ? wanted : Math.min(...ids)
  }

  /** Gives what the old decoder held back, if it is another configuration. */
  setTrack(track: Track, onPicture: Decoded): void {
    const key = keyOf(track)
    const before = this.#tracks.get(key)
    // The record that it is a view of is gone by the first frame.
    const kept = { ...track, config: track.config.slice() }
    this.#tracks.set(key, kept)
    if (before === undefined || (before.codec === track.codec && equalBytes(before.config, track.config))) return
    this.#close(key, onPicture)
    if (track.kind === 'video') this.#needsKey = true
  }

  /** Is this what is decoded of its kind? Of several pictures the first alone. */
  isPicture({ kind, id }: LinkFrame): boolean {
    return (
      kind === 'video' && id === Math.min(...[...this.#tracks.values()].filter((track) => track.kind === 'video').map((track) => track.id))
    )
  }

  /** Decodes a frame. `areFieldsWanted`: a rung of 50 or 60 Hz is there, for which each field becomes a picture. Throws Error with FFmpeg's reason. */
  decode(frame: LinkFrame, areFieldsWanted: boolean, onDecoded: Decoded): void {
    const track = this.#tracks.get(keyOf(frame))
    if (track === undefined) return
    if (frame.kind === 'video' && this.#needsKey) {
      if (!frame.isKey) return
      this.#needsKey = false
    }
    const opened = this.#open(track)
    opened.readMs.set(frame.pts, frame.readMs)
    const give = (decoded: Frame): void => this.#hand(opened, decoded, areFieldsWanted, onDecoded)
    try {
      // The same picture again and again is a slate: FFmpeg's decoder of HEVC takes it for one that it has, and shows it once.
      if (frame.kind === 'video') {
        if (frame.isKey && this.#wasKey) opened.decoder.restart(give)
        this.#wasKey = frame.isKey
      }
      opened.decoder.decode(frame, false, give)
    } catch (error) {
      // What follows refers to what was not decoded.
      if (frame.kind === 'video') this.#needsKey = true
      throw error
    }
  }

  /** Hands out what is held back, and ends. */
  close(onPicture: Decoded): void {
    for (const key of [...this.#opened.keys()]) this.#close(key, onPicture)
    this.#deinterlacer.close()
  }

  #open(track: Track): Opened {
    const key = keyOf(track)
    const found = this.#opened.get(key)
    if (found !== undefined) return found
    const opened = { track, decoder: new Decoder(this.#av, track, maxPixels), readMs: new BoundedMap<number, number | null>(heldTimes) }
    this.#opened.set(key, opened)
    return opened
  }

  #hand({ track, readMs }: Opened, frame: Frame, areFieldsWanted: boolean, onDecoded: Decoded): void {
    const pts = Number(frame.pts)
    const hand = (made: Frame, at: number): void => onDecoded(made, at, readMs.get(at) ?? readMs.get(pts) ?? null)
    if (track.kind === 'audio') hand(frame, pts)
    else {
      this.#turn.mark(frame)
      this.#deinterlacer.push(frame, pts, areFieldsWanted, hand)
    }
  }

  #close(key: string, onPicture: Decoded): void {
    const opened = this.#opened.get(key)
    if (opened === undefined) return
    this.#opened.delete(key)
    if (opened.track.kind === 'video') opened.decoder.drain((frame) => this.#hand(opened, frame, false, onPicture))
    opened.decoder.close()
  }
}
