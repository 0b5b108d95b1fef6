/**
 * How stored pixels become the picture as it is shown: 1 as they are, 2 mirrored, 3 turned by 180 degrees, 4 upside down, 5 over the main
 * diagonal, 6 by 90 degrees clockwise, 7 over the other diagonal, 8 by 90 degrees anticlockwise. Spec: Exif 3.0 §4.6.5.1.6 (Orientation)
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

export const upright: Orientation = 1

export const isOrientation = (value: number): value is Orientation => Number.isInteger(value) && value >= 1 && value <= 8

/** Width and height change places. */
export const isOnSide = (orientation: Orientation): boolean => orientation >= 5

/** The same as a chain of FFmpeg's filters, with a comma behind each. */
export const orientationFilters: Readonly<Record<Orientation, string>> = {
  1: '',
  2: 'hflip,',
  3: 'hflip,vflip,',
  4: 'vflip,',
  5: 'transpose=cclock_flip,',
  6: 'transpose=clock,',
  7: 'transpose=clock_flip,',
  8: 'transpose=cclock,',
}

/** What a display matrix asks for, to the next quarter turn: with a mirror, too. Spec: ISO/IEC 14496-12 §6.2.2 */
export function orientationOfMatrix(matrix: Uint8Array | null): Orientation {
  if (matrix === null || matrix.length < 36) return upright
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.length)
  // Native byte order, which is little-endian on every machine that node-av is built for. x' = a x + c y, y' = b x + d y.
  const [a, b, c, d] = [0, 4, 12, 16].map((at) => view.getInt32(at, true)) as [number, number, number, number]
  if (Math.abs(a) + Math.abs(d) >= Math.abs(b) + Math.abs(c)) {
    if (a < 0) return d < 0 ? 3 : 2
    return d < 0 ? 4 : 1
  }
  if (b > 0) return c > 0 ? 5 : 6
  return c > 0 ? 8 : 7
}
