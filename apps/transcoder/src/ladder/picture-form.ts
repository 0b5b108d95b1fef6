import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { type Orientation, orientationOfMatrix } from '../convert/orientation.ts'

/** All of a decoded picture that a graph has to know. Another form is another graph. */
export type PictureForm = {
  readonly width: number
  readonly height: number
  /** FFmpeg's numbers for the format of its pixels and for its colours. */
  readonly format: number
  readonly colorSpace: number
  readonly colorRange: number
  readonly colorPrimaries: number
  readonly colorTransfer: number
  /** Shape of a pixel; 1:1 where the picture does not say. */
  readonly pixelAspect: { readonly num: number; readonly den: number }
  readonly orientation: Orientation
}

/** Pixels narrower or wider than this are a broken header. */
const maxAspect = 16

export function readPictureForm({ K }: Av, frame: Frame): PictureForm {
  const { width, height, colorSpace, colorRange, colorPrimaries, colorTrc, sampleAspectRatio: aspect } = frame
  const isAspect = aspect.num > 0 && aspect.den > 0 && aspect.num / aspect.den < maxAspect && aspect.den / aspect.num < maxAspect
  return {
    ...{ width, height, format: frame.format, colorSpace, colorRange, colorPrimaries, colorTransfer: colorTrc },
    pixelAspect: isAspect ? { num: aspect.num, den: aspect.den } : { num: 1, den: 1 },
    orientation: orientationOfMatrix(frame.getSideData(K.AV_FRAME_DATA_DISPLAYMATRIX)),
  }
}

export const isSameForm = (a: PictureForm, b: PictureForm): boolean =>
  a.width === b.width &&
  a.height === b.height &&
  a.format === b.format &&
  a.colorSpace === b.colorSpace &&
  a.colorRange === b.colorRange &&
  a.colorPrimaries === b.colorPrimaries &&
  a.colorTransfer === b.colorTransfer &&
  a.pixelAspect.num * b.pixelAspect.den === b.pixelAspect.num * a.pixelAspect.den &&
  a.orientation === b.orientation

/** The options of FFmpeg's `buffer` for it. */
export const entryOf = ({ width, height, format, pixelAspect, colorSpace, colorRange }: PictureForm): string =>
  `video_size=${width}x${height}:pix_fmt=${format}:time_base=1/90000:pixel_aspect=${pixelAspect.num}/${pixelAspect.den}:colorspace=${colorSpace}:range=${colorRange}`
