import { ticksPerSecond } from '@sluice/codecs/frame'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { FrameGraph } from '../av/filter-graph.ts'
import { entryOf, isSameForm, type PictureForm, readPictureForm } from './picture-form.ts'

/**
 * Makes whole pictures of fields, from the first interlaced picture on: what is interlaced is in the picture, not in the container. It holds one
 * picture back. Progressive sources pass untouched.
 */
export class Deinterlacer {
  readonly #av: Av
  #open: { readonly form: PictureForm; readonly areFieldsWanted: boolean; readonly graph: FrameGraph } | null = null
  #isInterlaced = false

  constructor(av: Av) {
    this.#av = av
  }

  push(frame: Frame, pts: number, areFieldsWanted: boolean, onPicture: (picture: Frame, pts: number) => void): void {
    this.#isInterlaced ||= frame.hasFlags(this.#av.K.AV_FRAME_FLAG_INTERLACED)
    if (!this.#isInterlaced) {
      onPicture(frame, pts)
      return
    }
    frame.timeBase = new this.#av.Rational(1, ticksPerSecond)
    this.#graphFor(frame, areFieldsWanted).push(frame, (made, ptsUnit) =>
      onPicture(made, Math.round(Number(made.pts) * ptsUnit * ticksPerSecond)),
    )
  }

  close(): void {
    this.#open?.graph.close()
    this.#open = null
  }

  #graphFor(frame: Frame, areFieldsWanted: boolean): FrameGraph {
    const form = readPictureForm(this.#av, frame)
    if (this.#open !== null && this.#open.areFieldsWanted === areFieldsWanted && isSameForm(this.#open.form, form)) return this.#open.graph
    this.close()
    const filters = `bwdif=mode=${areFieldsWanted ? 'send_field' : 'send_frame'}:parity=auto:deint=interlaced`
    this.#open = { form, areFieldsWanted, graph: new FrameGraph(this.#av, 'video', entryOf(form), filters) }
    return this.#open.graph
  }
}
