import { messageOf } from '@sluice/base/errors'
import type { RungOverlay } from '@sluice/contract/link'
import type { FFDecoderCodec } from 'node-av/constants'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { FrameGraph } from '../av/filter-graph.ts'
import { makePaint, type Paint, type Premultiplied, paintOn } from './paint.ts'
import { entryOf, readPictureForm } from './picture-form.ts'

type Size = { readonly width: number; readonly height: number }

/** What is kept of uploads is no larger; memory is taken for what a head claims. */
const maxPixels = 2048 * 2048
const leastSide = 2

/** Pictures that rungs show over theirs: each decoded once, and made ready once for each place it stands at. */
export class Overlays {
  readonly #av: Av
  // bound: those that the spec names, `keep` takes the others away
  readonly #pictures = new Map<string, Frame>()
  #version = 0

  constructor(av: Av) {
    this.#av = av
  }

  /** Rises when a picture has come: what was made ready without it is out of date. */
  get version(): number {
    return this.#version
  }

  /** A PNG that has come. Text: why it can't be shown. */
  add(pictureId: string, png: Uint8Array): string | null {
    try {
      const picture = decodePng(this.#av, png)
      this.#pictures.get(pictureId)?.free()
      this.#pictures.set(pictureId, picture)
      this.#version++
      return null
    } catch (error) {
      return messageOf(error)
    }
  }

  has(pictureId: string): boolean {
    return this.#pictures.has(pictureId)
  }

  /** Forgets pictures that are none of `pictureIds`. */
  keep(pictureIds: ReadonlySet<string>): void {
    for (const [pictureId, picture] of this.#pictures) {
      if (pictureIds.has(pictureId)) continue
      picture.free()
      this.#pictures.delete(pictureId)
    }
  }

  /** Makes ready what is there of `wishes` for a picture of that size. */
  paintsFor(wishes: readonly RungOverlay[], size: Size): readonly Paint[] {
    return wishes.flatMap((wish) => {
      const picture = this.#pictures.get(wish.pictureId)
      return picture === undefined || wish.opacity === 0 ? [] : [this.#paint(picture, wish, size)]
    })
  }

  close(): void {
    this.keep(new Set())
  }

  /** Even sides and places: a sample of chroma belongs to two by two pixels. */
  #paint(picture: Frame, { x, y, width: share, opacity }: RungOverlay, size: Size): Paint {
    const wanted = size.width * share
    const scale = Math.min(wanted / picture.width, size.height / picture.height)
    const width = evenUpTo(picture.width * scale, size.width)
    const height = evenUpTo(picture.height * scale, size.height)
    const place = (room: number, at: number): number => Math.round((room * at) / 2) * 2
    return makePaint(scaled(this.#av, picture, { width, height }), place(size.width - width, x), place(size.height - height, y), opacity)
  }
}

/** Paints on a picture that is nobody else's. */
export function paintOver({ K }: Av, picture: Frame, paints: readonly Paint[]): void {
  // A rung in more bits would want its colours elsewhere; there is none.
  if (paints.length === 0 || picture.format !== K.AV_PIX_FMT_YUV420P) return
  const { data, linesize } = picture
  if (data === null) return
  const planes = [0, 1, 2].map((i) => ({ bytes: data[i]!, strideBytes: linesize[i]! }))
  for (const paint of paints) paintOn(planes, paint)
}

const evenUpTo = (side: number, most: number): number => Math.min(Math.max(leastSide, Math.round(side / 2) * 2), most - (most % 2))

function decodePng(av: Av, png: Uint8Array): Frame {
  const codec = av.Codec.findDecoderByName('png' as FFDecoderCodec)
  if (codec === null) throw new Error('this node-av has no decoder for PNG')
  const context = new av.CodecContext()
  context.allocContext3(codec)
  context.threadCount = 1
  context.setOption('max_pixels', String(maxPixels))
  const packet = new av.Packet()
  packet.alloc()
  const frame = new av.Frame()
  frame.alloc()
  try {
    av.FFmpegError.throwIfError(context.open2Sync(codec, null), 'open the PNG decoder')
    packet.data = Buffer.from(png)
    av.FFmpegError.throwIfError(context.sendPacketSync(packet), 'decode the picture')
    context.sendPacketSync(null)
    av.FFmpegError.throwIfError(context.receiveFrameSync(frame), 'decode the picture')
    return frame
  } catch (error) {
    frame.free()
    throw error
  } finally {
    packet.free()
    context.freeContext()
  }
}

/** Multiplied by alpha before it is scaled, else what is transparent would colour its edges. */
function scaled(av: Av, picture: Frame, { width, height }: Size): Premultiplied {
  picture.timeBase = new av.Rational(1, 90_000)
  picture.pts = 0n
  const filters = `format=gbrap,premultiply=inplace=1,scale=w=${width}:h=${height}:flags=area,format=gbrap`
  const graph = new FrameGraph(av, 'video', entryOf(readPictureForm(av, picture)), filters)
  let made: Premultiplied | null = null
  try {
    graph.push(picture, ({ data, linesize }) => {
      const [green, blue, red, alpha] = data!.map((plane) => new Uint8Array(plane))
      made = { width, height, strideBytes: linesize[0]!, red: red!, green: green!, blue: blue!, alpha: alpha! }
    })
  } finally {
    graph.close()
  }
  if (made === null) throw new Error(`the picture could not be scaled to ${width}x${height}`)
  return made
}
