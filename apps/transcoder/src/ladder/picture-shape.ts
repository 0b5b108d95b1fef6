import type { HdrTransfer, RungVideo } from '@sluice/contract/link'
import { isOnSide, orientationFilters } from '../convert/orientation.ts'
import type { PictureForm } from './picture-form.ts'

/** What a rung wants of the picture; rungs that want the same share it. */
export type PictureShape = Pick<RungVideo, 'width' | 'height' | 'fit' | 'cropAt' | 'overlays' | 'hdr'>

export const shapeKey = ({ width, height, fit, cropAt, hdr }: PictureShape): string =>
  `${width}x${height} ${fit}${fit === 'fill' ? ` ${cropAt}` : ''}${hdr === undefined ? '' : ` ${hdr}`}`

/** The same with what is shown over it. */
export const paintedKey = (shape: PictureShape): string =>
  `${shapeKey(shape)}${(shape.overlays ?? []).map(({ pictureId, x, y, width, opacity }) => ` ${pictureId} ${x} ${y} ${width} ${opacity}`).join()}`

/** As the ffmpeg program scales. Bilinear takes 60 % of the time and loses 0.006 of SSIM against that, measured; 0.005 is allowed. */
const scaler = 'flags=bicubic'
/** FFmpeg's numbers: SMPTE ST 2084 and ARIB STD-B67, the transfers of HDR10 and HLG. */
const hdrTransfers: readonly number[] = [16, 18]
/** And those of a matrix that is not told. */
const unspecified = 2
const reserved = 3
/** FFmpeg's number for a range that uses all values. */
const fullRange = 2
const toneMap = 'tonemapx=tonemap=bt2390:t=bt709:m=bt709:p=bt709:r=tv:format=yuv420p'
const sdrParams = 'range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709'
const hdrParams: Readonly<Record<HdrTransfer, string>> = {
  pq: 'range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc',
  hlg: 'range=tv:color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc',
}
const transfers: Readonly<Record<HdrTransfer, { readonly number: number; readonly name: string }>> = {
  pq: { number: 16, name: 'smpte2084' },
  hlg: { number: 18, name: 'arib-std-b67' },
}
/** Brightness of white, cd/m2: of SDR in HDR, and the peak that PQ and HLG share. Spec: ITU-R BT.2408 §2.2, BT.2100 */
const sdrWhite = 203
const hdrPeak = 1000
/** Bars of less than this are stretched away. */
const maxStretchPixels = 3
/** Blurred at this size, for a sixth of the price: nobody sees it. */
const blurDivisor = 8
const blurSigma = 4

const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2)

type Size = { readonly width: number; readonly height: number }

/** As it is shown: turned, and with square pixels. */
function shownSize({ width, height, pixelAspect, orientation }: PictureForm): Size {
  const square = { width: (width * pixelAspect.num) / pixelAspect.den, height }
  return isOnSide(orientation) ? { width: square.height, height: square.width } : square
}

/** The largest size of the picture's own shape that stands within `box`. */
function fitted(shown: Size, box: Size): Size {
  const scale = Math.min(box.width / shown.width, box.height / shown.height)
  const size = { width: even(shown.width * scale), height: even(shown.height * scale) }
  const isNear = box.width - size.width <= maxStretchPixels && box.height - size.height <= maxStretchPixels
  return isNear ? box : { width: Math.min(size.width, box.width), height: Math.min(size.height, box.height) }
}

/**
 * Filters, in FFmpeg's words, from a decoded picture to a rung's: turned, cut, scaled, tone-mapped, in 8 bits, BT.709 and square pixels. The order
 * is of price: tone mapping costs by the pixel, so that it comes after what makes smaller.
 */
export function pictureFilters(form: PictureForm, shape: PictureShape): string {
  const isHdr = hdrTransfers.includes(form.colorTransfer)
  const { hdr } = shape
  const isSdrMade = hdr === undefined
  const turn = orientationFilters[form.orientation]
  const change = isSdrMade ? (isHdr ? toneMap : '') : toHdr(form, hdr)
  const colour = change === '' ? '' : `,${change}`
  const scale = ({ width, height }: Size): string => `scale=w=${width}:h=${height}:${scaler}${isHdr || !isSdrMade ? '' : sdrColours(form)}`
  const pixels = isSdrMade ? 'format=yuv420p' : 'format=yuv420p10le'
  const done = `${pixels},setsar=1,setparams=${isSdrMade ? sdrParams : hdrParams[hdr]}`
  const shown = shownSize(form)
  const inner = fitted(shown, shape)
  const isWhole = inner.width === shape.width && inner.height === shape.height
  if (isWhole) return `${turn}${scale(shape)}${colour},${done}`
  if (shape.fit === 'fill') return `${turn}${cropTo(form, shape)},${scale(shape)}${colour},${done}`
  if (shape.fit === 'fit') {
    const at = { x: even((shape.width - inner.width) / 2), y: even((shape.height - inner.height) / 2) }
    const [x, y] = [Math.min(at.x, shape.width - inner.width), Math.min(at.y, shape.height - inner.height)]
    return `${turn}${scale(inner)}${colour},${pixels},pad=w=${shape.width}:h=${shape.height}:x=${x}:y=${y}:color=black,${done}`
  }
  const small = { width: even(shape.width / blurDivisor), height: even(shape.height / blurDivisor) }
  const behind = `[b]${cropTo(form, { ...shape, cropAt: 0.5 })},${scale(small).replace(scaler, 'flags=area')}${colour},${pixels},gblur=sigma=${blurSigma},scale=w=${shape.width}:h=${shape.height}:${scaler}[back]`
  const front = `[a]${scale(inner)}${colour},${pixels}[front]`
  return `${turn}split[a][b];${behind};${front};[back][front]overlay=x=(W-w)/2:y=(H-h)/2:format=${isSdrMade ? 'yuv420' : 'yuv420p10'},${done}`
}

/** From one rung's picture to a smaller one of the same shape. */
export const cascadeFilters = ({ width, height }: PictureShape): string => `scale=w=${width}:h=${height}:${scaler},setsar=1`

/** Whether the smaller one can be made from the larger one: it shows the same, and no pixel is enlarged. */
export function canCascade(large: PictureShape, small: PictureShape): boolean {
  if (large.hdr !== small.hdr) return false
  if (large.fit !== small.fit || (large.fit === 'fill' && large.cropAt !== small.cropAt)) return false
  if (large.width < small.width || large.height < small.height) return false
  return Math.abs(large.width * small.height - small.width * large.height) <= 2 * Math.max(large.width, large.height)
}

/** The window of `fill`: the largest of the wanted shape, where `cropAt` puts it. In stored pixels, turned. */
function cropTo({ width, height, pixelAspect, orientation }: PictureForm, shape: PictureShape): string {
  const isSide = isOnSide(orientation)
  const [w, h] = isSide ? [height, width] : [width, height]
  const aspect = isSide ? pixelAspect.den / pixelAspect.num : pixelAspect.num / pixelAspect.den
  const wanted = shape.width / shape.height / aspect
  const cut = w / h > wanted ? { w: even(h * wanted), h } : { w, h: even(w / wanted) }
  const [cw, ch] = [Math.min(cut.w, w), Math.min(cut.h, h)]
  const at = (space: number): number => Math.floor((space * shape.cropAt) / 2) * 2
  return `crop=w=${cw}:h=${ch}:x=${at(w - cw)}:y=${at(h - ch)}`
}

/** Matrix and range as streaming has them. A picture that does not say is taken to be so already, as encoders for streaming make it. */
function sdrColours({ colorSpace }: PictureForm): string {
  const isUnsaid = colorSpace === unspecified || colorSpace === reserved
  return `${isUnsaid ? ':in_color_matrix=bt709' : ''}:out_color_matrix=bt709:out_range=tv`
}

/** Colours of an HDR rung; nothing where the source has them. SDR keeps its brightness: its white is that of captions, not of the sun. */
function toHdr({ colorTransfer, colorRange }: PictureForm, hdr: HdrTransfer): string {
  if (colorTransfer === transfers[hdr].number) return ''
  const isHdr = hdrTransfers.includes(colorTransfer)
  const source = isHdr ? `min=2020_ncl:pin=2020:tin=${transfers[hdr === 'pq' ? 'hlg' : 'pq'].name}` : 'min=709:pin=709:tin=709'
  const range = colorRange === fullRange ? 'full' : 'limited'
  return `format=yuv420p10le,zscale=${source}:rin=${range}:m=2020_ncl:p=2020:t=${transfers[hdr].name}:r=limited:npl=${isHdr ? hdrPeak : sdrWhite}`
}
