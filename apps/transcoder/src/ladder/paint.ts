/** Planes of a picture with its colours already multiplied by its alpha: eight bits each, rows of `strideBytes`. */
export type Premultiplied = {
  readonly width: number
  readonly height: number
  readonly strideBytes: number
  readonly red: Uint8Array
  readonly green: Uint8Array
  readonly blue: Uint8Array
  readonly alpha: Uint8Array
}

/** What is done to one plane: of each sample so much is kept, in 1/255, and so much is added, in 1/255 of a step. */
type PlanePaint = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly keep: Uint8Array
  readonly add: Uint16Array
  /** By row: the first column that changes anything, and the one behind the last. */
  readonly from: Uint16Array
  readonly to: Uint16Array
}

/** A picture made ready for its place on a rung's: luma and both chroma planes of 4:2:0, BT.709, limited range. */
export type Paint = readonly [PlanePaint, PlanePaint, PlanePaint]

/** A plane that is painted on. */
export type TargetPlane = { readonly bytes: Uint8Array; readonly strideBytes: number }

/** Weights of red, green and blue, by full range. Spec: ITU-R BT.709-6 §3.2 to §3.4 */
const luma = [0.2126, 0.7152, 0.0722].map((weight) => (weight * 219) / 255)
const blueDifference = [-0.114572, -0.385428, 0.5].map((weight) => (weight * 224) / 255)
const redDifference = [0.5, -0.454153, -0.045847].map((weight) => (weight * 224) / 255)
const black = 16
const grey = 128

/**
 * Makes `picture` ready to stand at `x`, `y`, which are even as its sides are. Chroma is the mean of four pixels by their alpha: multiplied before the
 * mean is taken, so that the colour of what is transparent, black mostly, makes no fringe.
 */
export function makePaint(picture: Premultiplied, x: number, y: number, opacity: number): Paint {
  return [
    makePlane(picture, 1, x, y, opacity, luma, black),
    makePlane(picture, 2, x, y, opacity, blueDifference, grey),
    makePlane(picture, 2, x, y, opacity, redDifference, grey),
  ]
}

function makePlane(
  { width, height, strideBytes, red, green, blue, alpha }: Premultiplied,
  step: 1 | 2,
  x: number,
  y: number,
  opacity: number,
  [r, g, b]: readonly number[],
  zero: number,
): PlanePaint {
  const [columns, rows] = [width / step, height / step]
  const keep = new Uint8Array(columns * rows).fill(255)
  const add = new Uint16Array(columns * rows)
  const from = new Uint16Array(rows)
  const to = new Uint16Array(rows)
  const share = opacity / (step * step)
  for (let row = 0; row < rows; row++) {
    from[row] = columns
    for (let column = 0; column < columns; column++) {
      let [a, value] = [0, 0]
      for (let dy = 0; dy < step; dy++)
        for (let dx = 0; dx < step; dx++) {
          const at = (row * step + dy) * strideBytes + column * step + dx
          a += alpha[at]!
          value += r! * red[at]! + g! * green[at]! + b! * blue[at]!
        }
      if (a === 0) continue
      const at = row * columns + column
      keep[at] = Math.round(255 - a * share)
      add[at] = Math.max(0, Math.round(a * share * zero + value * share * 255))
      from[row] = Math.min(from[row]!, column)
      to[row] = column + 1
    }
  }
  return { x: x / step, y: y / step, width: columns, height: rows, keep, add, from, to }
}

/** Paints on a 4:2:0 picture of eight bits. The paint stands within it. */
export function paintOn(planes: readonly TargetPlane[], paint: Paint): void {
  for (const [i, { x, y, width, height, keep, add, from, to }] of paint.entries()) {
    const { bytes, strideBytes } = planes[i]!
    for (let row = 0; row < height; row++) {
      const target = (y + row) * strideBytes + x
      const source = row * width
      const end = to[row]!
      for (let column = from[row]!; column < end; column++) {
        const at = source + column
        const value = bytes[target + column]! * keep[at]! + add[at]! + 127
        // By 255, for all values there are.
        bytes[target + column] = (value * 32_897) >>> 23
      }
    }
  }
}
