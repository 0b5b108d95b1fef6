import type { Track } from './track.ts'

/** All timestamps inside Sluice count 1/90000 s. */
export const ticksPerSecond = 90_000
export const ticksPerMs = 90

/**
 * One access unit on its way through Sluice: the one form that every input becomes and every output starts from.
 * `dts` and `pts` are unwrapped whole numbers in 1/90000 s. `bytes` is shared by all who read it and must never be written
 * to: H.264 and H.265 as NAL units with length prefixes (of the size that `track.config` states), AV1 as OBUs with size
 * fields and without temporal delimiters, AAC and Opus as bare packets.
 */
export type Frame = {
  readonly track: Track
  readonly dts: number
  readonly pts: number
  /** A decoder can start here. Always true for audio. */
  readonly isKey: boolean
  readonly bytes: Uint8Array
  /** When it had come in whole, monotonic milliseconds: set where it joins the programme. Null or absent: it was made here. */
  readonly readMs?: number | null
}
