import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'

/**
 * Encoders say how a picture is turned at key frames (Display orientation SEI), and it holds up to the next one; FFmpeg's decoder of H.264 marks
 * the pictures alone that have it beside them. Spec: ITU-T H.264 §D.2.27, H.265 §D.3.17
 */
export class TurnMemory {
  readonly #av: Av
  // bound: the 36 bytes of a display matrix, and what a stream said last
  #matrix: Uint8Array | null = null

  constructor(av: Av) {
    this.#av = av
  }

  /** Marks a decoded picture, in order of its display, with what was said last. A key frame without it is upright. */
  mark(frame: Frame): void {
    const { K } = this.#av
    const said = frame.getSideData(K.AV_FRAME_DATA_DISPLAYMATRIX)
    if (said !== null) this.#matrix = said.slice()
    else if (frame.hasFlags(K.AV_FRAME_FLAG_KEY)) this.#matrix = null
    else if (this.#matrix !== null) frame.newSideData(K.AV_FRAME_DATA_DISPLAYMATRIX, this.#matrix.length).set(this.#matrix)
  }
}
