import type { CodecContext, Frame, HardwareDeviceContext, HardwareFramesContext } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { FrameGraph } from '../av/filter-graph.ts'
import type { EncoderWish } from './encoder-options.ts'
import { entryOf, isSameForm, type PictureForm, readPictureForm } from './picture-form.ts'

/** Pictures that a driver may hold while it works on them. */
const poolSize = 8

/**
 * Makes of a rung's picture what its encoder takes: as it is for x264 and NVENC, NV12 for QSV, NV12 in the memory of the graphics processor for
 * VAAPI. Throws Error with FFmpeg's reason.
 */
export class EncoderInput {
  readonly #av: Av
  readonly #isPlain: boolean
  #graph: { readonly form: PictureForm; readonly graph: FrameGraph } | null = null
  readonly #converted: Frame
  #device: HardwareDeviceContext | null = null
  #surfaces: HardwareFramesContext | null = null

  /** Sets the pixel format of `context`, which is not open yet. */
  constructor(av: Av, { encoder, width, height, hdr }: Pick<EncoderWish, 'encoder' | 'width' | 'height' | 'hdr'>, context: CodecContext) {
    const { K } = av
    this.#av = av
    this.#isPlain = encoder === undefined || encoder === 'nvenc'
    this.#converted = new av.Frame()
    this.#converted.alloc()
    const plain = hdr === undefined ? K.AV_PIX_FMT_YUV420P : K.AV_PIX_FMT_YUV420P10LE
    context.pixelFormat = this.#isPlain ? plain : encoder === 'qsv' ? K.AV_PIX_FMT_NV12 : K.AV_PIX_FMT_VAAPI
    if (encoder !== 'vaapi') return
    try {
      this.#device = new av.HardwareDeviceContext()
      this.#check('device', this.#device.create(K.AV_HWDEVICE_TYPE_VAAPI))
      this.#surfaces = new av.HardwareFramesContext()
      this.#surfaces.alloc(this.#device)
      Object.assign(this.#surfaces, { format: K.AV_PIX_FMT_VAAPI, swFormat: K.AV_PIX_FMT_NV12, width, height, initialPoolSize: poolSize })
      this.#check('surfaces', this.#surfaces.init())
      context.hwFramesCtx = this.#surfaces
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Fills `into`, which is empty, with `picture` in that form. */
  fill(into: Frame, picture: Frame): void {
    if (this.#isPlain) {
      into.ref(picture)
      return
    }
    this.#graphFor(picture).push(picture, (made) => {
      this.#converted.unref()
      this.#converted.ref(made)
    })
    if (this.#surfaces === null) into.ref(this.#converted)
    else {
      this.#check('surface', this.#surfaces.getBuffer(into))
      this.#check('upload', this.#surfaces.transferDataSync(into, this.#converted))
      into.copyProps(this.#converted)
    }
  }

  close(): void {
    this.#graph?.graph.close()
    this.#graph = null
    this.#converted.free()
    this.#surfaces?.free()
    this.#device?.free()
    this.#surfaces = null
    this.#device = null
  }

  #graphFor(picture: Frame): FrameGraph {
    const form = readPictureForm(this.#av, picture)
    if (this.#graph !== null && isSameForm(this.#graph.form, form)) return this.#graph.graph
    this.#graph?.graph.close()
    this.#graph = null
    const graph = new FrameGraph(this.#av, 'video', entryOf(form), 'format=nv12')
    this.#graph = { form, graph }
    return graph
  }

  #check(what: string, code: number): void {
    if (code < 0) throw new Error(`${what}: ${new this.#av.FFmpegError(code).message}`)
  }
}
