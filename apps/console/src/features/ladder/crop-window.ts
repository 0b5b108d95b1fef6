type Size = { readonly width: number; readonly height: number }

/** A window of a picture in shares of it; `axis`: along which it moves, null where it is all of the picture. */
export type CropWindow = {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly axis: 'x' | 'y' | null
}

/** Less than this is stretched away and not cut. */
const least = 0.005

/** The largest window of a shape within a picture, where `cropAt` puts it, 0 left or top to 1 right or bottom. */
export function cropWindow(picture: Size, shape: Size, cropAt: number): CropWindow {
  const ratio = shape.width / shape.height / (picture.width / picture.height)
  if (Math.abs(ratio - 1) < least) return { left: 0, top: 0, width: 1, height: 1, axis: null }
  if (ratio < 1) return { left: (1 - ratio) * cropAt, top: 0, width: ratio, height: 1, axis: 'x' }
  const height = 1 / ratio
  return { left: 0, top: (1 - height) * cropAt, width: 1, height, axis: 'y' }
}

/** Where a window stands that was moved by such a share of the picture, to a thousandth. */
export function movedCrop({ width, height, axis }: CropWindow, from: number, by: { readonly x: number; readonly y: number }): number {
  if (axis === null) return from
  const room = axis === 'x' ? 1 - width : 1 - height
  return roundCrop(from + by[axis] / room)
}

export const roundCrop = (cropAt: number): number => Math.round(Math.min(1, Math.max(0, cropAt)) * 1000) / 1000
