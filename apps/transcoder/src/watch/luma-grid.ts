/** A grid over a picture. */
export type Grid = { readonly columns: number; readonly rows: number }

/** The same for every size: 30 x 30 pixels of 1080p a cell, so that noise is gone and a ticking clock is not. */
export const coarseGrid: Grid = { columns: 64, rows: 36 }
export const gridCells: number = coarseGrid.columns * coarseGrid.rows

const finePixels = 4
/** Cells of 4 x 4 pixels: sensor noise is still there, which tells a camera that stands still from a picture that does. */
export const fineGrid = (width: number, height: number): Grid => ({
  columns: Math.max(1, Math.floor(width / finePixels)),
  rows: Math.max(1, Math.floor(height / finePixels)),
})

/** A plane of luma as a decoder gives it. `strideBytes` may be more than a row of pixels takes. */
export type LumaPlane = {
  readonly bytes: Uint8Array
  readonly strideBytes: number
  readonly width: number
  readonly height: number
  /** 8 to 16; above 8 a sample is two bytes, little-endian. */
  readonly bits: number
  /** Black is 0 and not 16 of 255. */
  readonly isFullRange: boolean
}

/** Mean luma of each cell, black 0 to white 1, row by row into `out`. Every pixel counts. */
export function readLumaGrid(plane: LumaPlane, { columns, rows }: Grid, out: Float32Array): void {
  const { width, height, bits, isFullRange } = plane
  const unit = 2 ** (bits - 8)
  const black = isFullRange ? 0 : 16 * unit
  const span = isFullRange ? 2 ** bits - 1 : 219 * unit
  const sumRow = bits === 8 ? sumBytes : sumWords
  for (let row = 0; row < rows; row++) {
    const top = Math.floor((row * height) / rows)
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * height) / rows))
    for (let column = 0; column < columns; column++) {
      const left = Math.floor((column * width) / columns)
      const right = Math.max(left + 1, Math.floor(((column + 1) * width) / columns))
      let sum = 0
      for (let y = top; y < bottom; y++) sum += sumRow(plane.bytes, y * plane.strideBytes, left, right)
      const mean = sum / ((right - left) * (bottom - top))
      out[row * columns + column] = Math.min(1, Math.max(0, (mean - black) / span))
    }
  }
}

/** 2 % of the cells may be brighter: a station's logo on black. */
const highCell = Math.floor(gridCells * 0.98)

/** Mean and 98th percentile of a grid. `scratch` has room for a grid and is overwritten. */
export function gridLevels(grid: Float32Array, scratch: Float32Array): { mean: number; high: number } {
  scratch.set(grid)
  scratch.sort()
  return { mean: meanOf(grid), high: scratch[highCell]! }
}

/** Largest difference of a cell between two grids of one size. */
export function largestChange(a: Float32Array, b: Float32Array): number {
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}

const bins = 4096

/** Half of the cells differ by less, to 1/4096. Counted and not sorted: grids of 4 x 4 pixels have 130,000 cells. */
export function medianChange(a: Float32Array, b: Float32Array): number {
  const counts = new Uint32Array(bins)
  for (let i = 0; i < a.length; i++) {
    const bin = Math.min(bins - 1, Math.floor(Math.abs(a[i]! - b[i]!) * bins))
    counts[bin] = counts[bin]! + 1
  }
  let bin = 0
  for (let seen = counts[0]!; seen * 2 < a.length; seen += counts[bin]!) bin++
  return bin / bins
}

function meanOf(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

function sumBytes(b: Uint8Array, rowAt: number, left: number, right: number): number {
  let sum = 0
  for (let at = rowAt + left; at < rowAt + right; at++) sum += b[at]!
  return sum
}

function sumWords(b: Uint8Array, rowAt: number, left: number, right: number): number {
  let sum = 0
  for (let at = rowAt + 2 * left; at < rowAt + 2 * right; at += 2) sum += b[at]! | (b[at + 1]! << 8)
  return sum
}
