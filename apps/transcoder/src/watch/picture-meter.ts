import type { Track } from '@sluice/codecs/frame'
import type { LinkFrame } from '@sluice/containers/frame-link'
import { type WatchedPicture, watchLimits } from '@sluice/contract/watch'
import type { Frame } from 'node-av/lib'
import type { Av } from '../av/av.ts'
import { Decoder } from '../av/decoder.ts'
import { coarseGrid, fineGrid, gridCells, gridLevels, type LumaPlane, largestChange, medianChange, readLumaGrid } from './luma-grid.ts'

type Grids = { readonly size: string; readonly coarse: Float32Array; readonly fine: Float32Array }

/** Turns key frames of one track into figures. */
export class PictureMeter {
  readonly #av: Av
  readonly #decoder: Decoder
  readonly #scratch = new Float32Array(gridCells)
  #now: Grids | null = null
  #before: Grids | null = null

  constructor(av: Av, track: Track) {
    this.#av = av
    this.#decoder = new Decoder(av, track, watchLimits.pixels)
  }

  /** Null when nothing could be seen in it, though it decoded. Throws Error when it did not. */
  measure(frame: LinkFrame, atMs: number): WatchedPicture | null {
    const { slot } = frame
    let picture: WatchedPicture | null = null
    this.#decoder.decode(frame, true, (decoded) => {
      const plane = picture === null ? this.#planeOf(decoded) : null
      if (plane !== null) picture = { type: 'picture', slot, atMs, ...this.#figures(plane) }
    })
    return picture
  }

  close(): void {
    this.#decoder.close()
  }

  #figures(plane: LumaPlane): Pick<WatchedPicture, 'mean' | 'high' | 'change' | 'changePeak'> {
    const fine = fineGrid(plane.width, plane.height)
    const size = `${plane.width}x${plane.height}`
    const before = this.#before?.size === size ? this.#before : null
    // Two sets of grids take turns, so that a picture costs no memory.
    const now =
      this.#now?.size === size ? this.#now : { size, coarse: new Float32Array(gridCells), fine: new Float32Array(fine.columns * fine.rows) }
    readLumaGrid(plane, coarseGrid, now.coarse)
    readLumaGrid(plane, fine, now.fine)
    this.#now = this.#before
    this.#before = now
    return {
      ...gridLevels(now.coarse, this.#scratch),
      change: before === null ? null : medianChange(now.fine, before.fine),
      changePeak: before === null ? null : largestChange(now.coarse, before.coarse),
    }
  }

  /** The first plane is luma in all formats that these decoders give; of RGB it is green, which will do. */
  #planeOf(frame: Frame): LumaPlane | null {
    const { K, avGetPixFmtName } = this.#av
    const bytes = frame.data?.[0]
    const strideBytes = frame.linesize[0] ?? 0
    const { width, height } = frame
    const name = avGetPixFmtName(frame.format as never) ?? ''
    const bits = Number(/p(9|10|12|14|16)le$|^gray(9|10|12|14|16)le$/.exec(name)?.slice(1).find(Boolean) ?? 8)
    if (bytes === undefined || width <= 0 || height <= 0 || strideBytes < width * (bits > 8 ? 2 : 1)) return null
    if (bytes.length < strideBytes * (height - 1) + width * (bits > 8 ? 2 : 1)) return null
    const isFullRange = frame.colorRange === K.AVCOL_RANGE_JPEG || name.startsWith('yuvj') || name.startsWith('gbr')
    return { bytes, strideBytes, width, height, bits, isFullRange }
  }
}
